# Byline's verbs. Each does its own set-up.
.DEFAULT_GOAL := help
.PHONY: help demo run test test-wordpress torture lint fix bench env messages lock

PYTHON := .venv/bin/python
export PORT ONCE DELIVERIES BLOWS SEED

help: ## Show these verbs
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' Makefile

demo: ## See it at work on a sample newsroom (ONCE=1: do it all, then end; PORT=8000)
	@scripts/venv
	@$(PYTHON) manage.py demo $(if $(ONCE),--once)

run: ## Run it in one process: web, worker and clock
	@scripts/venv
	@$(PYTHON) manage.py run

test: ## Run every test but the real WordPress, on PostgreSQL, Redis and Chromium
	@scripts/venv dev
	@scripts/packages postgres:postgresql redis-server:redis-server chromium:chromium spamassassin:spamassassin
	@$(PYTHON) -m pytest -n auto --maxprocesses 4 --dist loadfile

test-wordpress: ## Run Byline beside a real WordPress
	@scripts/venv dev
	@scripts/packages postgres:postgresql redis-server:redis-server $(shell grep -v '^\#' tests/wordpress/packages.txt)
	@$(PYTHON) -m pytest tests/wordpress

torture: ## Kill whatever sends, a hundred times over 20,000 messages, and print the ledger (DELIVERIES= BLOWS= SEED=)
	@scripts/venv dev
	@scripts/packages postgres:postgresql redis-server:redis-server
	@$(PYTHON) -m tests.faults.torture

lint: ## Check format, style, types, imports and the lock files
	@scripts/venv dev
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy service worker
	@.venv/bin/lint-imports --no-cache
	@! grep -n '://' requirements.lock requirements-dev.lock || { echo "A lock file names a host. Run: make lock"; exit 1; }

fix: ## Mend what lint can mend by itself
	@scripts/venv dev
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m ruff format .

bench: ## Measure what docs/benchmarks.md reports
	@scripts/venv dev
	@scripts/packages postgres:postgresql redis-server:redis-server nginx:nginx-light smtp-sink:postfix
	@$(PYTHON) -m bench

env: ## Write a .env with fresh secrets, for docker compose
	@scripts/env

messages: ## Collect the words to translate, and compile the translations
	@scripts/venv dev
	@mkdir -p var
	@.venv/bin/pybabel -q extract -F babel.cfg -k gettext_noop --add-location=file --sort-by-file --project=Byline -o var/byline.pot .
	@.venv/bin/pybabel -q update --ignore-obsolete -D django -i var/byline.pot -d service/locale -N -w 100
	@.venv/bin/pybabel -q compile -D django -d service/locale

lock: ## Resolve the dependencies anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra sentry pyproject.toml -o requirements.lock
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra sentry --extra dev pyproject.toml -o requirements-dev.lock
