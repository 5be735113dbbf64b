"""The PDF: one page, its words as data, its QR readable; archivable and accessible as far as tests can check."""

import io
from dataclasses import astuple, replace
from hashlib import sha256
from typing import Any

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from netral.certificates.paper.document import (
    SheetUnprintable,
    make_pdf,
    make_record_qr,
    typeset,
)
from netral.certificates.paper.sheet import Sheet, make_sheet
from netral.certificates.proof.identifiers import group_code
from netral.certificates.proof.qr import QrCode
from netral.certificates.proof.verification import Record
from netral.organisation.emblems import read_emblem
from tests.certificates.samples import BASE_URL, make_record

NAMES = {
    "short": "Siti Aminah, S.KM.",
    "markup": "#set page[x] *Ngurah* $a$ \\n @x <y> _z_ 'Uda' \"\u00c9\u00e9\" // = -- ... ~ `k`",
    "long": "Raden Roro Siti Nurhaliza Kusumaningrum " * 4 + "Prabaningrat, S.KM., M.Kes., Sp.KG(K)",
    "unprintable": "Siti \U00020000 \u0928 Aminah",
}
LONGEST: dict[str, Any] = {
    "nama": "Wi " * 66 + "W",
    "opd": "Wadinas " * 37,
    "instansi": "Wabupaten " * 19,
    "periode": "Wilkada " * 24,
    "signatory_name": "Wahyu " * 16 + "Wida",
    "signatory_title": "Wakil Wadinas " * 14,
}
HOURS: dict[str, Any] = {"jp": 99, "jp_dasar": "Wewenang " * 22, "jenis_diklat": 17}


# 24 mm in points, less a tolerance.
MARGIN = 24 / 25.4 * 72 - 0.5


def make_emblem(size: tuple[int, int] = (384, 384)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(out, "PNG")
    return read_emblem(out.getvalue()).content


def squeeze(text: str) -> str:
    return "".join(text.split())


def read_text(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    return str(document[0].get_textpage().get_text_range())


def render(pdf: bytes, dpi: int) -> Image.Image:
    image = pypdfium2.PdfDocument(pdf)[0].render(scale=dpi / 72).to_pil()
    assert isinstance(image, Image.Image)
    return image


def printed(sheet: Sheet) -> list[str]:
    words: list[str] = []
    for value in astuple(replace(sheet, address="", qr_label="")):
        words += [word for line in value for word in line] if isinstance(value, tuple) else [value]
    return words


@pytest.mark.parametrize("name", NAMES)
def test_the_paper_says_the_characters_of_the_sheet(name: str) -> None:
    record = make_record(nama=NAMES[name])
    text = squeeze(read_text(make_pdf(record, base_url=BASE_URL, demo=True)))

    for words in printed(make_sheet(record, base_url=BASE_URL, demo=True)):
        assert squeeze(words) in text


@pytest.mark.parametrize("dpi", [150, 300])
def test_the_qr_on_the_paper_says_what_is_signed(dpi: int) -> None:
    page = render(make_pdf(make_record(), base_url=BASE_URL), dpi)

    codes = zxingcpp.read_barcodes(page)
    assert [code.text for code in codes] == [make_record_qr(make_record(), base_url=BASE_URL).text]


def test_the_qr_measures_35_mm() -> None:
    page = render(make_pdf(make_record(), base_url=BASE_URL), 600).convert("L")
    found = find_qr(page)

    assert found / 600 * 25.4 == pytest.approx(35, abs=0.15)


def find_qr(page: Image.Image) -> int:
    """Return the symbol's width in pixels: the dark extent of the rows that cross its upper finder patterns."""
    import zxingcpp

    (code,) = zxingcpp.read_barcodes(page)
    return code.position.top_right.x - code.position.top_left.x


@pytest.mark.parametrize("more", [{}, LONGEST, LONGEST | HOURS, {"score": None, "valid_until": None, "nip_akhir": ""}])
def test_the_pdf_is_one_a4_page_across(more: dict[str, Any]) -> None:
    record = make_record(**more)
    document = pypdfium2.PdfDocument(make_pdf(record, base_url=BASE_URL, demo=True, emblem=make_emblem()))

    assert len(document) == 1
    assert document[0].get_size() == pytest.approx((841.89, 595.28), abs=0.1)


def test_the_longest_texts_are_printed_whole() -> None:
    record = make_record(**LONGEST, **HOURS)
    text = squeeze(read_text(make_pdf(record, base_url=BASE_URL, emblem=make_emblem((384, 128)))))

    for words in printed(make_sheet(record, base_url=BASE_URL)):
        assert squeeze(words) in text


@pytest.mark.parametrize(
    "more",
    [
        LONGEST,
        {"nama": "M" * 99},
        {"nama": "Siti " + "Wong" * 24, "opd": "Dinas " + "Kesehatan" * 12, "periode": "W" * 99},
        {"signatory_name": "M" * 99, "signatory_title": "W" * 99},
    ],
)
def test_no_letter_stands_in_the_margin_however_long_a_word_is(more: dict[str, Any]) -> None:
    record = make_record(**more)
    pdf = make_pdf(record, base_url=BASE_URL)
    page = pypdfium2.PdfDocument(pdf)[0]
    letters = page.get_textpage()
    rights = [letters.get_charbox(place)[2] for place in range(letters.count_chars())]

    assert max(rights) <= page.get_width() - MARGIN
    assert squeeze(record.nama) in squeeze(read_text(pdf))


# Digests of records as printed since the first certificate. If one changes with the template, the typesetter or the
# fonts, files of issued certificates can no longer be made identically.
PRINTED: dict[str, tuple[dict[str, Any], str]] = {
    "ordinary": ({"format_version": 1}, "1d92bb3736c05287da3c0de5fec4f256e3320941aba80847a55eadfca9db667b"),
    "long": (
        {"format_version": 1, "nama": NAMES["long"]},
        "b7816b128c464ebc4d8947984be8ed75046e1b02a1914162553c047e017295a3",
    ),
    "longest": (LONGEST | {"format_version": 1}, "23bb55282f02ec5319ae0b6237fcc82a8ce6837ba18ade7df27068f26291af21"),
    "without score and end": (
        {"format_version": 1, "score": None, "valid_until": None, "nip_akhir": ""},
        "701a54bbea285179647d3e78bf509f7498c37adfb33ab848c32954fc226970f4",
    ),
}


@pytest.mark.parametrize("name", PRINTED)
def test_printed_records_come_out_the_same_again(name: str) -> None:
    more, digest = PRINTED[name]

    assert sha256(make_pdf(make_record(**more), base_url=BASE_URL)).hexdigest() == digest


@pytest.mark.parametrize("identifier", [b"\xe7\x39" * 8, bytes(16), b"\xff" * 16])
def test_the_code_stands_on_one_line_however_wide_its_letters(identifier: bytes) -> None:
    record = make_record(identifier=identifier)
    assert group_code(record.public_id) in read_text(make_pdf(record, base_url=BASE_URL)).splitlines()


def test_the_same_record_gives_the_same_bytes() -> None:
    assert make_pdf(make_record(), base_url=BASE_URL) == make_pdf(make_record(), base_url=BASE_URL)


def test_a_page_whose_qr_says_something_else_is_not_released() -> None:
    record = make_record()
    qr = make_record_qr(record, base_url=BASE_URL)

    with pytest.raises(SheetUnprintable):
        typeset(make_sheet(record, base_url=BASE_URL), replace(qr, text=qr.text + "0"), issued=0)


def test_a_page_with_a_damaged_qr_is_not_released() -> None:
    record = make_record()
    qr = make_record_qr(record, base_url=BASE_URL)
    blank = tuple(False for _ in qr.modules)

    with pytest.raises(SheetUnprintable):
        typeset(make_sheet(record, base_url=BASE_URL), QrCode(qr.text, (blank,) * 30 + qr.modules[30:]), issued=0)


def test_more_than_one_page_is_not_released() -> None:
    sheet = replace(make_sheet(make_record(), base_url=BASE_URL), statement="Kata " * 3000)

    with pytest.raises(SheetUnprintable):
        typeset(sheet, make_record_qr(make_record(), base_url=BASE_URL), issued=0)


def open_pdf(record: Record) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(make_pdf(record, base_url=BASE_URL)))


def test_the_pdf_declares_pdf_a_3a_and_pdf_ua_1() -> None:
    with open_pdf(make_record()) as pdf, pdf.open_metadata() as metadata:
        assert metadata["pdfaid:part"] == "3"
        assert metadata["pdfaid:conformance"] == "A"
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == "Sertifikat Netralitas ASN, Siti Aminah, S.KM."
        assert pdf.Root.Lang == "id"
        assert pdf.Root.MarkInfo.Marked
        assert len(pdf.Root.OutputIntents) == 1


def test_a_screen_reader_hears_the_heading_and_what_the_qr_is_for() -> None:
    with open_pdf(make_record()) as pdf:
        elements = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and "/S" in thing]
        figures = [str(thing.Alt) for thing in elements if thing.S == "/Figure"]

        assert figures == [make_sheet(make_record(), base_url=BASE_URL).qr_label]
        assert sum(thing.S == "/H1" for thing in elements) == 1


def test_only_shipped_fonts_are_embedded_and_no_image_of_points() -> None:
    with open_pdf(make_record()) as pdf:
        dictionaries = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary)]
        fonts = [thing for thing in dictionaries if thing.get("/Type") == "/FontDescriptor"]
        streams = [thing for thing in pdf.objects if isinstance(thing, pikepdf.Stream)]

        assert fonts
        assert all("DejaVu" in str(font.FontName) for font in fonts)
        assert all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
        assert not [stream for stream in streams if stream.get("/Subtype") == "/Image"]
