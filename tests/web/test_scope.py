"""Every address that names something is not found for officers of another instansi or another OPD."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from netral.accounts.access import GRANTS, Permission, Role
from netral.accounts.models import RoleGrant, User
from netral.audit.events import Act
from netral.certificates.issue.issuing import Signer, issue_if_complete
from netral.certificates.models import Certificate
from netral.certificates.proof.keys import load_keys
from netral.corrections.asking import ask
from netral.corrections.claims import CorrectedField
from netral.exports.models import SiasnExport, SiasnPart
from netral.learning.periods.exemptions import Paper, grant_exemption
from netral.learning.periods.models import Enrolment, Exemption
from netral.learning.periods.opening import open_period
from netral.organisation.careers import Intent, Wish
from netral.organisation.models import Asn, Assignment, Instansi, Opd, RosterImport
from netral.pledges.circulars.issuing import CircularKind
from netral.pledges.circulars.models import PactSignature, Signing
from netral.pledges.circulars.signing import object_to
from netral.pledges.signing import sign
from netral.roster.changing import change_place
from netral.settings import Settings
from netral.web.edge.access import DECLARED, PUBLIC
from tests.factories import NOW, make_asn, make_instansi, make_opd, make_user
from tests.learning.make import KODE, make_exam, make_plan, pass_exam
from tests.pledges.circulars import publish_circular, sign_at_apel
from tests.web.conftest import Browser, give_password, give_role


@dataclass(frozen=True)
class Foreign:
    """The data of the other instansi, by the names of the arguments of addresses."""

    values: dict[str, str]

    def address(self, rule: Rule) -> str | None:
        """Return the address with foreign data in it; none when it names nobody's data."""
        if not rule.arguments or not rule.arguments <= self.values.keys():
            return None
        return re.sub(r"<(?:[^<>]*:)?(\w+)>", lambda found: self.values[found[1]], rule.rule)


@pytest.fixture
def foreign(session: Session, settings: Settings) -> Foreign:
    """Make Siti of Kabupaten Contoh, with a certificate, an OPD, a period and an import that are out of reach."""
    exam = make_exam(session)
    pass_exam(session, exam)
    ticked = frozenset({1, 2, 3, 4})
    sign(session, Act(exam.user_id, NOW), asn_id=exam.asn_id, kode=KODE, ticked=ticked)
    enrolment = session.scalars(select(Enrolment).where(Enrolment.asn_id == exam.asn_id)).one()
    ring = load_keys(settings.secrets_dir)
    signer = Signer(lambda: bytes(15) + b"\x07", lambda: ring)
    issue_if_complete(session, Act(None, NOW), signer, enrolment_id=enrolment.id)
    upload = RosterImport(
        instansi_id=exam.instansi_id, file_name="pegawai.xlsx", file_hash="0" * 64, state="pratinjau", uploaded_at=NOW,
        uploaded_by=exam.user_id, rows=[], problems=[], summary={},
    )  # fmt: skip
    session.add(upload)
    asked = ask(
        session, Act(exam.user_id, NOW), asn_id=exam.asn_id, field=CorrectedField.NAMA, proposed="Siti Rahma", note=""
    )
    user = session.get_one(User, exam.user_id)
    give_role(session, user, Role.OPERATOR_OPD, opd=session.get_one(Opd, exam.opd_id))
    session.commit()
    siti = session.get_one(Asn, exam.asn_id)
    pakta = publish_circular(session, siti.instansi_id, kind=CircularKind.PAKTA, units=(siti.opd_id,))
    sign_at_apel(session, pakta, siti)
    object_to(session, Act(exam.user_id, NOW), asn_id=siti.id, circular_id=pakta.circular_id)
    session.commit()
    act = Act(None, NOW, exam.instansi_id)
    plt = Wish(intent=Intent.ASSIGN, kind="plt", day=NOW.date(), opd_id=exam.opd_id, reason="Jabatan kosong")
    change_place(session, act, asn_id=exam.asn_id, wish=plt)
    paper = Paper(document="800/12", pdf=b"%PDF-1.4 %%EOF")
    grant_exemption(session, act, asn_id=exam.asn_id, kode=KODE, reason="Tugas belajar", paper=paper)
    session.commit()
    certificate = session.scalars(select(Certificate)).one()
    opd = session.get_one(Opd, exam.opd_id)
    part = SiasnPart(instansi_id=exam.instansi_id, period_id=enrolment.period_id, number=1, made_at=NOW)
    session.add(part)
    session.flush()
    session.add(SiasnExport(certificate_id=certificate.id, instansi_id=exam.instansi_id, part_id=part.id))
    session.flush()
    return Foreign(
        {
            "kode": opd.kode,
            "code": certificate.public_id,
            "asn_id": str(exam.asn_id),
            "user_id": str(exam.user_id),
            "grant_id": str(session.scalars(select(RoleGrant.id)).one()),
            "import_id": str(upload.id),
            "enrolment_id": str(enrolment.id),
            "correction_id": str(asked.correction_id),
            "part_id": str(part.id),
            "circular_id": str(pakta.circular_id),
            "nomor_versi": str(pakta.number),
            "signing_id": str(session.scalars(select(Signing.id)).one()),
            "signature_id": str(session.scalars(select(PactSignature.id)).one()),
            "place_id": str(session.scalars(select(Assignment.id).where(Assignment.kind == "plt")).one()),
            "exemption_id": str(session.scalars(select(Exemption.id)).one()),
        }
    )


def officers_of(
    session: Session, instansi: Instansi, opd: Opd, open_browser: Callable[[], Browser]
) -> dict[Role, Browser]:
    browsers = {}
    for role in Role:
        user = give_password(session, make_user(session, asn=make_asn(session, opd=opd, nama=f"Orang {role.value}")))
        if role is not Role.PESERTA:
            place = None if role is Role.PENGELOLA else instansi
            give_role(session, user, role, instansi=place, opd=opd if role is Role.OPERATOR_OPD else None)
        browsers[role] = open_browser()
        browsers[role].enter(user.login)
    return browsers


def visit_all(app: Flask, browsers: dict[Role, Browser], foreign: Foreign) -> list[str]:
    """Visit with everybody who may use such an address at all; return the addresses visited."""
    asked = []
    for rule in app.url_map.iter_rules():
        declared = DECLARED[app.view_functions[rule.endpoint]]
        path = foreign.address(rule)
        if path is None or declared == PUBLIC:
            continue
        for role, browser in browsers.items():
            if isinstance(declared, Permission) and declared not in GRANTS[role] and declared is not Permission.LEARN:
                continue
            for method in sorted({"GET", "POST"} & (rule.methods or set())):
                data = {"csrf_token": browser.token("/profil")} if method == "POST" else None
                response = browser.open(path, method=method, data=data)
                assert response.status_code == 404, (role, method, path, response.status_code)
                assert "Siti Aminah" not in response.text
                asked.append(path)
    return asked


def test_officers_of_another_instansi_find_nothing_here(
    app: Flask, session: Session, foreign: Foreign, open_browser: Callable[[], Browser]
) -> None:
    other = make_instansi(session, kode="lain", nama="Kabupaten Lain")
    opd = make_opd(session, instansi=other, nama="Dinas Lain", kode="lain-1")
    browsers = officers_of(session, other, opd, open_browser)
    open_period(session, Act(None, NOW, other.id), make_plan(kode="pilkada-lain"))
    session.commit()

    assert visit_all(app, browsers, foreign)


def test_an_operator_of_another_opd_finds_nothing_there(
    app: Flask, session: Session, foreign: Foreign, open_browser: Callable[[], Browser]
) -> None:
    instansi = session.scalars(select(Instansi)).one()
    opd = make_opd(session, instansi=instansi, nama="Dinas Sosial", kode="dinsos")
    citra = give_password(session, make_user(session, asn=make_asn(session, opd=opd, nama="Citra Lestari")))
    give_role(session, citra, Role.OPERATOR_OPD, opd=opd)
    browser = open_browser()
    browser.enter(citra.login)

    assert visit_all(app, {Role.OPERATOR_OPD: browser}, foreign)


def test_lists_of_an_operator_hold_the_own_subtree_only(
    session: Session, foreign: Foreign, open_browser: Callable[[], Browser]
) -> None:
    instansi = session.scalars(select(Instansi)).one()
    opd = make_opd(session, instansi=instansi, nama="Dinas Sosial", kode="dinsos")
    citra = give_password(session, make_user(session, asn=make_asn(session, opd=opd, nama="Citra Lestari")))
    give_role(session, citra, Role.OPERATOR_OPD, opd=opd)
    browser = open_browser()
    browser.enter(citra.login)

    for path in ("/pegawai", "/dasbor"):
        page = browser.visit(path)
        assert "Siti Aminah" not in page.words
        assert "Dinas Kesehatan" not in page.words


def test_no_full_nip_stands_on_any_page_of_others(
    session: Session, foreign: Foreign, open_browser: Callable[[], Browser]
) -> None:
    nip = session.scalars(select(User.login).order_by(User.id)).first()
    instansi = session.scalars(select(Instansi)).one()
    dewi = give_password(session, make_user(session, asn=make_asn(session, nama="Dewi Lestari")))
    give_role(session, dewi, Role.BKPSDM, instansi=instansi)
    browser = open_browser()
    browser.enter(dewi.login)

    assert nip
    for path in (
        "/pegawai",
        "/dasbor",
        f"/pegawai/{foreign.values['asn_id']}",
        f"/opd/{foreign.values['kode']}",
        "/sertifikat-terbit",
        f"/v/{foreign.values['code']}",
    ):
        assert nip not in browser.get(path).text, path
