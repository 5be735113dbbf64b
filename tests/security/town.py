"""A town to attack: a person of every role in one instansi, a certificate, an exam in progress, an upload."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from netral.accounts.access import GRANTS, Awaited, Permission, Role
from netral.accounts.models import User
from netral.audit.events import Act
from netral.certificates.issue.issuing import Signer, issue_if_complete
from netral.certificates.models import Certificate
from netral.certificates.proof.keys import load_keys, make_key
from netral.database.engines import make_engine
from netral.demo.circulars import make_pdf
from netral.exports.models import SiasnPart
from netral.exports.siasn import make_parts
from netral.extensions import db
from netral.learning.periods.models import Enrolment, Period
from netral.organisation.models import Asn, Instansi, Opd
from netral.pledges.circulars.files import Pdf, keep_pdf
from netral.pledges.circulars.issuing import CircularKind, create, publish, set_file, start_version
from netral.pledges.circulars.models import PactSignature
from netral.pledges.circulars.signing import object_to
from netral.pledges.signing import sign
from netral.settings import Settings
from netral.web.application import create_app
from netral.web.edge.access import DECLARED
from tests.factories import NOW, make_asn
from tests.learning.make import KODE, Exam, join, make_exam, pass_exam, start
from tests.pledges.circulars import make_draft, sign_at_apel
from tests.roster.roster_generator import lay_out, make_person, write_workbook
from tests.web.conftest import PASSWORD, SESSION_KEY, Browser, Clock, give_password, give_role

# Names of people, units and files: markup, an expression of a template, a formula, an escape from quotes.
NASTY = "<img src=x onerror=alert(1)>\"'{{7*7}}<script>alert(1)</script>"


@dataclass(frozen=True)
class Town:
    """The town. `names`: possible arguments of addresses, all within reach of the people who may ask.

    `waiting`: a person who has given the password and not yet the code.
    """

    app: Flask
    engine: Engine
    session: Session
    clock: Clock
    browsers: dict[Role, Browser]
    waiting: Browser
    names: dict[str, str]

    def address(self, rule: Rule) -> str:
        return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda found: self.names.get(found[1], "1"), rule.rule)

    def who_may(self, rule: Rule) -> Browser:
        """Return a login that an address admits: a learner where everybody may enter."""
        declared = DECLARED[self.app.view_functions[rule.endpoint]]
        if declared == Awaited.CODE:
            return self.waiting
        if not isinstance(declared, Permission) or declared is Permission.LEARN:
            return self.browsers[Role.PESERTA]
        return next(browser for role, browser in self.browsers.items() if declared in GRANTS[role])

    def rules(self, method: str) -> list[Rule]:
        rules = [rule for rule in self.app.url_map.iter_rules() if method in (rule.methods or set())]
        return sorted(rules, key=lambda rule: rule.rule)

    def stranger(self) -> Browser:
        return Browser(self.app.test_client(), self.session)


@contextmanager
def found_town(database_url: str, directory: Path) -> Iterator[Town]:
    clock, identifiers = Clock(), count(1)
    make_key(directory / "secrets")
    settings = Settings(
        database_url=database_url,
        data_dir=directory,
        secrets_dir=directory / "secrets",
        content_dir=directory / "konten",
        base_url="http://127.0.0.1:8000",
        secret_key=SESSION_KEY,
        now=clock.tell,
        new_identifier=lambda: next(identifiers).to_bytes(16, "big"),
    )
    app, engine = create_app(settings), make_engine(database_url)
    with Session(engine) as session:
        names, people = settle(session, settings)
        browsers = {role: Browser(app.test_client(), session) for role in Role}
        for role, login in people.items():
            sign_in(browsers[role], login)
        waiting = Browser(app.test_client(), session)
        give_the_password(waiting, people[Role.INSPEKTORAT])
        names["import_id"] = upload_roster(browsers[Role.BKPSDM])
        yield Town(app, engine, session, clock, browsers, waiting, names)
    engine.dispose()
    with app.app_context():
        for each in db.engines.values():
            each.dispose()


def settle(session: Session, settings: Settings) -> tuple[dict[str, str], dict[Role, str]]:
    """Return the names of existing things, and a login for each role."""
    exam = make_exam(session)
    opd = session.get_one(Opd, exam.opd_id)
    # One name for everything that is found by its kode, a unit or a period.
    opd.kode, opd.nama = KODE, NASTY
    session.get_one(Asn, exam.asn_id).nama = session.get_one(User, exam.user_id).nama = NASTY
    pass_exam(session, exam)
    period = session.scalars(select(Period)).one()
    period.jp, period.jp_dasar, period.jenis_diklat = 3, "Kurikulum <b>2029</b>", 16
    names = {
        "kode": KODE,
        "code": give_certificate(session, exam, settings),
        "asn_id": str(exam.asn_id),
        "user_id": str(exam.user_id),
        "person_id": str(exam.user_id),
        "slug": "media-sosial",
        "question_id": "kampanye-tunggal",
        "part_id": str(make_part(session, exam.instansi_id)),
        **settle_circulars(session, settings, exam),
    }
    return names, {role: move_in(session, exam, role, opd) for role in Role}


def settle_circulars(session: Session, settings: Settings, exam: Exam) -> dict[str, str]:
    """Publish a pakta with a file and a nasty title, and a draft of its next version, that Siti objects to."""
    siti = session.get_one(Asn, exam.asn_id)
    pdf = Pdf(make_pdf("Contoh"), 1)
    hashed = keep_pdf(settings.document_dir, pdf)
    act = Act(None, NOW, siti.instansi_id)
    circular_id = create(session, act, kind=CircularKind.PAKTA, draft=make_draft(title=NASTY, questions=()))
    set_file(session, act, circular_id=circular_id, hashed=hashed, pages=1, size=len(pdf.content))
    pakta = publish(session, act, circular_id=circular_id)
    sign_at_apel(session, pakta, siti, file_hash=hashed)
    object_to(session, act, asn_id=siti.id, circular_id=circular_id)
    start_version(session, act, circular_id=circular_id)
    session.commit()
    signature = session.scalars(select(PactSignature)).one()
    return {
        "circular_id": str(circular_id),
        "nomor_versi": "1",
        "signing_id": str(signature.signing_id),
        "signature_id": str(signature.id),
    }


def move_in(session: Session, exam: Exam, role: Role, opd: Opd) -> str:
    """Make a person of a role, who is also in the middle of the exam; return the login."""
    mine = join(session, exam, make_asn(session, opd=opd, nama=NASTY))
    user = give_password(session, session.get_one(User, mine.user_id))
    if role is not Role.PESERTA:
        place = None if role is Role.PENGELOLA else session.get_one(Instansi, exam.instansi_id)
        give_role(session, user, role, instansi=place, opd=opd if role is Role.OPERATOR_OPD else None)
    start(session, mine)
    return user.login


def sign_in(browser: Browser, login: str) -> None:
    """Sign in without a check of the pages: no other pages have such names."""
    give_the_password(browser, login)
    if browser.get("/profil").status_code != 200:
        answer = browser.post("/masuk/kode", {"kode": browser.code()}, token_from="/masuk/kode")
        assert answer.status_code == 303


def give_the_password(browser: Browser, login: str) -> None:
    answer = browser.post("/masuk", {"nip": login, "kata_sandi": PASSWORD}, token_from="/masuk")
    assert answer.status_code == 303


def upload_roster(browser: Browser) -> str:
    """Upload a roster with one person, waiting to be applied; return its number."""
    workbook = write_workbook(lay_out([make_person(1, nama=NASTY, unit="")]))
    fields = {
        "csrf_token": browser.token("/pegawai/impor"),
        "berkas": (BytesIO(workbook), "<b onclick=alert(1)>{{7*7}}.xlsx"),
    }
    answer = browser.open("/pegawai/impor", method="POST", data=fields, content_type="multipart/form-data")
    assert answer.status_code == 303
    return str(answer.location).rsplit("/", 1)[-1]


def make_part(session: Session, instansi_id: int) -> int:
    """Put the certificate into a part for SIASN; return its number."""
    session.get_one(Instansi, instansi_id).siasn_id = "A5EB03E23CCCF6A0E040640A040252AD"
    session.flush()
    make_parts(session, Act(None, NOW, instansi_id), kode=KODE)
    session.commit()
    return session.scalars(select(SiasnPart.id)).one()


def give_certificate(session: Session, exam: Exam, settings: Settings) -> str:
    sign(session, Act(exam.user_id, NOW), asn_id=exam.asn_id, kode=KODE, ticked=frozenset({1, 2, 3, 4}))
    enrolment = session.scalars(select(Enrolment).where(Enrolment.asn_id == exam.asn_id)).one()
    ring = load_keys(settings.secrets_dir)
    signer = Signer(lambda: bytes(15) + b"\x07", lambda: ring)
    issue_if_complete(session, Act(None, NOW), signer, enrolment_id=enrolment.id)
    session.commit()
    return session.scalars(select(Certificate.public_id)).one()
