"""The cost of reading foreign bytes, measured in a process that does nothing else."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MOST_SECONDS = 2
MOST_MIB = 200
# What others do on the same cores makes a reading dearer, never cheaper: the cheapest of so many counts.
MOST_READINGS = 3

# The peak of resident memory is read from the kernel, which counts it from this program's own start.
CHILD = """
import json, resource, sys, time
from importlib import import_module
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
module, _, name = sys.argv[1].partition(":")
read = getattr(import_module(module), name)
given = Path(sys.argv[2]) if sys.argv[2:] else sys.stdin.buffer.read()
start, fact = time.process_time(), "read"
try:
    read(given)
except Exception as refused:
    fact = " ".join([type(refused).__name__, *map(str, refused.args)])
seconds = time.process_time() - start
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(json.dumps({"fact": fact, "seconds": seconds, "mib": int(peak.split()[1]) / 1024}))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one reading.

    `fact`: `read`, or the name and arguments of the error; `mib` is the peak of the whole process.
    """

    fact: str
    seconds: float
    mib: float

    @property
    def bounded(self) -> bool:
        return self.seconds < MOST_SECONDS and self.mib < MOST_MIB


def measure(reader: str, given: bytes | Path) -> Cost:
    """Measure `reader`, given as `module:function`, called with a path or with bytes; again while it is too dear."""
    cheapest = measure_once(reader, given)
    for _ in range(MOST_READINGS - 1):
        if cheapest.seconds < MOST_SECONDS:
            break
        cheapest = min(cheapest, measure_once(reader, given), key=lambda cost: cost.seconds)
    return cheapest


def measure_once(reader: str, given: bytes | Path) -> Cost:
    path, content = ([str(given)], None) if isinstance(given, Path) else ([], given)
    command = [sys.executable, "-c", CHILD, reader, *path]
    ended = subprocess.run(command, input=content, stdout=subprocess.PIPE, timeout=60, check=True)
    return Cost(**json.loads(ended.stdout))
