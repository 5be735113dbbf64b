"""Filling an empty database with the example: people, content, three periods, their events, certificates."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.accounts.users import open_accounts
from netral.audit.events import Act
from netral.certificates.issue.issuing import Signer
from netral.content.edition import freeze
from netral.content.library import read_library
from netral.demo.accounts import Cast, DemoAccount, choose_cast, grant_roles, make_accounts
from netral.demo.acting import Means, Stage
from netral.demo.careers import Careers, choose_careers, tell_careers
from netral.demo.circulars import Office, issue_circulars
from netral.demo.exhibits import Exhibit, make_exhibits
from netral.demo.marker import DatabaseNotEmpty
from netral.demo.meetings import hold_meetings
from netral.demo.roster import Planted, plant
from netral.demo.schedule import Opening, Schedule
from netral.demo.stories import Teller
from netral.learning.exams.counting import count_noted, find_noted
from netral.learning.periods.opening import open_period
from netral.learning.periods.reading import PeriodView
from netral.organisation.instansi import Profile, change_profile, make_instansi
from netral.organisation.models import Instansi
from netral.organisation.writing import change_people
from netral.pledges.publishing import publish
from netral.roster.following import follow_roster

ZONA = "Asia/Makassar"
PROFILE = Profile(
    nama="Kabupaten Contoh",
    zona=ZONA,
    contact_name="Bidang Pembinaan, BKPSDM Kabupaten Contoh",
    contact_phone="0000 555 0101",
    contact_email="bkpsdm@contohkab.example",
    contact_hours="Senin sampai Jumat, 08.00 sampai 16.00 WITA",
    signatory_name="Ratna Dewanti, M.Si.",
    signatory_title="Kepala BKPSDM Kabupaten Contoh",
    siasn_id="0123456789ABCDEF0123456789ABCDEF",
)
SEED = 2029
SIZE = 2000
EARLIER_SHARE = 0.015
# The example revokes and reissues certificates after all other events.
LEFT_ALONE = timedelta(hours=1)
# The shipped content is reviewed with every version, so the example is not refused for overdue content.
REVIEWED = date(2026, 11, 24)
# What an import changed while the current period ran, by the kode of an OPD; `careers` tells what officers entered.
MOVES = (("dinsos", "kesbangpol"), ("disdik", "disdik-smpn2"), ("setda", "setda-hukum"))
LEAVES = ("kec-hulu",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The values from outside.

    `password_hash` is of the one password of all accounts; `begun` is called before the first row is written.
    """

    content_dir: Path
    document_dir: Path
    signer: Signer
    password: str
    password_hash: str
    now: datetime
    begun: Callable[[], None]
    size: int = SIZE


@dataclass(frozen=True, slots=True)
class Loaded:
    accounts: tuple[DemoAccount, ...]
    certificates: tuple[Exhibit, ...]


def load(session: Session, outside: Outside) -> Loaded:
    """Fill the database and commit along the way; an interrupted loading is begun anew. Raises DatabaseNotEmpty."""
    check_empty(session)
    session.rollback()
    outside.begun()
    rng = Random(SEED)
    schedule = Schedule.around(outside.now, ZoneInfo(ZONA))
    instansi = make_instansi(session, kode="contoh", nama=PROFILE.nama, zona=ZONA, now=schedule.planted_at)
    change_profile(
        session, instansi_id=instansi.id, profile=PROFILE, zone_is_fixed=False, now=schedule.planted_at, by=None
    )
    planted = plant(session, instansi_id=instansi.id, size=outside.size, rng=rng, now=schedule.planted_at)
    library = read_library(outside.content_dir, today=min(outside.now.date(), REVIEWED))
    publish(session, Act(None, schedule.planted_at), freeze(library))
    session.commit()
    return Loading(session, outside, schedule, planted, instansi.id, rng).run()


def check_empty(session: Session) -> None:
    if session.scalar(select(Instansi.id).limit(1)):
        raise DatabaseNotEmpty


@dataclass(frozen=True, slots=True)
class Loading:
    """The values that the steps after planting share."""

    session: Session
    outside: Outside
    schedule: Schedule
    planted: Planted
    instansi_id: int
    rng: Random

    def run(self) -> Loaded:
        means = Means(signer=self.outside.signer, rng=self.rng)
        cast = choose_cast(self.session, self.planted, now=self.schedule.planted_at)
        open_accounts(self.session, instansi_id=self.instansi_id, now=self.schedule.planted_at)
        grant_roles(self.session, cast, now=self.schedule.planted_at)
        self.session.commit()
        earlier = self.play_earlier(means, cast)
        upcoming = self.play_upcoming(means, cast)
        current = self.play_current(means, cast)
        accounts = make_accounts(
            self.session,
            cast,
            period_id=current.id,
            kode=current.kode,
            password=self.outside.password,
            password_hash=self.outside.password_hash,
            now=self.outside.now,
        )
        office = Office(self.session, self.schedule, self.instansi_id, self.officer(cast), self.outside.document_dir)
        issue_circulars(office, self.crowd(cast), cast.learners, Random(SEED))
        certificates = make_exhibits(
            self.session,
            means,
            earlier_id=earlier.id,
            upcoming_id=upcoming.id,
            current_id=current.id,
            now=self.outside.now,
            by=self.officer(cast),
        )
        self.session.commit()
        act = Act(self.officer(cast), self.outside.now, self.instansi_id)
        hold_meetings(self.session, act, self.planted, self.schedule, period_id=current.id, rng=self.rng)
        self.count_answers()
        return Loaded(accounts, certificates)

    def count_answers(self) -> None:
        for period_id in find_noted(self.session):
            while count_noted(self.session, period_id=period_id):
                self.session.commit()
            self.session.commit()

    def open(self, opening: Opening, cast: Cast) -> PeriodView:
        opened = open_period(self.session, Act(self.officer(cast), opening.at, self.instansi_id), opening.plan)
        self.session.commit()
        return opened.period

    def play_earlier(self, means: Means, cast: Cast) -> PeriodView:
        """Play a period with a few people, only so that there are expired certificates."""
        period = self.open(self.schedule.earlier(), cast)
        stage = Stage(self.session, period, means)
        teller = Teller(stage, until=period.closes_at, rng=self.rng)
        for asn_id in self.crowd(cast):
            if self.rng.random() < EARLIER_SHARE:
                teller.tell_one(asn_id, done=True)
        stage.play(until=period.closes_at)
        return period

    def play_upcoming(self, means: Means, cast: Cast) -> PeriodView:
        """Play one person ahead of their time, whose certificate is not valid yet."""
        period = self.open(self.schedule.upcoming(), cast)
        stage = Stage(self.session, period, means)
        teller = Teller(stage, until=period.due_at, rng=self.rng)
        teller.study(teller.make_person(self.crowd(cast)[0], knows=1.0))
        stage.play(until=period.closes_at)
        return period

    def play_current(self, means: Means, cast: Cast) -> PeriodView:
        period = self.open(self.schedule.current(), cast)
        stage = Stage(self.session, period, means)
        teller = Teller(stage, until=self.outside.now, rng=self.rng)
        changes = choose_changes(self.planted, cast)
        idle = cast.everybody | changes.idle
        for people in self.planted.people.values():
            teller.tell_office([asn_id for asn_id in people if asn_id not in idle])
        moved_at = self.schedule.at(-9)
        stage.play(until=moved_at)
        change_roster(
            self.session,
            changes,
            self.planted,
            instansi_id=self.instansi_id,
            now=moved_at,
            by=self.officer(cast),
        )
        act = Act(self.officer(cast), moved_at, self.instansi_id)
        tell_careers(self.session, act, changes.careers, self.planted, kode=period.kode, zone=ZoneInfo(ZONA))
        self.session.commit()
        stage.play(until=self.outside.now - LEFT_ALONE)
        return period

    def crowd(self, cast: Cast) -> list[int]:
        return [each for people in self.planted.people.values() for each in people if each not in cast.everybody]

    def officer(self, cast: Cast) -> int:
        """Return the user id of Dewi, who acts for BKPSDM."""
        return self.session.execute(select(User.id).where(User.asn_id == cast.officers[0])).scalar_one()


@dataclass(frozen=True, slots=True)
class Changes:
    """Planned changes by ASN id: moves with the kode of the goal, leavers, and what officers enter."""

    moves: dict[int, str]
    leaves: tuple[int, ...]
    careers: Careers

    @property
    def idle(self) -> frozenset[int]:
        """Return people who do nothing in the period, so that leaving and exemption make sense."""
        return frozenset(self.leaves) | self.careers.idle


def choose_changes(planted: Planted, cast: Cast) -> Changes:
    """Choose people from the end of each office's list, away from the accounts that are shown."""
    free = {opd: [each for each in people if each not in cast.everybody] for opd, people in planted.people.items()}
    return Changes(
        moves={free[origin].pop(): goal for origin, goal in MOVES},
        leaves=tuple(free[origin].pop() for origin in LEAVES),
        careers=choose_careers(free),
    )


def change_roster(
    session: Session, changes: Changes, planted: Planted, *, instansi_id: int, now: datetime, by: int
) -> None:
    moves = [(asn_id, {"opd_id": planted.opds[goal]}) for asn_id, goal in changes.moves.items()]
    change_people(session, [*moves, *((asn_id, {"active": False}) for asn_id in changes.leaves)], now=now)
    follow_roster(session, instansi_id=instansi_id, now=now, by=by)
    session.commit()
