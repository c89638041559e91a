"""`make torture`: a mailing goes out while whatever sends it is killed, over and over.

Real processes and servers: PostgreSQL, Redis, two Celery workers and a clock, and a mail server that now
and then refuses, puts off, stalls or hangs up. At the end the ledger must add up: nobody lost, nobody
twice, and no more uncertain than there were messages on the wire when something died.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from tests.delivery.smtp_server import HANG_UP, Server
from tests.journeys.processes import ROOT, byline, environment
from tests.services import free_port, postgres_at, prepared, redis

LEASE_SECONDS = 3
CONNECTIONS = 2
_WORKER = "celery --app worker.app worker --concurrency 2 --loglevel CRITICAL --without-gossip --without-mingle"
_CLOCK = "celery --app worker.app beat --loglevel CRITICAL --schedule"
_SECRETS = {"SECRET_KEY": "s" * 40, "ADDRESS_KEY": "a" * 40}


@dataclass
class Ledger:
    """What came of it. `kept` is how often the mail server took a letter for each reader."""

    kills: Counter[str] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)
    planned: int = 0
    kept: Counter[str] = field(default_factory=Counter)
    accepted: set[str] = field(default_factory=set)
    uncertain: set[str] = field(default_factory=set)
    hung_up: int = 0
    sums_that_failed: int = 0

    @property
    def lost(self) -> set[str]:
        """Called accepted, and the server has none; or in no final state."""
        return {name for name in self.accepted if not self.kept[name]}

    @property
    def twice(self) -> set[str]:
        return {name for name, count in self.kept.items() if count > 1}

    @property
    def unnamed(self) -> set[str]:
        """The server took it, and no row says that it did or may have."""
        return set(self.kept) - self.accepted - self.uncertain

    @property
    def most_uncertain(self) -> int:
        """Two messages a connection can be on the wire: one that waits for its reply, one that follows."""
        return self.hung_up + 2 * CONNECTIONS * 2 * self.kills.total()

    def problems(self) -> list[str]:
        checks = {
            f"{len(self.lost)} are lost": bool(self.lost),
            f"{len(self.twice)} got it twice": bool(self.twice),
            f"{len(self.unnamed)} got it and no row says so": bool(self.unnamed),
            f"{self.states['uncertain']} are uncertain, over {self.most_uncertain}": (
                self.states["uncertain"] > self.most_uncertain
            ),
            f"{self.states.total()} states for {self.planned} planned": self.states.total() != self.planned,
            f"{self.sums_that_failed} times the sum was not what was frozen": bool(self.sums_that_failed),
        }
        return [told for told, so in checks.items() if so]

    def __str__(self) -> str:
        killed = ", ".join(f"{what} {count}" for what, count in sorted(self.kills.items()))
        states = " + ".join(f"{count} {state}" for state, count in sorted(self.states.items()))
        return (
            f"{self.kills.total()} blows: {killed}\n"
            f"{self.planned} planned = {states}\n"
            f"the mail server took {self.kept.total()} letters for {len(self.kept)} readers and hung up {self.hung_up} "
            f"times at the end of one\n"
            f"lost {len(self.lost)}, twice {len(self.twice)}, unnamed {len(self.unnamed)}, "
            f"uncertain {self.states['uncertain']} (at most {self.most_uncertain})"
        )


class Torture:
    """A context manager: everything that it starts, it ends."""

    def __init__(self, folder: Path, seed: int = 1) -> None:
        self._folder, self._random = folder, random.Random(seed)
        self._parts = ExitStack()
        self.ledger = Ledger()

    def __enter__(self) -> Torture:
        folder, self._ports = self._folder, (free_port(), free_port())
        folder.chmod(0o711)
        prepared(folder / "postgres")
        self._start_postgres()
        self._start_redis()
        self._server = self._parts.enter_context(Server(self._reply, features=("PIPELINING",)))
        self._settings = {
            "DATABASE_URL": f"postgres://byline@127.0.0.1:{self._ports[0]}/postgres",
            "REDIS_URL": f"redis://127.0.0.1:{self._ports[1]}/0",
            "EMAIL_URL": self._server.url(),
            "VAR_DIR": str(folder / "var"),
            "MAIL_LEASE_SECONDS": str(LEASE_SECONDS),
            "MAIL_CONNECTIONS": str(CONNECTIONS),
            "LOG_LEVEL": "ERROR",
            **_SECRETS,
        }
        byline("migrate", "--verbosity", "0", **self._settings)
        self._workers = [self._start(_WORKER.split()) for _ in range(2)]
        self._parts.callback(lambda: [self._kill_group(one) for one in self._workers])
        clock = self._start([*_CLOCK.split(), str(folder / "beat")])
        self._parts.callback(self._kill_group, clock)
        return self

    def __exit__(self, *_: object) -> None:
        self._parts.close()
        self._postgres.close()
        self._redis.close()

    def run(self, deliveries: int, blows: int, wave: int = 4000) -> Ledger:
        """Waves of messages until there were as many, and as many blows."""
        while self.ledger.planned < deliveries or self.ledger.kills.total() < blows:
            count = min(wave, max(500, deliveries - self.ledger.planned))
            self._ask("plan", str(self.ledger.planned), str(count))
            self.ledger.planned += count
            while self._remaining():
                if self.ledger.kills.total() < blows or self._random.random() < 0.3:
                    self._strike()
                time.sleep(self._random.uniform(0.1, 0.8))
        self._read()
        return self.ledger

    def _reply(self, step: str, count: int) -> str | None:
        """What the mail server does: mostly what it should, after a moment."""
        if step != "DOT":
            return "451 4.3.0 not now" if step == "RCPT" and self._random.random() < 0.01 else None
        time.sleep(0.005)
        chance = self._random.random()
        if chance < 0.002:
            self.ledger.hung_up += 1
            return HANG_UP
        if chance < 0.004:
            time.sleep(2)
        return "550 5.7.1 never" if 0.004 < chance < 0.008 else "451 4.3.0 later" if 0.008 < chance < 0.02 else None

    def _strike(self) -> None:
        blow = self._random.choices(
            ["child", "worker", "redis flushed", "redis restarted", "postgres restarted"], [60, 25, 5, 5, 5]
        )[0]
        self.ledger.kills[blow] += 1
        at = self._random.randrange(len(self._workers))
        worker = self._workers[at]
        if blow == "child":
            children = _children(worker.pid)
            if children:
                _kill(self._random.choice(children))
        elif blow == "worker":
            _kill(worker.pid)
        elif blow == "redis flushed":
            subprocess.run(["redis-cli", "-p", str(self._ports[1]), "flushall"], check=False, capture_output=True)
        elif blow == "redis restarted":
            self._redis.close()
            self._start_redis()
        else:
            self._postgres.close()
            self._start_postgres()
        if worker.poll() is not None:
            self._workers[at] = self._start(_WORKER.split())

    def _remaining(self) -> int:
        """Asked through the database, as anybody could; what a server put off is due again at once."""
        told = self._ask("look").split()
        if not told:
            return 1  # PostgreSQL is on its way back
        self.ledger.sums_that_failed += told[1] != "True"
        for at, worker in enumerate(self._workers):  # what compose's `restart` and systemd do
            if worker.poll() is not None:
                self._workers[at] = self._start(_WORKER.split())
        return int(told[0])

    def _read(self) -> None:
        for line in self._ask("read").splitlines():
            name, state = line.split()
            self.ledger.states[state] += 1
            if state == "accepted":
                self.ledger.accepted.add(name)
            elif state == "uncertain":
                self.ledger.uncertain.add(name)
        self.ledger.kept.update(one.recipient.partition("@")[0] for one in self._server.kept)

    def _ask(self, *words: str) -> str:
        command = [sys.executable, "-m", "tests.faults.rows", *words]
        done = subprocess.run(command, cwd=ROOT, env=environment(**self._settings), capture_output=True, text=True)
        if words[0] == "plan" and done.returncode:
            raise SystemExit(done.stderr)
        return done.stdout

    def _start(self, words: list[str]) -> subprocess.Popen[bytes]:
        with (self._folder / "workers.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", *words],
                cwd=ROOT,
                env=environment(**self._settings),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _kill_group(self, worker: subprocess.Popen[bytes]) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(20)

    def _start_postgres(self) -> None:
        self._postgres = ExitStack()
        self._postgres.enter_context(postgres_at(self._folder / "postgres", self._ports[0]))

    def _start_redis(self) -> None:
        self._redis = ExitStack()
        self._redis.enter_context(redis(self._folder / "redis", self._ports[1]))


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _kill(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def main() -> None:
    deliveries, blows = int(os.environ.get("DELIVERIES") or "20000"), int(os.environ.get("BLOWS") or "100")
    seed = int(os.environ.get("SEED") or "1")
    with tempfile.TemporaryDirectory(prefix="byline-torture-") as name, Torture(Path(name), seed) as run:
        ledger = run.run(deliveries, blows)
    print(ledger)
    if ledger.problems():
        sys.exit("The ledger does not add up: " + "; ".join(ledger.problems()) + ".")
    print("The ledger adds up.")


if __name__ == "__main__":
    main()
