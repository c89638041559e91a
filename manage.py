#!/usr/bin/env python3
from service.cli.main import main

main()
