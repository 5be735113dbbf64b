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

FOLDER = Path(__file__).parent
FONTS: dict[str, typst.Fonts] = {}


def typeset(order: dict[str, Any]) -> bytes:
    """Return the PDF, once its QR code was found to say `text`.

    `inputs` are those of `template`, a file beside this one; `issued` (seconds since 1970) is the date inside the
    file. Raises Refused.
    """
    compiler = typst.Compiler(
        FOLDER / order["template"], font_paths=load_fonts(order["fonts"]), sys_inputs=order["inputs"]
    )
    content, warnings = compiler.compile_with_warnings(
        format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=order["issued"]
    )
    if warnings or not isinstance(content, bytes):
        raise Refused([str(warning) for warning in warnings])
    check(content, order["text"], pages=order["pages"])
    return content


def check(pdf: bytes, text: str, *, pages: int = 1) -> None:
    """Check that the file, drawn as a printer would draw it, ends with a page whose one QR code says `text`.

    Raises Refused, also when it has more than `pages` pages.
    """
    with pypdfium2.PdfDocument(pdf) as document:
        if len(document) > pages:
            raise Refused("more than one page" if pages == 1 else "too many pages")
        page = document[len(document) - 1].render(scale=WORST_DPI / 72, grayscale=True).to_pil()
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
