"""`python -m netral.content DIR`: prints what is wrong in a content directory; exits 1 when it cannot be published."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from netral.content.library import read_library


def main(arguments: list[str]) -> int:
    directory = Path(arguments[0] if arguments else "content")
    library = read_library(directory, today=datetime.now(UTC).date())
    sys.stdout.write("".join(f"{finding}\n" for finding in library.findings))
    return 1 if library.has_errors else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
