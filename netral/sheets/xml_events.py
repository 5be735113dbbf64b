"""Reading one XML part element by element, without DOCTYPE and entities, in memory that does not grow with it."""

import re
from collections.abc import Callable
from xml.parsers import expat

from netral.sheets.refusals import FileBroken, FileOversized, FileUntrusted

MAX_DEPTH = 100
"""Elements inside each other; a worksheet has six."""

MAX_NAMES = 2_000
"""Different names of elements and attributes in one part."""

# Characters from one `<` to the next: a tag with its attributes and the text behind it. Excel's longest cell has 32,767
# letters.
LONG = re.compile(rb"<[^<]{262144}")

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def local_name(name: str) -> str:
    """Some writers put a prefix before every element: `x:row` is `row`."""
    return name.rpartition(":")[2]


def refuse_declaration(*_: object) -> None:
    raise FileUntrusted("xml")


def parse_part(name: str, content: bytes, *, start: Start, text: Text | None = None, end: End | None = None) -> None:
    """Parse one XML part as a whole: a long token that arrives in many pieces costs old expat quadratic time.

    Raises FileBroken (not well-formed), FileOversized (too deep, long or varied) or FileUntrusted (DOCTYPE).
    """
    if LONG.search(content):
        raise FileOversized("isi")
    depth = 0
    names: dict[str, str] = {}

    def enter(element: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH or len(names) > MAX_NAMES:
            raise FileOversized("isi")
        start(element, attributes)

    def leave(element: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(element)

    parser = expat.ParserCreate("utf-8", intern=names)
    parser.buffer_text = True
    parser.StartElementHandler = enter
    parser.EndElementHandler = leave
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse_declaration
    parser.EntityDeclHandler = refuse_declaration
    try:
        parser.Parse(content, True)  # noqa: FBT003  # "this is the last piece": expat's own positional flag
    except (expat.ExpatError, ValueError, OverflowError) as error:
        raise FileBroken(name) from error
