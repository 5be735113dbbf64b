"""The cost of processes, read from Linux: CPU time and memory of a server with all its workers."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def family(root: int) -> list[int]:
    """Return a process and all its descendants."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            rest = stat.read_text().rpartition(") ")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents[int(stat.parent.name)] = int(rest[1])
    found, wanted = [], [root]
    while wanted:
        process = wanted.pop()
        found.append(process)
        wanted += [child for child, parent in parents.items() if parent == process]
    return found


def cpu_milliseconds(roots: list[int]) -> float:
    """Return the user and system time that the families have used so far, including children that ended."""
    total = 0
    for process in {member for root in roots for member in family(root)}:
        try:
            rest = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(map(int, rest[11:15]))
    return 1000 * total / TICKS


def memory_mebibytes(root: int) -> float:
    """Return the proportional set size of a family in MiB: shared pages are counted once."""
    return sum(map(proportional_mebibytes, family(root)))


def proportional_mebibytes(process: int) -> float:
    """Return the proportional set size in MiB, None for a process that has just ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
