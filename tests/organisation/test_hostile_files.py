"""Whatever is uploaded is refused with a named fact, within two seconds and 200 MiB."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.organisation.hostile_files import HOSTILE

MOST_SECONDS = 2
MOST_MIB = 200

# The peak of resident memory is read from the kernel: it counts from this program's own start.
CHILD = """
import json, resource, sys, time
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
from netral.organisation.refusals import FileRefused
from netral.organisation.roster_columns import ROSTER_COLUMNS
from netral.organisation.tables import read_tables
data, start, fact = Path(sys.argv[1]).read_bytes(), time.process_time(), "read"
try:
    read_tables(data, sys.argv[2], ROSTER_COLUMNS)
except FileRefused as refused:
    fact = " ".join([type(refused).__name__, *map(str, refused.args)])
seconds = time.process_time() - start
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(json.dumps({"fact": fact, "seconds": seconds, "mib": int(peak.split()[1]) / 1024}))
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_in_time_and_memory(name: str, tmp_path: Path) -> None:
    make, file_name, fact = HOSTILE[name]
    path = tmp_path / "berkas"
    path.write_bytes(make())

    output = subprocess.check_output([sys.executable, "-c", CHILD, path, file_name], text=True, timeout=60)

    measured = json.loads(output)
    assert measured["fact"] == fact
    assert measured["seconds"] < MOST_SECONDS
    assert measured["mib"] < MOST_MIB
