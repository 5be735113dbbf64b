"""Circulars at a browser: Dewi issues one, Siti reads it, and nobody else sees the key."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.models import User
from netral.audit.events import Act
from netral.demo.circulars import make_pdf
from netral.organisation.models import Asn, Instansi, Opd
from netral.pledges.circulars import files
from netral.pledges.circulars.issuing import CircularKind
from netral.pledges.circulars.models import CircularReading, CircularVersion, PactSignature
from netral.pledges.circulars.reading import open_circular
from netral.pledges.circulars.signing import object_to
from netral.reporting.hiding import FEWEST
from tests.databases import ON_SQLITE
from tests.factories import NOW, make_asn, make_opd, make_user
from tests.pledges.circulars import publish_again, publish_circular, reply, sign_at_apel
from tests.web.conftest import Browser, give_password
from tests.web.officers import sign_in_officer, sign_in_operator
from tests.web.pages import Page

DRAFT = {
    "judul": "Netralitas selama kampanye",
    "nomor": "800/12/BKPSDM/2029",
    "tanggal": "2029-04-30",
    "pejabat": "Ratna Dewanti",
    "jabatan": "Sekretaris Daerah",
    "naskah": "ASN menjaga netralitas.\n\nASN tidak menyukai unggahan pasangan calon.\n\nLaporan kepada Inspektorat.",
    "tenggat": "2029-05-16",
    "tanya_1": "Bolehkah menyukai unggahan?",
    "pilihan_1a": "Boleh",
    "pilihan_1b": "Tidak",
    "kunci_1": "1",
    "alasan_1": "Menyukai termasuk yang dilarang.",
    "paragraf_1": "2",
    "tanya_2": "Kepada siapa melapor?",
    "pilihan_2a": "Camat",
    "pilihan_2b": "Inspektorat",
    "kunci_2": "1",
    "alasan_2": "Inspektorat menerima laporan.",
    "paragraf_2": "3",
}
APEL = {"tanggal": "2029-05-02", "tempat": "Halaman kantor", "saksi": "Hasan Basri", "jabatan_saksi": "Camat Hulu"}


@pytest.fixture
def siti(session: Session) -> Asn:
    return make_asn(session, opd=make_opd(session, kode="dinkes"))


@pytest.fixture
def enter(session: Session, open_browser: Callable[[], Browser]) -> Callable[[Asn], Browser]:
    def begin(asn: Asn) -> Browser:
        browser = open_browser()
        browser.enter(give_password(session, make_user(session, asn=asn)).login, target="/profil")
        return browser

    return begin


@pytest.fixture
def dewi(session: Session, siti: Asn, open_browser: Callable[[], Browser]) -> Browser:
    browser = open_browser()
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, siti.instansi_id))
    return browser


def upload(browser: Browser, place: str, content: bytes, *, status: int = 200) -> Page:
    fields = {"berkas": (BytesIO(content), "naskah.pdf")}
    return browser.send(f"{place}/berkas", fields, status=status, token_from=place)


def version_shown(page: Page) -> dict[str, str]:
    return {"naskah": str(page.value("naskah"))}


def test_a_circular_goes_from_its_draft_to_an_acknowledgement(
    session: Session, siti: Asn, dewi: Browser, enter: Callable[[Asn], Browser]
) -> None:
    assert "Draf tersimpan." in dewi.send("/edaran/baru", DRAFT, token_from="/edaran/baru").words
    circular_id = session.scalars(select(CircularVersion.circular_id)).one()
    place = f"/edaran/{circular_id}/kelola"
    assert "belum diunggah" in dewi.send(f"{place}/terbitkan", token_from=f"{place}/terbitkan", status=422).words
    assert "Naskah bertanda tangan tersimpan." in upload(dewi, place, make_pdf("Contoh")).words
    assert "1 pegawai akan mendapat tugas ini" in dewi.visit(f"{place}/terbitkan").words
    assert "terbit untuk 1 pegawai" in dewi.send(f"{place}/terbitkan", token_from=f"{place}/terbitkan").words

    reader = enter(siti)
    assert "Netralitas selama kampanye" in reader.visit("/tugas").links()
    address = f"/edaran/{circular_id}"
    assert "ASN menjaga" not in reader.visit(address).words
    page = reader.send(f"{address}/buka", token_from=address)
    assert "ASN menjaga netralitas." in page.words
    check_keyless(page)

    wrong = reader.send(address, {"soal-0": "0", "soal-1": "1", "paham": "ya"}, token_from=address)
    assert "Belum sesuai: Boleh Baca lagi paragraf 2: ASN tidak menyukai" in wrong.words
    assert "Menyukai termasuk" not in wrong.words
    done = reader.send(address, {"soal-0": "1", "paham": "ya"}, token_from=address)
    assert "Anda menyatakan sudah membaca dan memahami pada 2 Mei 2029" in done.words
    assert "Menyukai termasuk yang dilarang." in done.words
    again = reader.send(address, {"soal-0": "0", "paham": "ya", **version_shown(page)}, token_from="/profil")
    assert "Pernyataan Anda tercatat" in again.words
    assert session.scalars(select(CircularReading.acked_at)).one() is not None


def check_keyless(page: Page) -> None:
    """Neither the key nor the reason is in the page: nothing tells the options apart but their words."""
    assert "Menyukai termasuk" not in page.text
    for position in ("0", "1"):
        options = [each for each in page.all("input") if each.get("name") == f"soal-{position}"]
        assert [each.get("value") for each in options] == ["0", "1"]
        kinds = {tuple(sorted(set(each.keys()) - {"id", "value"})) for each in options}
        assert kinds == {("name", "type")}
    assert not re.search(r"kunci|data-key|benar", page.text, re.IGNORECASE)


def test_an_incomplete_statement_keeps_the_choice_and_writes_nothing(
    session: Session, siti: Asn, enter: Callable[[Asn], Browser]
) -> None:
    version = publish_circular(session, siti.instansi_id)
    address, reader = f"/edaran/{version.circular_id}", enter(siti)
    reader.send(f"{address}/buka", token_from=address)

    page = reader.send(address, {"soal-0": "1", **version_shown(reader.visit(address))}, token_from=address, status=422)

    assert "Jawab pertanyaan 2" in page.words
    assert "Centang pernyataan bila Anda sudah membaca" in page.words
    chosen = [each for each in page.all("input") if each.get("checked") is not None]
    assert [(each.get("name"), each.get("value")) for each in chosen] == [("soal-0", "1")]


def test_a_new_version_shows_its_differences_in_words_and_marks(
    session: Session, siti: Asn, enter: Callable[[Asn], Browser]
) -> None:
    version = publish_circular(session, siti.instansi_id)
    reply(session, siti, version.circular_id)
    publish_again(session, version)
    address, reader = f"/edaran/{version.circular_id}", enter(siti)
    assert "Versi baru: hanya perubahannya yang ditanyakan" in reader.visit("/tugas").words

    page = reader.send(f"{address}/buka", token_from=address)

    assert "Yang berubah sejak versi 1" in page.words
    assert "Diubah: paragraf 3" in page.words
    assert "(ditambahkan: Inspektorat atau BKPSDM." in page.words
    assert [" ".join(each.itertext()) for each in page.all("del")] == ["(dihapus:  Inspektorat. ) "]
    assert "Bolehkah menyukai" not in page.words
    done = reader.send(address, {"soal-1": "1", "paham": "ya"}, token_from=address)
    assert "Pernyataan Anda tercatat" in done.words


def test_a_page_of_the_former_version_is_told_so(session: Session, siti: Asn, enter: Callable[[Asn], Browser]) -> None:
    version = publish_circular(session, siti.instansi_id)
    address, reader = f"/edaran/{version.circular_id}", enter(siti)
    old = version_shown(reader.send(f"{address}/buka", token_from=address))
    publish_again(session, version)

    page = reader.send(address, {"soal-0": "1", "soal-1": "1", "paham": "ya", **old}, token_from="/profil", status=409)

    assert "Versi baru terbit setelah halaman Anda dibuka" in page.words


def test_the_file_is_a_download_for_its_readers_alone(
    session: Session, siti: Asn, dewi: Browser, enter: Callable[[Asn], Browser]
) -> None:
    dewi.send("/edaran/baru", DRAFT | {"unit_lain": "dinkes"}, token_from="/edaran/baru")
    circular_id = session.scalars(select(CircularVersion.circular_id)).one()
    place, file = f"/edaran/{circular_id}/kelola", f"/edaran/{circular_id}/1.pdf"
    pdf = make_pdf("Contoh")
    upload(dewi, place, pdf)
    reader, other = enter(siti), enter(make_asn(session, opd=make_opd(session, nama="Satpol PP")))
    assert reader.get(file).status_code == 404
    dewi.send(f"{place}/terbitkan", token_from=f"{place}/terbitkan")

    response = reader.get(file)

    assert response.data == pdf
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["Content-Security-Policy"].endswith("; sandbox")
    assert [other.get(each).status_code for each in (file, f"/edaran/{circular_id}")] == [404, 404]


@ON_SQLITE
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"bukan pdf", "bukan PDF yang utuh"),
        (b"%PDF-1.4\nrusak", "bukan PDF yang utuh"),
        (make_pdf("x" * 9000), "paling besar 5 MB"),
    ],
)
def test_a_file_that_is_no_pdf_or_too_large_is_refused(
    session: Session, dewi: Browser, monkeypatch: pytest.MonkeyPatch, content: bytes, told: str
) -> None:
    monkeypatch.setattr(files, "MOST_BYTES", 8000)
    dewi.send("/edaran/baru", DRAFT, token_from="/edaran/baru")
    place = f"/edaran/{session.scalars(select(CircularVersion.circular_id)).one()}/kelola"

    assert told in upload(dewi, place, content, status=422).words

    session.expire_all()
    assert session.scalars(select(CircularVersion.file_hash)).one() is None


def test_a_file_far_too_large_is_refused_with_the_limit_of_this_file(session: Session, dewi: Browser) -> None:
    dewi.send("/edaran/baru", DRAFT, token_from="/edaran/baru")
    place = f"/edaran/{session.scalars(select(CircularVersion.circular_id)).one()}/kelola"

    sent = {"data": bytes(7 * 2**20), "content_type": "multipart/form-data; boundary=x"}
    page = dewi.read(dewi.client.post(f"{place}/berkas", **sent), 413)

    assert "paling besar 5 MB" in page.words
    assert "data pegawai" not in page.words


@ON_SQLITE
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"judul": ""}, "Isi judul naskah"),
        ({"tenggat": "9999-12-31"}, "Tulis tenggat sebagai tanggal yang ada"),
        ({"jenis_asn": ["PNS", "lain"]}, "Pilih salah satu dari daftar"),
        ({"unit_lain": "tidak-ada"}, "Tidak ada unit dengan kode tidak-ada"),
        ({"paragraf_1": "9"}, "Naskah tidak punya paragraf 9"),
        ({"kunci_1": "2"}, "Pertanyaan 1: pilih salah satu pilihan yang terisi"),
        ({"alasan_2": ""}, "Pertanyaan 2: isi penjelasannya"),
        ({"pilihan_1b": ""}, "Pertanyaan 1: isi pilihan berurutan"),
        ({"paragraf_1": "dua"}, "Tulis nomor paragraf dengan angka"),
        ({"pilihan_1a": "tidak"}, "Pertanyaan 1: dua pilihannya sama"),
        ({"naskah": "x" * 40_001}, "Naskah paling panjang 40.000 huruf"),
    ],
)
def test_a_draft_that_cannot_be_is_explained(dewi: Browser, changes: dict[str, Any], told: str) -> None:
    assert told in dewi.send("/edaran/baru", DRAFT | changes, token_from="/edaran/baru", status=422).words


def test_a_draft_that_another_officer_changed_is_not_overwritten(session: Session, dewi: Browser, siti: Asn) -> None:
    dewi.send("/edaran/baru", DRAFT, token_from="/edaran/baru")
    place = f"/edaran/{session.scalars(select(CircularVersion.circular_id)).one()}/kelola/ubah"
    old = dewi.visit(place).value("versi")
    dewi.send(place, DRAFT | {"judul": "Judul kedua"}, token_from=place)

    page = dewi.send(place, DRAFT | {"judul": "Judul ketiga", "versi": old}, token_from="/profil", status=409)

    assert "Draf ini berubah setelah halaman Anda dibuka" in page.words
    assert "Tersimpan sekarang: Judul kedua" in page.words
    assert page.value("judul") == "Judul ketiga"


def test_a_page_of_a_draft_that_is_one_no_more_says_so(session: Session, dewi: Browser, siti: Asn) -> None:
    version = publish_circular(session, siti.instansi_id)
    place = f"/edaran/{version.circular_id}/kelola"
    for action in ("ubah", "terbitkan"):
        page = dewi.visit(f"{place}/{action}", status=409)
        assert "Versi ini sudah terbit dan tidak dapat diubah" in page.words

    assert "Versi 1 tetap berlaku sampai versi baru terbit" in dewi.visit(place).words
    dewi.send(f"{place}/versi-baru", token_from=place)
    dewi.send(f"{place}/cabut", {"alasan": "Diganti surat lain"}, token_from=place)
    assert "Naskah ini sudah dicabut" in dewi.visit(f"{place}/ubah", status=409).words
    page = dewi.visit(place)
    assert "Lihat naskah dan pertanyaannya" in page.links()
    assert not [href for href in page.links().values() if href.startswith("/laporan/")]


def test_a_draft_says_before_publishing_that_its_questions_are_missing(session: Session, dewi: Browser) -> None:
    without = {key: "" if "_2" in key else value for key, value in DRAFT.items()}
    page = dewi.send("/edaran/baru", without, token_from="/edaran/baru")

    assert "lengkapi dahulu dua pertanyaannya" in page.words
    assert "Terbitkan versi 1" not in page.links()
    asked = dewi.visit(page.links()["Cabut naskah ini"]).words
    assert "belum pernah terbit" in asked
    assert "hilang dari semua pegawai" not in asked


def test_pages_count_those_whom_a_circular_addresses_now_as_the_report_does(
    session: Session, siti: Asn, dewi: Browser
) -> None:
    """One of the two people who were done has left, and a third came later."""
    dinkes = session.get_one(Opd, siti.opd_id)
    version = publish_circular(session, siti.instansi_id, units=(dinkes.id,))
    moved = make_asn(session, nama="Citra Lestari", opd=dinkes)
    for asn in (siti, moved):
        reply(session, asn, version.circular_id)
    make_asn(session, nama="Rahmat Hidayat", opd=dinkes)
    moved.opd_id = make_opd(session, kode="satpol", nama="Satpol PP").id
    session.commit()

    own = "Terbit, versi 1 16 Mei 2029 {} 1 "
    addressed = session.scalar(select(func.count(Asn.id)).where(Asn.opd_id == dinkes.id))
    assert own.format(addressed) in dewi.visit("/edaran").words
    page = dewi.visit(f"/edaran/{version.circular_id}/kelola")
    assert f"Dituju sekarang {addressed} Sudah membaca dan memahami 1 " in page.words
    assert f" {addressed} " in dewi.visit("/laporan/edaran").words
    left = dewi.visit(page.links()["Siapa yang belum, dengan nama"])
    assert "Rahmat Hidayat" in left.words
    assert "Citra Lestari" not in left.words


def test_an_apel_is_recorded_for_the_own_unit_and_the_person_may_object(
    session: Session, siti: Asn, dewi: Browser, enter: Callable[[Asn], Browser], browser: Browser
) -> None:
    make_opd(session, kode="satpol", nama="Satpol PP")
    version = publish_circular(session, siti.instansi_id, kind=CircularKind.PAKTA)
    sign_in_operator(browser, session, session.get_one(Opd, siti.opd_id))
    place = f"/pakta/{version.circular_id}/acara"
    assert browser.get(f"{place}?unit=satpol").status_code == 404
    sent = APEL | {"unit": "dinkes", "hadir": [str(siti.id)], **version_shown(browser.visit(f"{place}?unit=dinkes"))}

    asked = browser.send(place, sent, token_from=f"{place}?unit=dinkes")
    assert asked.heading == "Catat 1 tanda tangan?"
    assert session.scalars(select(PactSignature)).all() == []
    told = browser.send(place, sent | {"konfirmasi": "1"}, token_from="/profil")
    assert "1 tanda tangan dicatat." in told.words
    assert (
        "0 tanda tangan dicatat. 1 orang sudah"
        in browser.send(place, sent | {"konfirmasi": "1"}, token_from="/profil").words
    )

    address, reader = f"/edaran/{version.circular_id}", enter(siti)
    page = reader.visit(address)
    assert "Petugas mencatat bahwa Anda menandatangani lembar pakta ini pada 2 Mei 2029" in page.words
    assert "tidak menggantikan ikrar pada periode pelatihan" in page.words
    reader.send(f"{address}/keberatan", token_from=address)
    objection = f"/pakta/keberatan/{session.scalars(select(PactSignature.id)).one()}"
    assert "Siti Aminah, Dinas Kesehatan" in dewi.visit(f"{address}/kelola").links()
    dewi.send(objection, {"alasan": "", "terima": "1"}, token_from=objection, status=422)
    dewi.send(objection, {"alasan": "Namanya tidak ada di lembar", "terima": "1"}, token_from=objection)

    page = reader.visit(address)
    assert "Buka naskah" in page.words
    assert "BKPSDM menerima keberatan Anda pada 2 Mei 2029" in page.words
    assert "Alasan: Namanya tidak ada di lembar" in page.words
    reader.send(f"{address}/buka", token_from=address)
    assert (
        "Pakta integritas sudah Anda tandatangani." in reader.send(address, {"paham": "ya"}, token_from=address).words
    )


def test_the_officer_who_recorded_an_apel_may_accept_an_objection_only(
    session: Session, siti: Asn, dewi: Browser
) -> None:
    version = publish_circular(session, siti.instansi_id, kind=CircularKind.PAKTA)
    sign_at_apel(session, version, siti, by=session.scalars(select(User.id).where(User.nama == "Dewi")).one())
    object_to(session, Act(None, NOW), asn_id=siti.id, circular_id=version.circular_id)
    session.commit()
    objection = f"/pakta/keberatan/{session.scalars(select(PactSignature.id)).one()}"

    page = dewi.visit(objection)
    refused = dewi.send(objection, {"alasan": "Ada di lembar", "tolak": "1"}, token_from=objection, status=409)

    assert "hanya petugas lain yang dapat menolaknya" in page.words
    assert "Tolak keberatan" not in page.words
    assert "diputuskan petugas lain" in refused.words


def test_all_but_those_ticked_are_recorded(session: Session, siti: Asn, dewi: Browser) -> None:
    budi = make_asn(session, nama="Budi Santoso", opd=session.get_one(Opd, siti.opd_id))
    version = publish_circular(session, siti.instansi_id, kind=CircularKind.PAKTA)
    place = f"/pakta/{version.circular_id}/acara"
    sent = APEL | {"unit": "dinkes", **version_shown(dewi.visit(f"{place}?unit=dinkes"))}

    asked = dewi.send(place, sent | {"cara": "kecuali", "hadir": str(siti.id)}, token_from="/profil")
    assert asked.value("hadir") == str(budi.id)
    dewi.send(place, sent | {"hadir": str(budi.id), "konfirmasi": "1"}, token_from="/profil")

    assert session.scalars(select(PactSignature.asn_id)).all() == [budi.id]
    everybody = sent | {"cara": "kecuali", "hadir": [str(siti.id), str(budi.id)]}
    assert "Centang pegawai" in dewi.send(place, everybody, token_from="/profil", status=422).words


def test_a_list_without_a_tick_or_of_tomorrow_is_refused(session: Session, siti: Asn, dewi: Browser) -> None:
    version = publish_circular(session, siti.instansi_id, kind=CircularKind.PAKTA)
    place = f"/pakta/{version.circular_id}/acara"
    sent = APEL | {"unit": "dinkes", **version_shown(dewi.visit(f"{place}?unit=dinkes"))}

    assert "Centang pegawai yang menandatangani" in dewi.send(place, sent, token_from="/profil", status=422).words
    late = sent | {"hadir": [str(siti.id)], "tanggal": "2029-05-03"}
    assert "Tanggal apel belum tiba" in dewi.send(place, late, token_from="/profil", status=422).words
    early = sent | {"hadir": [str(siti.id)], "tanggal": "2029-04-29"}
    told = "Apel tidak mungkin sebelum naskahnya bertanggal 30 April 2029"
    assert told in dewi.send(place, early, token_from="/profil", status=422).words


def test_nobody_is_asked_to_record_no_signature(session: Session, siti: Asn, dewi: Browser) -> None:
    budi = make_asn(session, nama="Budi Santoso", opd=session.get_one(Opd, siti.opd_id))
    version = publish_circular(session, siti.instansi_id, kind=CircularKind.PAKTA)
    place = f"/pakta/{version.circular_id}/acara"
    sent = APEL | {"unit": "dinkes", **version_shown(dewi.visit(f"{place}?unit=dinkes"))}
    sign_at_apel(session, version, siti)

    rest = sent | {"cara": "kecuali", "hadir": [str(budi.id)]}
    assert "Semua yang dipilih sudah menandatangani" in dewi.send(place, rest, token_from="/profil", status=422).words
    sign_at_apel(session, version, budi)
    assert "Semua pegawai unit ini yang dituju sudah menandatangani" in dewi.visit(f"{place}?unit=dinkes").words


def test_the_report_counts_by_opd_and_hides_the_answers_of_few(session: Session, siti: Asn, browser: Browser) -> None:
    satpol = make_opd(session, kode="satpol", nama="Satpol PP")
    many = [make_asn(session, opd=satpol, nama=f"Pegawai {number}") for number in range(FEWEST)]
    version = publish_circular(session, siti.instansi_id)
    for asn in (siti, *many):
        reply(session, asn, version.circular_id)
    sign_in_officer(browser, session, Role.INSPEKTORAT, instansi=session.get_one(Instansi, siti.instansi_id))

    words = browser.visit("/laporan/edaran").words.replace("\u00a0", " ")
    book = load_workbook(BytesIO(browser.get("/laporan/edaran.xlsx").data))

    assert "Netralitas selama kampanye 800/12/BKPSDM/2029 1 11 11 11 100,0 % 100,0 % 0" in words
    assert "Dinas Kesehatan 1 1 1 100,0 % – –" in words
    # The only other one is hidden too: the figures of the few would follow from the total.
    assert "Satpol PP 10 10 10 100,0 % – –" in words
    assert book.sheetnames == ["Data", "Netralitas selama kampanye", "Keterangan"]


def test_those_who_have_not_read_are_listed_by_name_with_their_next_step(
    session: Session, siti: Asn, browser: Browser
) -> None:
    dinkes = session.get_one(Opd, siti.opd_id)
    make_asn(session, opd=dinkes, nama="Citra Lestari")
    rahmat = make_asn(session, opd=dinkes, nama="Rahmat Hidayat")
    make_asn(session, opd=make_opd(session, kode="satpol", nama="Satpol PP"), nama="Yohanes Lende")
    version = publish_circular(session, siti.instansi_id)
    reply(session, siti, version.circular_id)
    open_circular(session, Act(None, NOW, siti.instansi_id), asn_id=rahmat.id, circular_id=version.circular_id)
    sign_in_operator(browser, session, dinkes)

    words = browser.visit("/laporan/edaran-belum").words

    assert re.search("Citra Lestari .* Membuka naskah Rahmat Hidayat .* Menyatakan memahami", words)
    assert words.count("Membuka naskah") == 2  # of Citra and of Budi, who reads the page
    assert "Siti Aminah" not in words
    assert "Yohanes Lende" not in words


def test_the_file_of_those_who_have_not_read_holds_what_its_page_shows(
    session: Session, siti: Asn, browser: Browser
) -> None:
    make_asn(session, opd=make_opd(session, kode="satpol", nama="Satpol PP"), nama="Yohanes Lende")
    first = publish_circular(session, siti.instansi_id)
    second = publish_circular(session, siti.instansi_id, title="Cuti kampanye")
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, siti.instansi_id))

    page = browser.visit(f"/laporan/edaran-belum?opd=satpol&naskah={second.circular_id}")
    assert page.heading == "Surat Edaran dan pakta: siapa yang belum, Satpol PP"
    assert "Belum selesai 1 orang" in page.words
    assert "Naskah Cuti kampanye Tenggat 16 Mei 2029" in page.words.replace(" · ", " ")
    assert [head.text for head in page.all("th")][:4] == ["Nama", "Akhir NIP", "Unit", "Langkah berikutnya"]
    rows = browser.get(page.links()["Unduh CSV"]).text.splitlines()
    assert [row.split(";")[0] for row in rows[1:]] == ["Yohanes Lende"]
    assert first.title not in rows[1]
    whole = browser.get(browser.visit("/laporan/edaran-belum").links()["Unduh CSV"]).text
    assert whole.count("Yohanes Lende") == 2
    assert browser.get("/laporan/edaran-belum?naskah=999").status_code == 404
    assert browser.get("/laporan/edaran-belum?naskah=").status_code == 200


def test_an_operator_sees_the_own_subtree_in_the_report(session: Session, siti: Asn, browser: Browser) -> None:
    make_asn(session, opd=make_opd(session, kode="satpol", nama="Satpol PP"))
    publish_circular(session, siti.instansi_id)
    sign_in_operator(browser, session, session.get_one(Opd, siti.opd_id))

    words = browser.visit("/laporan/edaran").words

    assert "Dinas Kesehatan" in words
    assert "Satpol PP" not in words
