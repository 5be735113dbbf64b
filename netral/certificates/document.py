"""The certificate as a PDF: PDF/A-3a and PDF/UA-1 declared, vector QR, the same bytes for the same record."""

import io
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from PIL import Image

from netral.certificates.identifiers import decode_identifier
from netral.certificates.payload import make_qr_text
from netral.certificates.qr import PRINTED_MM, QrCode, QrUnreadable, draw_svg, make_qr, read_image
from netral.certificates.sheet import Sheet, font_dir, make_sheet
from netral.certificates.verification import Record
from netral.errors import NetralError

TEMPLATE = Path(__file__).with_name("sheet.typ")
PROOF_DPI = 150


class SheetUnprintable(NetralError):
    """A certificate that does not come out as one complete page; the argument says why."""


def make_record_qr(record: Record, *, base_url: str) -> QrCode:
    """The QR code of a certificate, read back; raises QrUnreadable."""
    identifier = decode_identifier(record.public_id)
    return make_qr(make_qr_text(base_url=base_url, identifier=identifier, frame=record.frame))


def make_pdf(record: Record, *, base_url: str, demo: bool = False, emblem: bytes | None = None) -> bytes:
    """About 0.1 s of CPU. The page is also rendered as paper would show it and its QR read; raises QrUnreadable.

    `emblem` is the content of the one that the record names.
    """
    qr = make_record_qr(record, base_url=base_url)
    sheet = make_sheet(record, base_url=base_url, demo=demo)
    return typeset(sheet, qr, issued=int(record.issued_at.timestamp()), emblem=emblem)


def typeset(sheet: Sheet, qr: QrCode, *, issued: int, emblem: bytes | None = None) -> bytes:
    """`issued` (seconds since 1970) is the date inside the file, so that a repetition gives the same bytes."""
    inputs = {
        "sheet": json.dumps(asdict(sheet), ensure_ascii=False),
        "qr": draw_svg(qr, label=sheet.qr_label),
        "qr-width": f"{qr.printed_width_mm}",
        "qr-inset": f"{(qr.printed_width_mm - PRINTED_MM) / 2}",
        "emblem": json.dumps(list(emblem or b"")),
    }
    import typst

    compiler = typst.Compiler(TEMPLATE, font_paths=load_fonts(), sys_inputs=inputs)
    pdf, warnings = compiler.compile_with_warnings(format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=issued)
    proof = compiler.compile(format="png", ppi=PROOF_DPI)
    if warnings or not isinstance(pdf, bytes) or not isinstance(proof, bytes):
        raise SheetUnprintable([str(warning) for warning in warnings] or "more than one page")
    if read_image(Image.open(io.BytesIO(proof))) != [qr.text]:
        raise QrUnreadable(qr.text)
    return pdf


@cache
def load_fonts() -> Any:
    """Only what is shipped with a package: no font of the machine changes a certificate."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[font_dir()])
