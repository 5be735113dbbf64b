"""Reading one XML part element by element, without DOCTYPE and entities."""

from collections.abc import Callable
from xml.parsers import expat

from netral.organisation.refusals import FileBroken, FileUntrusted

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def local_name(name: str) -> str:
    """Some writers put a prefix before every element: `x:row` is `row`."""
    return name.rpartition(":")[2]


def refuse_declaration(*_: object) -> None:
    raise FileUntrusted("xml")


def parse_part(name: str, content: bytes, *, start: Start, text: Text | None = None, end: End | None = None) -> None:
    """Raises FileBroken (not well-formed) or FileUntrusted (DOCTYPE).

    The part is parsed in one piece: a long token that arrives in many pieces costs old expat a quadratic time.
    """
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse_declaration
    parser.EntityDeclHandler = refuse_declaration
    try:
        parser.Parse(content, True)  # noqa: FBT003  # "this is the last piece": expat's own positional flag
    except (expat.ExpatError, ValueError, OverflowError) as error:
        raise FileBroken(name) from error
