"""docker-compose.yml and the systemd units, read: whatever they start exists and takes the words it is given."""

from __future__ import annotations

import re
import shlex
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from celery.bin.celery import celery
from django.core.management import get_commands, load_command_class
from granian.cli import cli as granian

from worker.app import app

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if service.get("image") == "byline"}
FOREVER = sorted(set(SERVICES) - {"migrate"})
UNITS = sorted((ROOT / "examples/systemd").glob("*.service"))
SETTINGS = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
HARDENED = {"NoNewPrivileges", "ProtectSystem", "ProtectHome", "PrivateTmp", "CapabilityBoundingSet"}


def unit(path: Path) -> dict[str, str]:
    parsed = ConfigParser(interpolation=None, strict=False)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read(path)
    return dict(parsed["Service"])


def image_command() -> str:
    found = re.search(r"^CMD \[(.+)\]$", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert found
    return found[1].replace('", "', " ").strip('"')


COMMANDS = {
    **{name: str(service.get("command", image_command())) for name, service in OURS.items()},
    **{path.name: unit(path)["ExecStart"].replace("/opt/byline/.venv/bin/", "") for path in UNITS},
}


def starts(command: str) -> list[str]:
    """The words of the one program in it; what a shell does around it aside."""
    inner = re.fullmatch(r"sh -c '.*?(byline [^;]+);.*'", command)
    return shlex.split(inner[1] if inner else command)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_exists_and_takes_its_words(name: str) -> None:
    program, *words = starts(COMMANDS[name])

    if program == "byline":
        verb = load_command_class(get_commands()[words[0]], words[0])
        verb.create_parser("byline", words[0]).parse_args(words[1:])
    elif program == "celery":
        assert words[:2] == ["--app", "worker.app"]
        known = {option for parameter in celery.commands[words[2]].params for option in parameter.opts}
        assert {word for word in words[3:] if word.startswith("--")} <= known
    else:
        assert program == "granian"
        granian.make_context("granian", words)


@pytest.mark.parametrize("where", ["compose", "systemd"])
def test_the_workers_together_do_every_queue(where: str) -> None:
    names = OURS if where == "compose" else [path.name for path in UNITS]
    asked = re.findall(r"--queues (\w+)", " ".join(COMMANDS[name] for name in names))

    assert sorted(asked) == sorted(app.conf.task_queues)


def test_every_variable_is_one_that_the_example_explains() -> None:
    asked = set(re.findall(r"(?<!\$)\$\{(\w+)", (ROOT / "docker-compose.yml").read_text()))
    set_here = {name for service in OURS.values() for name in service["environment"]}

    assert asked - SETTINGS == {"POSTGRES_PASSWORD"}  # `make env` writes it beside DATABASE_URL
    assert set_here <= SETTINGS


def test_no_secret_stands_in_it() -> None:
    text = (ROOT / "docker-compose.yml").read_text()

    assert re.findall(r"(?:PASSWORD|KEY|SECRET|TOKEN)\w*: (?!\$\{)\S+", text) == []


@pytest.mark.parametrize("name", FOREVER)
def test_whatever_stays_is_started_again_watched_and_limited(name: str) -> None:
    service = SERVICES[name]

    assert service["restart"] == "unless-stopped"
    assert "healthcheck" in service or name == "backup"
    assert service["logging"]["options"]["max-size"]
    assert "profiles" in service or service["deploy"]["resources"]["limits"]["memory"]


def test_nobody_outside_reaches_the_stores() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert COMPOSE["networks"]["store"]["internal"] is True
    for name in ("postgres", "redis"):
        assert SERVICES[name]["networks"] == ["store"]
    assert all(port.startswith("127.0.0.1:") for name, ports in published.items() if name != "proxy" for port in ports)
    assert published["proxy"] == ["80:80", "443:443", "443:443/udp"]


@pytest.mark.parametrize("name", OURS)
def test_a_program_of_ours_may_do_little(name: str) -> None:
    service = OURS[name]

    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_proxy_is_believed_and_nobody_else() -> None:
    (outward,) = COMPOSE["networks"]["outward"]["ipam"]["config"]

    assert OURS["web"]["environment"]["TRUSTED_PROXIES"] == outward["subnet"]


def test_all_volumes_and_files_are_there() -> None:
    mounts = [mount.split(":")[0] for service in SERVICES.values() for mount in service.get("volumes", [])]

    for mount in mounts:
        if mount.startswith("./"):
            assert (ROOT / mount).exists(), mount
        elif not mount.startswith("$"):
            assert mount in COMPOSE["volumes"], mount


@pytest.mark.parametrize("name", ["caddy/Caddyfile", "nginx/byline.conf"])
def test_proxies_keep_machines_pages_inside(name: str) -> None:
    text = (ROOT / "examples" / name).read_text()

    assert all(page in text for page in ("metrics", "livez", "readyz"))
    assert "404" in text


def test_nginx_writes_no_address_with_a_key_in_it() -> None:
    servers = (ROOT / "examples/nginx/byline.conf").read_text().split("\nserver {")[1:]

    assert len(servers) == 2
    for server in servers:
        assert re.findall(r"access_log (.+);", server) == ["off"]
        assert re.findall(r"error_log \S+ (\w+);", server) == ["emerg"]  # all lower levels quote the request


def test_caddy_writes_no_address_with_a_key_in_it() -> None:
    text = (ROOT / "examples/caddy/Caddyfile").read_text()

    assert re.findall(r"^\t\texclude (.+)$", text, re.MULTILINE) == ["http.log http.handlers"]
    assert not re.search(r"^\tlog\b", text.partition("{$SITES}")[2], re.MULTILINE)


def test_no_proxy_leads_on_who_shows_a_key_in_clear() -> None:
    nginx = (ROOT / "examples/nginx/byline.conf").read_text()
    caddy = (ROOT / "examples/caddy/Caddyfile").read_text()

    clear = next(server for server in nginx.split("\nserver {") if "listen 80;" in server)
    keys, _, rest = clear.partition("location / {")
    assert "location ~ ^/(partners/feeds|api)/ {\n        return 404;" in keys
    assert "return 301" in rest and "return 301" not in keys
    assert "auto_https disable_redirects" in caddy  # it would redirect all, before any rule of ours
    clear = caddy.partition("\nhttp:// {")[2]
    assert "@keyless not path /partners/feeds/* /api/*" in clear
    assert re.findall(r"redir (\S+)", clear) == ["@keyless"]


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_every_unit_is_hardened_and_runs_as_nobody_in_particular(path: Path) -> None:
    told = unit(path)

    assert set(told) >= HARDENED
    assert (told["User"], told["ProtectSystem"]) == ("byline", "strict")
    assert told["WorkingDirectory"] == "/opt/byline"


def test_the_image_has_a_pg_dump_as_new_as_the_server() -> None:
    server = SERVICES["postgres"]["image"].partition(":")[2]

    assert f"postgresql-client-{server}" in (ROOT / "Dockerfile").read_text()
