"""The certificate: its holder's page and file, what a stranger sees at /v, and the register."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.certificates.issue.register import find_record
from netral.certificates.models import Certificate
from netral.certificates.paper.document import make_record_qr
from netral.certificates.proof.keys import load_keys
from netral.organisation.models import Asn, Instansi
from netral.settings import Settings
from tests.factories import make_asn, make_instansi, make_opd, make_user
from tests.learning.make import make_exam, pass_exam
from tests.web.conftest import PASSWORD, Browser, Clock, enter, give_password, give_role

TICKS = {"butir": ["1", "2", "3", "4"]}


@pytest.fixture
def siti(browser: Browser, session: Session) -> Browser:
    """Siti has passed; her signature is all that is missing."""
    exam = make_exam(session)
    pass_exam(session, exam)
    return enter(browser, session, exam.user_id)


@pytest.fixture
def certificate(siti: Browser, session: Session) -> Certificate:
    siti.send("/ikrar", TICKS)
    found = session.scalars(select(Certificate)).one()
    session.commit()
    return found


@pytest.fixture
def dewi(certificate: Certificate, session: Session, open_browser: Callable[[], Browser]) -> Browser:
    instansi = session.get_one(Instansi, certificate.instansi_id)
    user = give_password(session, make_user(session, asn=make_asn(session, nama="Dewi Lestari")))
    give_role(session, user, Role.BKPSDM, instansi=instansi)
    browser = open_browser()
    browser.sign_in(user.login)
    return browser


@pytest.fixture
def stranger(open_browser: Callable[[], Browser]) -> Browser:
    return open_browser()


def fragment(session: Session, certificate: Certificate, settings: Settings) -> str:
    record = find_record(session, certificate.public_id)
    session.rollback()
    assert record
    return make_record_qr(record, base_url=settings.base_url).text.split("#")[1]


def test_without_a_certificate_the_page_says_how_one_comes_about(siti: Browser) -> None:
    assert "Belum ada sertifikat" in siti.visit("/sertifikat").words
    assert siti.get("/sertifikat.pdf").status_code == 404


def test_the_page_shows_what_is_printed(siti: Browser, certificate: Certificate) -> None:
    words = siti.visit("/sertifikat").words

    for printed in (
        "Siti Aminah",
        certificate.nomor,
        "Pilkada 2029",
        "100 dari 100",
        "bukan tanda tangan elektronik tersertifikasi",
    ):
        assert printed in words


def test_the_file_is_the_same_every_time_and_its_hash_is_kept(
    siti: Browser, certificate: Certificate, session: Session
) -> None:
    first = siti.get("/sertifikat.pdf")
    second = siti.get("/sertifikat.pdf")

    assert first.mimetype == "application/pdf"
    assert first.data == second.data
    session.expire_all()
    assert session.get_one(Certificate, certificate.id).pdf_hash


def test_the_share_link_holds_nothing_but_the_address(siti: Browser, certificate: Certificate) -> None:
    link = siti.visit("/sertifikat").links()["Bagikan ke WhatsApp"]

    assert certificate.public_id in link
    assert "Siti" not in link
    assert "%23" not in link


def test_a_stranger_sees_what_is_printed_and_nothing_more(
    stranger: Browser, certificate: Certificate, session: Session
) -> None:
    page = stranger.visit(f"/v/{certificate.public_id}")

    assert page.heading == "Sah dan berlaku"
    assert "Siti Aminah" in page.words
    nip = session.scalars(select(Asn.nip).where(Asn.id == certificate.asn_id)).one()
    assert nip
    assert nip not in page.text
    assert "hanya pemeriksaan daring" in page.words


def test_the_fragment_is_compared_and_never_in_an_address(
    stranger: Browser, certificate: Certificate, session: Session, settings: Settings
) -> None:
    digits = fragment(session, certificate, settings)
    good = stranger.open(f"/v/{certificate.public_id}", method="POST", data={"isi": digits})
    bad = stranger.open(f"/v/{certificate.public_id}", method="POST", data={"isi": "1" + digits[1:]})

    assert "Isi kode QR cocok dengan catatan kami" in good.text
    assert "Isi tidak cocok dengan catatan kami" in bad.text
    assert "Siti" not in bad.text
    assert (good.status_code, bad.status_code) == (200, 200)


def test_the_form_takes_a_code_as_people_type_it_or_the_whole_qr_text(
    stranger: Browser, certificate: Certificate, session: Session, settings: Settings
) -> None:
    code = certificate.public_id
    typed = f" {code[:5].lower()} {code[5:10]}-{code[10:]} ".replace("0", "o").replace("1", "l")
    assert stranger.open("/v", method="POST", data={"kode": typed}).location == f"/v/{code}"

    whole = f"{settings.base_url}/v/{code}#{fragment(session, certificate, settings)}"
    answer = stranger.open("/v", method="POST", data={"kode": whole})
    assert "Isi kode QR cocok dengan catatan kami" in answer.text


@pytest.mark.parametrize(
    "path", ["/v/{}.", "/v/{})", "/V/{}", "/v/{}%23123456", "/v/{}/", "/v/{}?fbclid=x", "/v/*{}*", "/V/{}./"]
)
def test_a_link_is_followed_with_what_messengers_make_of_it(
    stranger: Browser, certificate: Certificate, path: str
) -> None:
    assert stranger.visit(path.format(certificate.public_id)).heading == "Sah dan berlaku"


@pytest.mark.parametrize("text", ["*{}*", "{}.", "Kode: {}", "<{}>", "Lihat {} ({}).", "\u2068{}\u2069"])
def test_a_code_is_found_in_what_is_pasted(stranger: Browser, certificate: Certificate, text: str) -> None:
    pasted = text.replace("{}", certificate.public_id)

    assert (
        stranger.read(stranger.open("/v", method="POST", data={"kode": pasted}, follow_redirects=True), 200).heading
        == "Sah dan berlaku"
    )


def test_our_own_message_may_be_pasted_whole(siti: Browser, stranger: Browser, certificate: Certificate) -> None:
    link = siti.visit("/sertifikat").links()["Bagikan ke WhatsApp"]
    (message,) = parse_qs(urlsplit(link).query)["text"]

    answer = stranger.open("/v", method="POST", data={"kode": message})
    assert answer.location == f"/v/{certificate.public_id}"


def test_codes_of_two_certificates_are_not_guessed_at(stranger: Browser, certificate: Certificate) -> None:
    pasted = f"{certificate.public_id} dan {'7' * 26}"
    page = stranger.read(stranger.open("/v", method="POST", data={"kode": pasted}), 400)

    assert page.heading == "Ada lebih dari satu kode"
    assert "Tempel satu kode saja" in page.words


def test_a_wrong_code_says_so_and_keeps_what_was_typed(stranger: Browser) -> None:
    page = stranger.read(stranger.open("/v", method="POST", data={"kode": "KODE-SALAH"}), 400)

    assert page.heading == "Kode belum lengkap atau salah ketik"
    assert page.value("kode") == "KODE-SALAH"


def test_every_miss_looks_alike(stranger: Browser, certificate: Certificate) -> None:
    misses = [stranger.get(f"/v/{code}") for code in ("7" * 26, "0" * 26, "7ZZZZZZZZZZZZZZZZZZZZZZZZZ")]

    assert {response.status_code for response in misses} == {404}
    assert len({len(response.data) for response in misses}) == 1


def test_guessing_codes_is_slowed_and_a_real_one_is_still_answered(
    stranger: Browser, certificate: Certificate, clock: Clock
) -> None:
    stranger.client.environ_base["REMOTE_ADDR"] = "10.9.8.7"
    for number in range(100, 200):
        assert stranger.get(f"/v/{number:026d}").status_code == 404
    slowed = stranger.get("/v/" + "7" * 26)

    assert slowed.status_code == 429
    assert slowed.headers["Retry-After"] == "600"
    assert stranger.get(f"/v/{certificate.public_id}").status_code == 200
    clock.forward(minutes=11)
    assert stranger.get("/v/" + "7" * 26).status_code == 404


def test_after_its_last_day_a_certificate_is_genuine_but_over(
    stranger: Browser, certificate: Certificate, clock: Clock
) -> None:
    clock.forward(days=250)

    assert stranger.visit(f"/v/{certificate.public_id}").heading == "Sah, tetapi masa berlakunya habis"


def test_a_certificate_before_its_first_day_is_not_yet_valid(
    stranger: Browser, certificate: Certificate, clock: Clock
) -> None:
    clock.forward(days=-2)

    assert stranger.visit(f"/v/{certificate.public_id}").heading == "Belum berlaku"


def test_a_revoked_certificate_tells_no_reason_in_public(
    stranger: Browser, dewi: Browser, certificate: Certificate
) -> None:
    assert stranger.visit(f"/v/{certificate.public_id}").heading == "Sah dan berlaku"
    place = f"/sertifikat-terbit/{certificate.public_id}/cabut"
    without_reason = dewi.send(place, {"alasan": ""}, status=422)
    dewi.send(place, {"alasan": "Ujian dikerjakan orang lain"}, token_from=place)
    page = stranger.visit(f"/v/{certificate.public_id}")

    assert "Isi alasan pencabutan" in without_reason.words
    assert page.heading == "Dicabut"
    assert "orang lain" not in page.words
    assert "Ujian dikerjakan orang lain" in dewi.visit("/sertifikat-terbit").words


def test_ten_minutes_later_revoking_asks_for_password_and_code_and_keeps_the_reason(
    dewi: Browser, certificate: Certificate, session: Session, clock: Clock
) -> None:
    place = f"/sertifikat-terbit/{certificate.public_id}/cabut"
    clock.forward(minutes=10)
    asked = dewi.send(place, {"alasan": "Ujian dikerjakan orang lain"}, status=422, token_from=place)
    assert asked.all("textarea")[0].text.strip() == "Ujian dikerjakan orang lain"
    assert session.scalars(select(Certificate.status)).one() == "valid"

    proof = {"sandi_lagi": PASSWORD, "kode_lagi": dewi.code()}
    dewi.send(place, {"alasan": "Ujian dikerjakan orang lain"} | proof, token_from=place)
    again = dewi.post(place, {"alasan": "Sekali lagi"} | proof, token_from=place)
    assert again.status_code == 409
    assert session.scalars(select(Certificate.status)).one() == "revoked"


def test_ten_minutes_later_reissuing_asks_for_password_and_code(
    dewi: Browser, certificate: Certificate, session: Session, clock: Clock
) -> None:
    place = f"/sertifikat-terbit/{certificate.public_id}/ganti"
    clock.forward(minutes=10)
    form = {"alasan": "JP ditetapkan", "sandi_lagi": PASSWORD}
    dewi.send(place, form | {"kode_lagi": "000000"}, status=422, token_from=place)
    assert len(session.scalars(select(Certificate)).all()) == 1

    dewi.send(place, form | {"kode_lagi": dewi.code()}, token_from=place)
    assert len(session.scalars(select(Certificate)).all()) == 2


def test_a_corrected_name_comes_with_a_new_certificate_and_the_old_one_says_so(
    siti: Browser, stranger: Browser, dewi: Browser, certificate: Certificate, session: Session
) -> None:
    session.get_one(Asn, certificate.asn_id).nama = "Siti Aminah, S.Kep."
    session.commit()
    place = f"/sertifikat-terbit/{certificate.public_id}/ganti"
    dewi.send(place, {"alasan": "Gelar diperbaiki"}, token_from=place)
    new = session.scalars(select(Certificate).where(Certificate.status == "valid")).one()

    assert stranger.visit(f"/v/{certificate.public_id}").heading == "Diganti dengan sertifikat baru"
    assert new.nomor not in stranger.visit(f"/v/{certificate.public_id}").words
    assert "Siti Aminah, S.Kep." in stranger.visit(f"/v/{new.public_id}").words
    assert "S.Kep." in siti.visit("/sertifikat").words


def test_an_altered_row_is_tampered_and_shows_nobody(
    stranger: Browser, certificate: Certificate, session: Session
) -> None:
    assert stranger.visit(f"/v/{certificate.public_id}").heading == "Sah dan berlaku"
    on = "" if session.get_bind().dialect.name == "sqlite" else " ON certificate"
    session.execute(text(f"DROP TRIGGER certificate_fixed{on}"))
    session.execute(text("UPDATE certificate SET nama = 'Orang Lain'"))
    page = stranger.visit(f"/v/{certificate.public_id}")

    assert page.heading == "Isi tidak cocok dengan catatan kami"
    assert "Orang Lain" not in page.text


def test_without_its_database_the_page_says_that_nothing_is_known(
    stranger: Browser, certificate: Certificate, session: Session
) -> None:
    address = f"/v/{certificate.public_id}"
    session.execute(text("ALTER TABLE certificate RENAME TO elsewhere"))
    session.commit()
    response = stranger.client.get(address)

    assert response.status_code == 503
    assert "Ini bukan berarti sertifikat palsu" in response.text
    assert response.headers["Retry-After"]


def test_a_page_that_many_strangers_read_is_of_this_minute_and_of_nobody(
    stranger: Browser, siti: Browser, certificate: Certificate, session: Session, clock: Clock
) -> None:
    address = f"/v/{certificate.public_id}"
    first, own = stranger.get(address).text, siti.get(address).text
    again = stranger.get(address).text
    session.get_one(Instansi, certificate.instansi_id).nama = "Kabupaten Berganti Nama"
    session.commit()
    clock.forward(minutes=1)
    renamed = stranger.get(address).text

    assert first == again
    assert "Keluar" in own
    assert "Keluar" not in again
    assert "Kabupaten Berganti Nama" in renamed
    clock.forward(minutes=1)
    assert stranger.get(address).text != renamed


def test_the_json_says_the_same_as_the_page(stranger: Browser, certificate: Certificate) -> None:
    answer = stranger.get(f"/v/{certificate.public_id}.json")
    unknown = stranger.get(f"/v/{'7' * 26}.json")

    assert answer.json is not None
    assert (answer.json["state"], answer.json["nama"], answer.json["nilai"]) == ("valid", "Siti Aminah", 100)
    assert unknown.status_code == 404
    assert unknown.json is not None
    assert set(unknown.json) == {"id", "state", "checked_at"}


def test_the_public_key_is_published(stranger: Browser, settings: Settings, app: Flask) -> None:
    answer = stranger.get("/.well-known/jwks.json")

    assert answer.json == load_keys(settings.secrets_dir).as_jwks()


def test_verification_pages_stay_out_of_search_engines(stranger: Browser, certificate: Certificate) -> None:
    headers = stranger.get(f"/v/{certificate.public_id}").headers

    assert "noindex" in headers["X-Robots-Tag"]
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in headers


def test_an_officer_of_another_instansi_finds_nothing_here(
    certificate: Certificate, session: Session, open_browser: Callable[[], Browser]
) -> None:
    other = make_instansi(session, kode="lain")
    citra = give_password(
        session, make_user(session, asn=make_asn(session, opd=make_opd(session, instansi=other), nama="Citra"))
    )
    give_role(session, citra, Role.BKPSDM, instansi=other)
    browser = open_browser()
    browser.sign_in(citra.login)

    browser.visit(f"/sertifikat-terbit/{certificate.public_id}/cabut", status=404)
    browser.send(f"/sertifikat-terbit/{certificate.public_id}/ganti", status=404)
