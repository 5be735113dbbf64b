"""The typesetter, a program of its own: it takes a template and its data and returns the PDF, once it was read back."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import typst

from netral.certificates.proof.qr import WORST_DPI, QrUnreadable, check_print
from netral.working import Refused, work

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FONTS: dict[str, typst.Fonts] = {}


def typeset(order: dict[str, Any]) -> bytes:
    """Return the PDF, once the QR code on its first page was found to say `text`.

    `inputs` are those of the template; `issued` (seconds since 1970) is the date inside the file; `pages` is how many
    there have to be, if that is known. Raises Refused.
    """
    compiler = typst.Compiler(
        Path(order["template"]), font_paths=load_fonts(order["fonts"]), sys_inputs=order["inputs"]
    )
    content, warnings = compiler.compile_with_warnings(
        format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=order["issued"]
    )
    if warnings or not isinstance(content, bytes):
        raise Refused([str(warning) for warning in warnings])
    check(content, order)
    return content


def check(pdf: bytes, order: dict[str, Any]) -> None:
    """Check that the first page, drawn as a printer would draw it, has one QR code, `qr_mm` wide, that says `text`.

    Raises Refused.
    """
    with pypdfium2.PdfDocument(pdf) as document:
        if order["pages"] not in {None, len(document)}:
            raise Refused("more than one page")
        page = document[0].render(scale=WORST_DPI / 72, grayscale=True).to_pil()
    try:
        check_print(page, order["text"], printed_mm=order["qr_mm"])
    except QrUnreadable as fact:
        raise Refused("QR code unreadable") from fact


def load_fonts(directory: str) -> typst.Fonts:
    """Load only the fonts shipped with a package, so that no font of the machine changes a certificate."""
    if directory not in FONTS:
        FONTS[directory] = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[directory])
    return FONTS[directory]


if __name__ == "__main__":
    work(typeset)
