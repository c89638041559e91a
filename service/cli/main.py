"""`byline …`, the same as `python manage.py …`."""

import os
import socket
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_OUTSIDE = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "FEEDS_DIR", "SECRET_KEY", "ADDRESS_KEY")
_PORTS_TRIED = 50


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "service.settings")
    if sys.argv[1:2] == ["demo"]:
        _close_the_demo_off()
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from service.toolbox.errors import ServiceError

    try:
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, ServiceError) as error:
        sys.exit(f"byline: {error}")
    except KeyboardInterrupt:
        sys.exit("byline: stopped.")


def _close_the_demo_off() -> None:
    """The demo lives in its own folder and reads no configuration, so it can never mail out."""
    folder = Path(os.environ.get("VAR_DIR") or _ROOT / "var").resolve() / "demo"
    for name in _OUTSIDE:
        os.environ.pop(name, None)
    wanted = os.environ.get("PORT") or "8000"
    if not wanted.isdigit() or not 0 < int(wanted) < 65536:
        sys.exit(f"byline: PORT is {wanted!r}; it takes a number such as 8000.")
    port = int(wanted) if "--once" in sys.argv else _free_port(int(wanted))
    os.environ.update(
        IGNORE_ENV_FILE="1",
        VAR_DIR=str(folder),
        NEWSROOM_FILE=str(folder / "newsroom.toml"),
        LOG_LEVEL=os.environ.get("LOG_LEVEL", "WARNING"),
        DESK_SECOND_FACTOR="nobody",
        SITE_URL=f"http://127.0.0.1:{port}",
    )


def _free_port(wanted: int) -> int:
    """The wanted one or the next that nobody uses, and a sentence where it is another."""
    for port in range(wanted, min(wanted + _PORTS_TRIED, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if port != wanted:
            print(f"Port {wanted} is in use; the demo takes {port}.")  # noqa: T201
        return port
    sys.exit(f"byline: no port from {wanted} on is free. Give another with PORT=…")


if __name__ == "__main__":
    main()
