"""The typesetter, a program of its own: the data of a sheet in, its PDF out, or a picture where one is asked for."""

from __future__ import annotations

from pathlib import Path

import typst

from netral.working import Refused, work

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TEMPLATE = Path(__file__).with_name("sheet.typ")
PICTURE_DPI = 150
FONTS: dict[str, typst.Fonts] = {}


def typeset(order: dict[str, Any]) -> bytes:
    """`inputs` are the template's; `issued` (seconds since 1970) is the date inside the file; `picture`: a PNG instead.

    Raises Refused.
    """
    compiler = typst.Compiler(TEMPLATE, font_paths=load_fonts(order["fonts"]), sys_inputs=order["inputs"])
    if order["picture"]:
        content, warnings = compiler.compile_with_warnings(format="png", ppi=PICTURE_DPI)
    else:
        content, warnings = compiler.compile_with_warnings(
            format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=order["issued"]
        )
    if warnings or not isinstance(content, bytes):
        raise Refused([str(warning) for warning in warnings] or "more than one page")
    return content


def load_fonts(directory: str) -> typst.Fonts:
    """Only what is shipped with a package: no font of the machine changes a certificate."""
    if directory not in FONTS:
        FONTS[directory] = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[directory])
    return FONTS[directory]


if __name__ == "__main__":
    work(typeset)
