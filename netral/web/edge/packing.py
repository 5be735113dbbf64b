"""Pack the static files: `python -m netral.web.edge.packing`, which `make install` runs.

WhiteNoise sends `<file>.gz` in place of the file. Each kilobyte counts on a weak signal, so comments are left
out, and names in scripts are short. Where nothing was packed the readable files are sent, and do the same.
"""

import gzip
import re
from pathlib import Path

from netral.web.edge.filters import STATIC

WORTH_PACKING = {".css", ".js", ".svg"}
COMMENTS = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
YEAR_OF_THE_LANGUAGE = 2020  # what Chromium 80 reads; a shorter spelling may be newer


def packed(file: Path) -> bytes:
    """Return what a browser is sent of the file."""
    import minify  # brings threads and memory of its own, and the server does not need it

    text = file.read_text()
    if file.suffix == ".css":
        text = COMMENTS.sub("", text)
    if file.suffix == ".js":
        minify.config({"js-version": YEAR_OF_THE_LANGUAGE})
        text = minify.string("text/javascript", text)
    return gzip.compress(text.encode(), 9, mtime=0)


def main() -> None:
    for file in STATIC.iterdir():
        if file.suffix in WORTH_PACKING:
            file.with_name(f"{file.name}.gz").write_bytes(packed(file))


if __name__ == "__main__":
    main()
