"""The certificate as a PDF: declared PDF/A-3a and PDF/UA-1, vector QR, the same bytes for the same record."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar, Protocol

from netral.apart import WorkRefused, Workshop
from netral.certificates.paper.sheet import font_dir, make_sheet
from netral.certificates.proof.identifiers import decode_identifier
from netral.certificates.proof.payload import make_qr_text
from netral.certificates.proof.qr import PRINTED_MM, QrCode, draw_svg, encode_qr, make_qr
from netral.certificates.proof.verification import Record
from netral.errors import NetralError

SHEET = "sheet.typ"
# Many certificates are asked for at once, when a training ends.
TYPESETTER = Workshop(Path(__file__).with_name("typesetting.py"), seconds=20, idle=5)


class SheetUnprintable(NetralError):
    """The certificate does not come out as one page with a readable QR code; the argument says why."""


def make_record_qr(record: Record, *, base_url: str) -> QrCode:
    """Return the QR code of a certificate, checked by reading it back; raises QrUnreadable."""
    return make_qr(qr_text(record, base_url))


def qr_text(record: Record, base_url: str) -> str:
    return make_qr_text(base_url=base_url, identifier=decode_identifier(record.public_id), frame=record.frame)


def make_pdf(record: Record, *, base_url: str, demo: bool = False, emblem: bytes | None = None) -> bytes:
    """Return the PDF, after its QR code was read back from the file. Raises SheetUnprintable, WorkFailed.

    `emblem` is the content of the emblem that the record names.
    """
    qr = encode_qr(qr_text(record, base_url))
    sheet = make_sheet(record, base_url=base_url, demo=demo)
    return typeset(sheet, qr, issued=int(record.issued_at.timestamp()), emblem=emblem)


class Paper(Protocol):
    """A sheet as data: a dataclass of all its texts, with the one that stands in place of the QR image."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def qr_label(self) -> str: ...


def typeset(
    sheet: Paper, qr: QrCode, *, issued: int, emblem: bytes | None = None, template: str = SHEET, pages: int = 1
) -> bytes:
    """Return the PDF of a sheet. `issued` (seconds since 1970) is its date, so that equal input gives equal bytes."""
    try:
        return TYPESETTER.order(make_order(sheet, qr, issued=issued, emblem=emblem, template=template, pages=pages))
    except WorkRefused as fact:
        raise SheetUnprintable(*fact.args) from fact


def make_order(
    sheet: Paper, qr: QrCode, *, issued: int, emblem: bytes | None = None, template: str = SHEET, pages: int = 1
) -> dict[str, Any]:
    """Return the order that `typesetting.typeset` takes."""
    inputs = {
        "sheet": json.dumps(asdict(sheet), ensure_ascii=False),
        "qr": draw_svg(qr, label=sheet.qr_label),
        "qr-width": f"{qr.printed_width_mm}",
        "qr-inset": f"{(qr.printed_width_mm - PRINTED_MM) / 2}",
        "emblem": json.dumps(list(emblem or b"")),
    }
    return {
        "template": template,
        "pages": pages,
        "inputs": inputs,
        "fonts": str(font_dir()),
        "issued": issued,
        "text": qr.text,
    }
