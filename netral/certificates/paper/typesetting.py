"""The typesetter, a program of its own: it takes a template and its data and returns the PDF, once it was read back."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import typst

from netral.certificates.proof.qr import PRINTED_MM, WORST_DPI, QrUnreadable, check_print
from netral.working import Refused, work

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FOLDER = Path(__file__).parent
FONTS: dict[str, typst.Fonts] = {}


def typeset(order: dict[str, Any]) -> bytes:
    """Return the PDF, once its QR code was found to say `text`.

    `inputs` are those of `template`, a file beside this one or an absolute path; `issued` (seconds since 1970) is the
    date inside the file. Raises Refused.
    """
    compiler = typst.Compiler(
        FOLDER / order["template"], font_paths=load_fonts(order["fonts"]), sys_inputs=order["inputs"]
    )
    content, warnings = compiler.compile_with_warnings(
        format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=order["issued"]
    )
    if warnings or not isinstance(content, bytes):
        raise Refused([str(warning) for warning in warnings])
    check(content, order["text"], pages=order["pages"], place=order["qr_page"], printed_mm=order["qr_mm"])
    return content


def check(pdf: bytes, text: str, *, pages: int = 1, place: int = -1, printed_mm: float = PRINTED_MM) -> None:
    """Check that a page of the file, drawn as a printer would draw it, has one QR code of this size that says `text`.

    `place` counts from the first page, or from the last one if it is negative. Raises Refused, also when the file has
    more than `pages` pages.
    """
    with pypdfium2.PdfDocument(pdf) as document:
        if len(document) > pages:
            raise Refused("more than one page" if pages == 1 else "too many pages")
        page = document[place % len(document)].render(scale=WORST_DPI / 72, grayscale=True).to_pil()
    try:
        check_print(page, text, printed_mm=printed_mm)
    except QrUnreadable as fact:
        raise Refused("QR code unreadable") from fact


def load_fonts(directory: str) -> typst.Fonts:
    """Load only the fonts shipped with a package, so that no font of the machine changes a certificate."""
    if directory not in FONTS:
        FONTS[directory] = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[directory])
    return FONTS[directory]


if __name__ == "__main__":
    work(typeset)
