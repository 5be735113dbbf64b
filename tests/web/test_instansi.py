"""/instansi: the settings that BKPSDM makes, and the places where they appear."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.models import User
from netral.audit.models import AuditEvent
from netral.certificates.models import Certificate
from netral.organisation.models import Emblem, Instansi
from tests.factories import make_instansi
from tests.learning.make import make_exam, pass_exam
from tests.web.conftest import Browser, give_password, give_role
from tests.web.officers import sign_in_officer

SETTINGS = {
    "nama": "Kabupaten  Contoh Baru",
    "zona": "Asia/Jakarta",
    "kontak": "Bidang Pembinaan, BKPSDM",
    "telepon": "0411 555 0101",
    "surel": "bkpsdm@contohkab.example",
    "jam": "Senin sampai Jumat, 08.00 sampai 16.00",
    "pejabat": "Hasan Basri, M.Si.",
    "jabatan": "Kepala BKPSDM Kabupaten Contoh",
}
TICKS = {"butir": ["1", "2", "3", "4"]}


def draw(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (200, 240), "#54345F").save(out, kind)
    return out.getvalue()


def send_emblem(browser: Browser, data: bytes, *, status: int = 200) -> Any:
    return browser.send(
        "/instansi/lambang", {"berkas": (io.BytesIO(data), "lambang.png")}, status=status, token_from="/instansi"
    )


def events(session: Session) -> list[tuple[str, dict[str, Any]]]:
    session.commit()
    rows = session.execute(select(AuditEvent.action, AuditEvent.detail).order_by(AuditEvent.id))
    return [(action, detail) for action, detail in rows if action.startswith("instansi.")]


def test_a_change_is_kept_with_its_event_and_once(browser: Browser, session: Session) -> None:
    instansi = make_instansi(session)
    sign_in_officer(browser, session, instansi=instansi)

    assert "Pengaturan instansi tersimpan." in browser.send("/instansi", SETTINGS, token_from="/instansi").words
    assert "Tidak ada yang berubah." in browser.send("/instansi", SETTINGS, token_from="/instansi").words

    session.refresh(instansi)
    assert (instansi.nama, instansi.zona) == ("Kabupaten Contoh Baru", "Asia/Jakarta")
    assert (instansi.contact_phone, instansi.signatory_name) == ("0411 555 0101", "Hasan Basri, M.Si.")
    ((action, detail),) = events(session)
    assert action == "instansi.changed"
    assert detail["nama"] == "Kabupaten Contoh → Kabupaten Contoh Baru"
    assert detail["signatory_name"] == "- → Hasan Basri, M.Si."


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("nama", " ", "Isi nama instansi"),
        ("nama", "Kabupaten 😀", "Ada huruf yang tidak dapat dicetak: 😀"),
        ("nama", "Kabupaten \u202eContoh", "Ada huruf yang tidak dapat dicetak"),
        ("zona", "Asia/Tokyo", "Pilihan"),
        ("telepon", "<script>", "Tulis nomor telepon dengan angka"),
        ("surel", "bukan surel", "Tulis surel seperti"),
        ("pejabat", "", "Isi nama pejabat, atau kosongkan jabatannya"),
        ("jabatan", "x" * 201, "paling panjang 200 karakter"),
    ],
)
def test_an_unusable_setting_is_explained(
    browser: Browser, session: Session, field: str, value: str, told: str
) -> None:
    sign_in_officer(browser, session, instansi=make_instansi(session))

    page = browser.send("/instansi", {**SETTINGS, field: value}, token_from="/instansi", status=422)

    assert page.title.startswith("Galat: ")
    assert told in page.words or field == "zona"
    assert events(session) == []


def test_the_zone_stays_once_there_is_a_period(browser: Browser, session: Session) -> None:
    exam = make_exam(session)
    sign_in_officer(browser, session, instansi=session.get_one(Instansi, exam.instansi_id))

    page = browser.send("/instansi", SETTINGS, token_from="/instansi", status=422)

    assert "Zona waktu tidak dapat diubah setelah ada periode" in page.words
    assert events(session) == []


def test_an_emblem_is_shown_to_everybody_and_removed_again(
    browser: Browser, open_browser: Callable[[], Browser], session: Session
) -> None:
    instansi = make_instansi(session)
    sign_in_officer(browser, session, instansi=instansi)
    send_emblem(browser, draw())
    session.refresh(instansi)

    shown = open_browser().get(f"/lambang/{instansi.emblem}.png")
    assert (shown.status_code, shown.mimetype) == (200, "image/png")
    assert "immutable" in shown.headers["Cache-Control"]
    assert open_browser().get(f"/lambang/{'0' * 64}.png").status_code == 404

    browser.send("/instansi/lambang/hapus", token_from="/instansi")
    session.refresh(instansi)
    assert instansi.emblem is None
    assert [action for action, _ in events(session)] == ["instansi.emblem_changed", "instansi.emblem_removed"]


@pytest.mark.parametrize("data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", draw("GIF")])
def test_an_unusable_emblem_is_refused_in_words(browser: Browser, session: Session, data: bytes) -> None:
    sign_in_officer(browser, session, instansi=make_instansi(session))

    page = send_emblem(browser, data, status=422)

    assert page.title.startswith("Galat: ")
    assert session.scalars(select(Emblem)).all() == []


def test_only_later_certificates_carry_the_new_signatory(
    browser: Browser, open_browser: Callable[[], Browser], session: Session
) -> None:
    """A reissue is a new certificate, so it carries the new signatory."""
    exam = make_exam(session)
    pass_exam(session, exam)
    siti = give_password(session, session.get_one(User, exam.user_id))
    instansi = session.get_one(Instansi, exam.instansi_id)
    learner = open_browser()
    learner.enter(siti.login)
    learner.send("/ikrar", TICKS)
    before = learner.get("/sertifikat.pdf").data
    sign_in_officer(browser, session, instansi=instansi)
    browser.send("/instansi", {**SETTINGS, "zona": instansi.zona}, token_from="/instansi")
    send_emblem(browser, draw())

    assert learner.get("/sertifikat.pdf").data == before
    assert "Hasan Basri" not in learner.visit("/sertifikat").words

    old = session.scalars(select(Certificate)).one()
    place = f"/sertifikat-terbit/{old.public_id}/ganti"
    browser.send(place, {"alasan": "Pejabat diganti"}, token_from=place)
    page = learner.visit("/sertifikat")
    assert "Pejabat penerbit Hasan Basri, M.Si. (Kepala BKPSDM Kabupaten Contoh)" in page.words
    assert [image.get("src") for image in page.all("img")] == [
        f"/lambang/{session.get_one(Instansi, instansi.id).emblem}.png"
    ]
    assert learner.get("/sertifikat.pdf").data != before
    new = session.scalars(select(Certificate).where(Certificate.id != old.id)).one()
    new.signatory_name = "Orang lain"
    with pytest.raises(DBAPIError, match="frozen at issue"):
        session.flush()
    session.rollback()


def test_an_officer_has_the_office_first_and_the_rest_folded(browser: Browser, session: Session) -> None:
    exam = make_exam(session)
    dewi = give_password(session, session.get_one(User, exam.user_id))
    give_role(session, dewi, Role.BKPSDM, instansi=session.get_one(Instansi, exam.instansi_id))
    browser.enter(dewi.login)

    row = browser.visit("/instansi").all("nav")[0]
    labels = [" ".join("".join(item.itertext()).split()) for item in row.iterfind("./ul/li")]
    assert labels[0] == "Dasbor"
    assert len(labels) == 6
    assert labels[4].startswith("Lainnya")
    assert "Instansi" in labels[4]
