"""The stored PDF: made once, the same bytes for everybody afterwards."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from netral.certificates.issue.register import find_record
from netral.certificates.paper.files import PdfAltered, StoredPdf, keep_hash, name_file, pdf_path, read_or_make_pdf
from netral.certificates.proof.verification import Record
from tests.certificates.rows import make_issued
from tests.certificates.samples import BASE_URL, make_record


def fetch(directory: Path, record: Record | None = None, *, base_url: str = BASE_URL) -> StoredPdf:
    return read_or_make_pdf(directory, record or make_record(), base_url=base_url)


def test_a_pdf_is_made_at_the_first_view_and_only_read_afterwards(tmp_path: Path) -> None:
    first = fetch(tmp_path / "sertifikat")
    again = fetch(tmp_path / "sertifikat", base_url="https://lain.example")

    assert first.content.startswith(b"%PDF-")
    assert again == first
    assert [path.name for path in (tmp_path / "sertifikat").iterdir()] == [f"{make_record().public_id}.pdf"]


def test_of_many_at_once_all_get_the_bytes_of_the_first(tmp_path: Path) -> None:
    addresses = [f"https://contoh-{number}.example" for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        stored = list(pool.map(lambda address: fetch(tmp_path, base_url=address), addresses))

    assert len({pdf.hash for pdf in stored}) == 1
    assert len(list(tmp_path.iterdir())) == 1


def test_an_altered_file_is_not_handed_out(tmp_path: Path) -> None:
    record = replace(make_record(), pdf_hash=fetch(tmp_path).hash)
    path = pdf_path(tmp_path, record.public_id)
    path.write_bytes(path.read_bytes() + b"\n")

    with pytest.raises(PdfAltered):
        fetch(tmp_path, record)


def test_a_lost_file_is_made_again_when_it_comes_out_the_same(tmp_path: Path) -> None:
    first = fetch(tmp_path)
    record = replace(make_record(), pdf_hash=first.hash)
    pdf_path(tmp_path, record.public_id).unlink()

    with pytest.raises(PdfAltered):
        fetch(tmp_path, record, base_url="https://lain.example")
    assert not pdf_path(tmp_path, record.public_id).exists()
    assert fetch(tmp_path, record) == first


def test_the_hash_of_a_pdf_is_kept_once(tmp_path: Path, session: Session) -> None:
    _, issued = make_issued(session)
    record = find_record(session, issued.public_id)
    assert record is not None
    stored = fetch(tmp_path, record)
    keep_hash(session, issued.public_id, stored)
    keep_hash(session, issued.public_id, stored)
    session.commit()
    kept = find_record(session, issued.public_id)

    assert kept is not None
    assert kept.pdf_hash == stored.hash
    with pytest.raises(PdfAltered):
        keep_hash(session, issued.public_id, StoredPdf(b"", "0" * 64))


@pytest.mark.parametrize(
    ("nomor", "nama", "file"),
    [
        ("12/NETRAL-ASN/BKPSDM/V/2029", "Siti Aminah, S.KM.", "12-NETRAL-ASN-BKPSDM-V-2029_Siti-Aminah-S-KM.pdf"),
        ("../../etc", "../../../root", "etc_root.pdf"),
        ("1", "Rene\u0301 \x00\r\n\u202e\u200bAmi\u2019nah", "1_Rene-Aminah.pdf"),
        ("1", "\uba38\ub9ac", "1_x.pdf"),
        ("1", "M" * 99, f"1_{'M' * 80}.pdf"),
    ],
)
def test_a_file_is_named_in_letters_that_every_system_takes(nomor: str, nama: str, file: str) -> None:
    assert name_file(nomor, nama) == file
