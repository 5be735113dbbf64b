"""The typesetter, a program of its own: it takes the data of a sheet and returns its PDF, once that was read back."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import typst

from netral.certificates.proof.qr import WORST_DPI, QrUnreadable, check_print
from netral.working import Refused, work

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TEMPLATE = Path(__file__).with_name("sheet.typ")
FONTS: dict[str, typst.Fonts] = {}


def typeset(order: dict[str, Any]) -> bytes:
    """Return the PDF, once its QR code was found to say `text`.

    `inputs` are those of the template; `issued` (seconds since 1970) is the date inside the file. Raises Refused.
    """
    compiler = typst.Compiler(TEMPLATE, font_paths=load_fonts(order["fonts"]), sys_inputs=order["inputs"])
    content, warnings = compiler.compile_with_warnings(
        format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=order["issued"]
    )
    if warnings or not isinstance(content, bytes):
        raise Refused([str(warning) for warning in warnings])
    check(content, order["text"])
    return content


def check(pdf: bytes, text: str) -> None:
    """Check that the file, drawn as a printer would draw it, is one page whose one QR code says `text`.

    Raises Refused.
    """
    with pypdfium2.PdfDocument(pdf) as document:
        if len(document) != 1:
            raise Refused("more than one page")
        page = document[0].render(scale=WORST_DPI / 72, grayscale=True).to_pil()
    try:
        check_print(page, text)
    except QrUnreadable as fact:
        raise Refused("QR code unreadable") from fact


def load_fonts(directory: str) -> typst.Fonts:
    """Load only the fonts shipped with a package, so that no font of the machine changes a certificate."""
    if directory not in FONTS:
        FONTS[directory] = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[directory])
    return FONTS[directory]


if __name__ == "__main__":
    work(typeset)
