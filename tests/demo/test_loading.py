"""The filled example: its promises to visitors, and that its rows are those of the ordinary services."""

import json
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.models import User
from netral.audit.events import list_chains, verify_chain
from netral.certificates.issue.auditing import audit_certificates
from netral.certificates.issue.issuing import Signer
from netral.certificates.issue.register import find_record
from netral.certificates.proof.keys import KeyRing, load_keys, make_key
from netral.certificates.proof.verification import judge
from netral.database.engines import make_engine
from netral.demo.loading import Loaded, Outside, load
from netral.demo.marker import DatabaseNotEmpty
from netral.demo.places import list_places
from netral.demo.records import is_complete, read_records, write_records
from netral.learning.periods.models import Enrolment, Exemption, Period
from netral.learning.periods.reading import choose_period
from netral.organisation.models import Asn, Assignment, Departure, Opd
from netral.organisation.numbers import fold_login
from netral.pledges.circulars.models import CircularReading, CircularVersion, PactSignature
from netral.reporting.recounting import recount
from netral.settings import ROOT
from netral.sosialisasi.models import Attendance, HandPoll, Sosialisasi
from tests.databases import SqliteFactory

NOW = datetime(2026, 12, 1, 3, tzinfo=UTC)


@dataclass(frozen=True)
class Example:
    session: Session
    outside: Outside
    loaded: Loaded
    keyring: KeyRing
    begun: list[str]


@pytest.fixture(scope="module")
def example(sqlite_factory: SqliteFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Example]:
    """Return a small example that is loaded once: no test below changes it."""
    secrets = tmp_path_factory.mktemp("secrets")
    make_key(secrets)
    identifiers, begun = count(1), list[str]()
    keyring = load_keys(secrets)
    outside = Outside(
        document_dir=tmp_path_factory.mktemp("edaran"),
        content_dir=ROOT / "content",
        signer=Signer(lambda: next(identifiers).to_bytes(16, "big"), lambda: keyring),
        password="kopi",
        password_hash="hash",
        now=NOW,
        begun=lambda: begun.append("now"),
        size=1,
    )
    with sqlite_factory.database() as url:
        engine = make_engine(url)
        with Session(engine) as session:
            yield Example(session, outside, load(session, outside), keyring, begun)
        engine.dispose()


def test_about_sixty_units_have_people_whose_numbers_nobody_has(example: Example) -> None:
    places = list_places()

    assert 55 <= len(places) <= 65
    assert example.session.scalar(select(func.count(Opd.id))) == len(places)
    people = example.session.execute(select(Asn.nip, Asn.jenis)).all()
    assert all(nip[15] == "9" and len(nip) == 18 for nip, _ in people if nip)
    assert {jenis for _, jenis in people} == {"PNS", "PPPK", "PPPK-PW", "PPNPN"}


def test_the_current_period_is_part_way(example: Example) -> None:
    period = choose_period(example.session, instansi_id=1, kode=None, now=NOW)
    done, total = example.session.execute(
        select(func.count(Enrolment.completed_at), func.count()).where(
            Enrolment.period_id == period.id, Enrolment.standing == "wajib"
        )
    ).one()

    assert (period.due_at - NOW).days == 30
    assert 0.4 < done / total < 0.8
    standings = example.session.scalars(select(Enrolment.standing).where(Enrolment.period_id == period.id))
    assert {"wajib", "bebas", "keluar"} <= set(standings)


def test_there_is_an_account_for_each_role_and_twenty_new_learners(example: Example) -> None:
    accounts = example.loaded.accounts

    assert {account.role for account in accounts} == {role.value for role in Role}
    learners = Counter(account.status for account in accounts if account.role == "peserta")
    assert learners == {"baru": 20, "sedang": 3, "lulus": 3, "selesai": 3}
    logins = set(example.session.scalars(select(User.login).where(User.password_hash == "hash")))
    assert {account.nip for account in accounts} <= logins
    assert len({account.nip for account in accounts}) == len(accounts)


def test_a_new_learner_has_not_begun_anything(example: Example) -> None:
    new = [account.nip for account in example.loaded.accounts if account.status == "baru"]
    statement = select(Enrolment.started_at, Enrolment.pledged_at).join(User, User.asn_id == Enrolment.asn_id)

    assert {tuple(row) for row in example.session.execute(statement.where(User.login.in_(new)))} == {(None, None)}


def test_there_is_a_certificate_in_each_state(example: Example) -> None:
    states = [exhibit.state for exhibit in example.loaded.certificates]

    assert states == ["valid", "expired", "superseded", "revoked", "not_yet_valid"]
    for exhibit in example.loaded.certificates:
        record = find_record(example.session, exhibit.id)
        assert judge(record, None, now=NOW, keyring=example.keyring).state == exhibit.state


def test_reports_audit_trail_and_certificates_agree(example: Example, tmp_path: Path) -> None:
    session = example.session
    periods = session.scalars(select(Period.id)).all()

    assert [found for each in periods for found in recount(session, instansi_id=1, period_id=each, now=NOW)] == []
    assert audit_certificates(session, keyring=example.keyring, now=NOW, directory=tmp_path) == []
    assert [chain for chain in list_chains(session) if verify_chain(session, chain).broken_at] == []


def test_a_database_with_anything_in_it_is_left_alone(example: Example) -> None:
    before = example.session.scalar(select(func.count(Asn.id)))

    with pytest.raises(DatabaseNotEmpty):
        load(example.session, example.outside)
    assert example.session.scalar(select(func.count(Asn.id))) == before
    assert example.begun == ["now"]


def test_the_files_are_for_their_owner_and_read_back(example: Example, tmp_path: Path) -> None:
    assert not is_complete(tmp_path)
    write_records(tmp_path, example.loaded)
    write_records(tmp_path, example.loaded)

    assert is_complete(tmp_path)
    assert read_records(tmp_path) == example.loaded
    for name in ("demo-accounts.json", "demo-certificates.json"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    row = json.loads((tmp_path / "demo-accounts.json").read_text(encoding="utf-8"))[0]
    assert list(row) == ["role", "nip", "password", "nama", "opd", "periode", "status"]


def test_a_circular_stands_in_two_versions_and_is_read_part_of_the_way(example: Example) -> None:
    versions = example.session.scalars(select(CircularVersion).order_by(CircularVersion.id)).all()
    acked = example.session.scalars(select(CircularReading.version_id).where(CircularReading.acked_at.is_not(None)))
    methods = set(example.session.scalars(select(PactSignature.method)))

    assert [(each.number, each.file_pages) for each in versions] == [(1, 1), (2, 1), (1, 1)]
    assert set(acked) == {versions[0].id, versions[1].id}
    assert methods == {"sendiri", "acara"}
    assert all("contoh" in each.title for each in versions)


def test_meetings_are_in_office_hours_and_no_more_hands_rise_than_people_were_there(example: Example) -> None:
    for starts_at in example.session.scalars(select(Sosialisasi.starts_at)):
        assert 8 <= starts_at.astimezone(ZoneInfo("Asia/Makassar")).hour < 16
    present = example.session.scalar(select(func.count(Attendance.id))) or 0
    for poll in example.session.scalars(select(HandPoll)):
        assert poll.boleh + poll.tidak + poll.tergantung <= present


def test_careers_are_shown(example: Example) -> None:
    """Somebody retired, somebody is on leave, one is Plt, one is seconded, one moves soon, one is exempt on paper."""
    session = example.session
    left = session.scalars(select(Departure.kind).where(Departure.voided_at.is_(None)))
    further = session.scalars(select(Assignment.kind).where(Assignment.kind != "definitif"))
    planned = session.scalar(select(func.count()).where(Assignment.valid_from > NOW.date()))
    papers = session.scalars(select(Exemption.document).where(Exemption.file_id.is_not(None))).all()

    assert sorted(left) == ["cltn", "data", "pensiun"]
    assert sorted(further) == ["perbantuan", "plt"]
    assert (planned, len(papers)) == (1, 1)


def test_everybody_of_the_example_signs_in_by_what_they_type(example: Example) -> None:
    logins = example.session.scalars(select(User.login)).all()

    assert [login for login in logins if login != fold_login(login)] == []
