"""A server whose clock is set while it runs: each of its processes reads the clock's offset from one small file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from subprocess import DEVNULL

from tests.browser.server import Server, fill, make_server

# The library of Debian's package libfaketime, wherever this architecture puts it.
LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))

SLEEPING = Path(__file__).with_name("sleeping")


@dataclass(frozen=True)
class Shifted:
    server: Server
    file: Path

    def shift(self, ahead: timedelta) -> None:
        """Set the server's clock ahead of the machine's from now on (behind it, if negative)."""
        aside = self.file.with_suffix(".new")
        aside.write_text(f"{ahead.total_seconds():+.0f}\n", encoding="ascii")
        aside.replace(self.file)


def give_clock(server: Server) -> Shifted:
    """Give a server that is not started a clock of its own, which its commands have as well."""
    assert LIBRARIES, "apt-get install libfaketime"
    shifted = Shifted(server, server.data_dir / "jam")
    shifted.shift(timedelta())
    server.environment |= {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(shifted.file),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "PYTHONPATH": str(SLEEPING),
    }
    return shifted


@contextmanager
def running_shifted(database_url: str, data_dir: Path) -> Iterator[Shifted]:
    """Yield a filled server that is not started: `server.start()` waits until it is healthy."""
    server = make_server(database_url, data_dir)
    server.log = DEVNULL
    fill(server)
    shifted = give_clock(server)
    try:
        yield shifted
    finally:
        if server.process and server.process.poll() is None:
            server.kill()
