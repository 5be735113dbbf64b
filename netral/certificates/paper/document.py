"""The certificate as a PDF: PDF/A-3a and PDF/UA-1 declared, vector QR, the same bytes for the same record."""

import io
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from PIL import Image

from netral.apart import WorkRefused, Workshop
from netral.certificates.paper.checking import count_pages, prove
from netral.certificates.paper.sheet import Sheet, font_dir, make_sheet
from netral.certificates.proof.identifiers import decode_identifier
from netral.certificates.proof.payload import make_qr_text
from netral.certificates.proof.qr import PRINTED_MM, QrCode, QrUnreadable, draw_svg, encode_qr, make_qr, read_image
from netral.certificates.proof.verification import Record
from netral.errors import NetralError

# Certificates come together, when a training ends.
TYPESETTER = Workshop(Path(__file__).with_name("typesetting.py"), seconds=20, idle=5)
# Words of so many letters, of the widest that Latin has, end before the column with the QR code begins.
LONGEST_WORD = 20
LAST_LATIN = "\u024f"


class SheetUnprintable(NetralError):
    """A certificate that does not come out as one complete page; the argument says why."""


def make_record_qr(record: Record, *, base_url: str) -> QrCode:
    """The QR code of a certificate, read back; raises QrUnreadable."""
    return make_qr(qr_text(record, base_url))


def qr_text(record: Record, base_url: str) -> str:
    return make_qr_text(base_url=base_url, identifier=decode_identifier(record.public_id), frame=record.frame)


def make_pdf(record: Record, *, base_url: str, demo: bool = False, emblem: bytes | None = None) -> bytes:
    """Its QR code is read back from the file that was made. Raises QrUnreadable, SheetUnprintable, WorkFailed.

    `emblem` is the content of the one that the record names.
    """
    qr = encode_qr(qr_text(record, base_url))
    sheet = make_sheet(record, base_url=base_url, demo=demo)
    return typeset(sheet, qr, issued=int(record.issued_at.timestamp()), emblem=emblem)


def typeset(sheet: Sheet, qr: QrCode, *, issued: int, emblem: bytes | None = None) -> bytes:
    """`issued` (seconds since 1970) is the date inside the file, so that a repetition gives the same bytes."""
    order = make_order(sheet, qr, issued=issued, emblem=emblem)
    try:
        pdf = TYPESETTER.order(order)
        if count_pages(pdf) != 1:
            raise SheetUnprintable("more than one page")
        prove(pdf, qr.text)
        if may_reach_the_code(sheet):
            look_at(TYPESETTER.order(order | {"picture": True}), qr.text)
    except WorkRefused as fact:
        raise SheetUnprintable(*fact.args) from fact
    return pdf


def make_order(sheet: Sheet, qr: QrCode, *, issued: int, emblem: bytes | None = None) -> dict[str, Any]:
    """As `typesetting.typeset` takes it."""
    inputs = {
        "sheet": json.dumps(asdict(sheet), ensure_ascii=False),
        "qr": draw_svg(qr, label=sheet.qr_label),
        "qr-width": f"{qr.printed_width_mm}",
        "qr-inset": f"{(qr.printed_width_mm - PRINTED_MM) / 2}",
        "emblem": json.dumps(list(emblem or b"")),
    }
    return {"inputs": inputs, "fonts": str(font_dir()), "issued": issued, "picture": False}


def may_reach_the_code(sheet: Sheet) -> bool:
    """A word that finds no place in its column stands beyond it, be it over the QR code."""
    words = [word for line in sheet.lines for text in (line.label, line.value) for word in text.split(" ")]
    return any(len(word) > LONGEST_WORD or max(word, default="") > LAST_LATIN for word in words)


def look_at(picture: bytes, text: str) -> None:
    """The whole page as paper would show it; raises QrUnreadable."""
    if read_image(Image.open(io.BytesIO(picture))) != [text]:
        raise QrUnreadable(text)
