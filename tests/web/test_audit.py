"""/audit: the trail of one's own chain, in words, with the verdict on the chain."""

import ast
import re

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.audit.events import Act, record
from netral.organisation.models import Instansi
from netral.reporting.reports.trail import ACTIONS, DETAILS, OBJECTS
from netral.settings import ROOT
from tests.factories import NOW, make_instansi, make_opd
from tests.web.conftest import Browser
from tests.web.officers import sign_in_officer, sign_in_operator


@pytest.fixture
def instansi(session: Session) -> Instansi:
    return make_instansi(session)


def write(session: Session, instansi_id: int, action: str = "period.opened", **detail: str) -> None:
    record(session, Act(None, NOW, instansi_id), action=action, object_kind="period", object_id=1, detail=detail)
    session.commit()


@pytest.mark.parametrize("role", [Role.BKPSDM, Role.INSPEKTORAT])
def test_the_trail_is_read_in_words(browser: Browser, session: Session, instansi: Instansi, role: Role) -> None:
    write(session, instansi.id, reason="Jadwal baru")
    sign_in_officer(browser, session, role, instansi=instansi)

    page = browser.visit("/audit")

    assert "Periode dibuka" in page.words
    assert "alasan: Jadwal baru" in page.words
    assert "2 Mei 2029 pukul 10.00 WITA" in page.words
    assert "Rantai catatan utuh" in page.words


def test_a_changed_event_is_announced_on_the_page(browser: Browser, session: Session, instansi: Instansi) -> None:
    write(session, instansi.id)
    sign_in_officer(browser, session, instansi=instansi)
    on = "" if session.get_bind().dialect.name == "sqlite" else " ON audit_event"
    session.execute(text(f"DROP TRIGGER audit_event_no_update{on}"))
    session.execute(text("UPDATE audit_event SET action = 'period.closed' WHERE action = 'period.opened'"))

    assert "Rantai catatan terputus pada catatan 1. Hubungi pengelola sistem." in browser.visit("/audit").words


def test_signing_in_is_shown_only_if_it_is_asked_for(browser: Browser, session: Session, instansi: Instansi) -> None:
    dewi = sign_in_officer(browser, session, instansi=instansi)
    record(session, Act(dewi.id, NOW, instansi.id), action="user.signed_in", object_kind="user", object_id=dewi.id)
    write(session, instansi.id)

    assert "Masuk akun Dewi" not in browser.visit("/audit").words
    assert "Masuk akun Dewi" in browser.visit("/audit?tindakan=semua").words
    assert "Masuk akun Dewi" in browser.visit("/audit?tindakan=user.signed_in").words


def test_another_instansi_has_its_own_trail(browser: Browser, session: Session, instansi: Instansi) -> None:
    other = make_instansi(session, kode="lain", nama="Kabupaten Lain")
    write(session, other.id, reason="Rahasia dapur")
    sign_in_officer(browser, session, instansi=instansi)

    assert "Rahasia dapur" not in browser.visit("/audit").text
    browser.visit(f"/audit?rantai={other.id}", 404)
    browser.visit("/audit?rantai=0", 404)
    assert browser.get(f"/audit/jejak.csv?rantai={other.id}").status_code == 404


def test_pengelola_reads_the_chain_of_the_installation_alone(
    browser: Browser, session: Session, instansi: Instansi
) -> None:
    write(session, 0, "edition.published")
    write(session, instansi.id, reason="Rahasia dapur")
    sign_in_officer(browser, session, Role.PENGELOLA, instansi=None)

    page = browser.visit("/audit")

    assert "Edisi konten diterbitkan" in page.words
    assert "Rahasia dapur" not in page.text


def test_an_operator_may_not_read_the_trail(browser: Browser, session: Session, instansi: Instansi) -> None:
    sign_in_operator(browser, session, make_opd(session, instansi=instansi))

    assert browser.get("/audit").status_code == 403


def test_actions_and_days_filter(browser: Browser, session: Session, instansi: Instansi) -> None:
    write(session, instansi.id, reason="Jadwal baru")
    sign_in_officer(browser, session, instansi=instansi)

    assert "Jadwal baru" in browser.visit("/audit?tindakan=period.opened&dari=2029-05-02&sampai=2029-05-02").words
    assert "Jadwal baru" not in browser.visit("/audit?tindakan=user.").words
    assert "Belum ada catatan pada rentang ini" in browser.visit("/audit?sampai=2029-05-01").words
    assert "Jadwal baru" in browser.visit("/audit?dari=kemarin").words


def test_the_file_holds_the_trail_without_formulas(browser: Browser, session: Session, instansi: Instansi) -> None:
    write(session, instansi.id, "=cmd")
    sign_in_officer(browser, session, instansi=instansi)

    lines = browser.get("/audit/jejak.csv?tindakan=%3Dcmd").data.decode("utf-8-sig").splitlines()

    assert lines[0] == "Nomor;Waktu;Pelaku;Tindakan;Objek;Rincian;Sidik"
    assert lines[1].startswith("1;2029-05-02T10:00:00+08:00;sistem;'=cmd;periode 1;;")


def test_every_action_that_is_recorded_has_words() -> None:
    kinds = {action.split(".")[0] for action in ACTIONS}
    named = re.compile(rf'"((?:{"|".join(sorted(kinds))})\.[a-z_]+)"')
    columns = {
        "transcript.typ",
        "attempt.id",
        "certificate.id",
        "edition.id",
        "enrolment.id",
        "instansi.id",
        "opd.id",
        "period.id",
    }
    found = {
        action
        for path in sorted((ROOT / "netral").rglob("*.py"))
        if "web" not in path.parts and path.name != "models.py"
        for action in named.findall(path.read_text(encoding="utf-8"))
    }

    assert found - columns - set(ACTIONS) == set()


def keys_of(call: ast.Call, scope: ast.AST) -> set[str]:
    """Return the names of the details in a call, whether written in it or in a variable of its function."""
    (detail,) = [keyword.value for keyword in call.keywords if keyword.arg == "detail"]
    written = [detail]
    if isinstance(detail, ast.Name):
        written = [
            node.value for node in ast.walk(scope) if isinstance(node, ast.Assign) and names(node) == {detail.id}
        ]
    keys = [key for value in written for node in ast.walk(value) if isinstance(node, ast.Dict) for key in node.keys]
    return {str(key.value) for key in keys if isinstance(key, ast.Constant)}


def names(assignment: ast.Assign) -> set[str]:
    return {target.id for target in assignment.targets if isinstance(target, ast.Name)}


def test_every_detail_that_is_recorded_has_words() -> None:
    found: set[str] = set()
    for path in sorted((ROOT / "netral").rglob("*.py")):
        for scope in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(scope, ast.FunctionDef):
                calls = [node for node in ast.walk(scope) if isinstance(node, ast.Call)]
                with_detail = [call for call in calls if any(each.arg == "detail" for each in call.keywords)]
                found |= {key for call in with_detail for key in keys_of(call, scope)}

    assert {"reason", "skipped_rows", "units"} <= found
    assert found - set(DETAILS) == set()


def test_every_kind_of_object_that_is_recorded_has_a_word() -> None:
    kind = re.compile(r'object_kind="([a-z_]+)"')
    found = {
        name
        for path in sorted((ROOT / "netral").rglob("*.py"))
        for name in kind.findall(path.read_text(encoding="utf-8"))
    }

    assert found - set(OBJECTS) == set()
