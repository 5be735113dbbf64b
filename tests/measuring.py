"""The cost of reading foreign bytes, measured in a process that does nothing else."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# Two seconds on a machine that does COUNT in a twenty-seventh of a second; a slower machine has as much more time.
MOST_COUNTS = 54
COUNT = "sum(number * number for number in range(1_000_000))"
MOST_MIB = 200
# What others do on the same cores makes a reading dearer, never cheaper: the cheapest of so many counts.
MOST_READINGS = 3

# The peak of resident memory is read from the kernel, which counts it from this program's own start.
CHILD = f"""
import json, resource, sys, time
from importlib import import_module
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
module, _, name = sys.argv[1].partition(":")
read = getattr(import_module(module), name)
given = Path(sys.argv[2]) if sys.argv[2:] else sys.stdin.buffer.read()
start = time.process_time()
{COUNT}
start, fact, count = time.process_time(), "read", time.process_time() - start
try:
    read(given)
except Exception as refused:
    fact = " ".join([type(refused).__name__, *map(str, refused.args)])
seconds = time.process_time() - start
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(json.dumps(dict(fact=fact, counts=seconds / count, mib=int(peak.split()[1]) / 1024)))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """The cost of one reading.

    `fact`: `read`, or the name and arguments of the error; `counts`: its processor time in times of `COUNT`, measured
    in the same process; `mib`: the peak of the whole process.
    """

    fact: str
    counts: float
    mib: float

    @property
    def bounded(self) -> bool:
        return self.counts < MOST_COUNTS and self.mib < MOST_MIB


def measure(reader: str, given: bytes | Path) -> Cost:
    """Measure `reader`, given as `module:function`, called with a path or with bytes; again while it is too dear."""
    cheapest = measure_once(reader, given)
    for _ in range(MOST_READINGS - 1):
        if cheapest.counts < MOST_COUNTS:
            break
        cheapest = min(cheapest, measure_once(reader, given), key=lambda cost: cost.counts)
    return cheapest


def measure_once(reader: str, given: bytes | Path) -> Cost:
    path, content = ([str(given)], None) if isinstance(given, Path) else ([], given)
    command = [sys.executable, "-c", CHILD, reader, *path]
    ended = subprocess.run(command, input=content, stdout=subprocess.PIPE, timeout=60, check=True)
    return Cost(**json.loads(ended.stdout))
