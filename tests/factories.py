"""Test data: plain functions with defaults, and the personas. A test names only its subject."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.models import User
from netral.learning.editions.models import Edition
from netral.learning.periods.models import Enrolment, Period
from netral.organisation.models import Asn, Instansi, Opd
from netral.pledges.models import PledgeVersion

NOW = datetime(2029, 5, 2, 2, 0, tzinfo=UTC)
"""10.00 WITA on 2 May 2029, in the middle of the period that `make_period` makes."""

numbers = count(1)


def make_instansi(
    session: Session, *, kode: str = "contoh", nama: str = "Kabupaten Contoh", zona: str = "Asia/Makassar"
) -> Instansi:
    instansi = Instansi(kode=kode, nama=nama, zona=zona, created_at=NOW)
    session.add(instansi)
    session.flush()
    return instansi


def make_opd(
    session: Session,
    *,
    instansi: Instansi | None = None,
    nama: str = "Dinas Kesehatan",
    kode: str | None = None,
    jenis: str = "opd",
    parent: Opd | None = None,
) -> Opd:
    instansi_id = parent.instansi_id if parent else (instansi or the_instansi(session)).id
    opd = Opd(
        instansi_id=instansi_id,
        kode=kode or f"opd-{next(numbers)}",
        nama=nama,
        jenis=jenis,
        parent_id=parent.id if parent else None,
        path="",
    )
    session.add(opd)
    session.flush()
    opd.path = f"{parent.path if parent else ''}{opd.id}/"
    session.flush()
    return opd


def make_asn(
    session: Session,
    *,
    opd: Opd | None = None,
    nama: str = "Siti Aminah",
    nip: str | None = None,
    jenis: str = "PNS",
    **more: Any,
) -> Asn:
    """Make an ASN with an impossible NIP: the serial of everybody on a test roster is 000."""
    opd = opd or the_opd(session)
    number = next(numbers)
    born = date(1970, 1, 1) + timedelta(days=number)
    asn = Asn(
        instansi_id=opd.instansi_id,
        opd_id=opd.id,
        nama=nama,
        jenis=jenis,
        nip=nip or f"{born:%Y%m%d}2005012000",
        created_at=NOW,
        updated_at=NOW,
        **more,
    )
    session.add(asn)
    session.flush()
    return asn


def make_user(
    session: Session, *, asn: Asn | None = None, login: str | None = None, instansi: Instansi | None = None, **more: Any
) -> User:
    """Make a user who can sign in only after `set_password`; with an ASN, a peserta."""
    user = User(
        login=login or (asn.nip if asn and asn.nip else f"pengguna-{next(numbers)}"),
        nama=more.pop("nama", asn.nama if asn else "Petugas"),
        asn_id=asn.id if asn else None,
        instansi_id=asn.instansi_id if asn else (instansi.id if instansi else None),
        created_at=NOW,
        **more,
    )
    session.add(user)
    session.flush()
    return user


def make_pledge_version(session: Session) -> PledgeVersion:
    points = [f"Butir {number} ikrar netralitas." for number in range(1, 5)]
    version = PledgeVersion(
        slug="netralitas",
        versi=1,
        judul="Ikrar netralitas",
        text_hash=f"{next(numbers):064x}",
        opening="Saya menyatakan:",
        points=points,
        closing="Demikian ikrar ini.",
        source="Contoh",
    )
    session.add(version)
    session.flush()
    return version


def make_edition(session: Session, **more: Any) -> Edition:
    """Make an edition without modules and questions, enough where only its existence counts."""
    number = next(numbers)
    edition = Edition(
        number=number,
        hash=f"{number:064x}",
        published_at=NOW,
        norms={},
        blueprint={},
        pledge_version_id=make_pledge_version(session).id,
        **more,
    )
    session.add(edition)
    session.flush()
    return edition


def make_period(
    session: Session, *, instansi: Instansi | None = None, edition: Edition | None = None, **more: Any
) -> Period:
    """Make a period: 1 May to 30 June 2029 (tenggat 31 May), pass at 80, three attempts an hour apart, no timer."""
    instansi = instansi or the_instansi(session)
    number = next(numbers)
    values: dict[str, Any] = {
        "kode": f"periode-{number}",
        "number": number,
        "nama": "Pilkada 2029",
        "jenis": "pilkada",
        "opens_at": datetime(2029, 4, 30, 16, tzinfo=UTC),
        "due_at": datetime(2029, 5, 31, 16, tzinfo=UTC),
        "closes_at": datetime(2029, 6, 30, 16, tzinfo=UTC),
        "valid_until": date(2029, 12, 31),
        "pass_percent": 80,
        "max_attempts": 3,
        "cooldown_minutes": 60,
        "time_limit_seconds": None,
        "blueprint": {},
        "modules_first": False,
        "print_score": True,
        "relearn": False,
        "keys_shown": "habis",
        "pretest": False,
        "opened_at": NOW,
    }
    period = Period(instansi_id=instansi.id, edition_id=(edition or make_edition(session)).id, **(values | more))
    session.add(period)
    session.flush()
    return period


def make_enrolment(session: Session, *, asn: Asn, period: Period, **more: Any) -> Enrolment:
    values: dict[str, Any] = {"standing": "wajib", "joined_at": NOW, "notice_read_at": NOW}
    enrolment = Enrolment(
        instansi_id=asn.instansi_id,
        period_id=period.id,
        asn_id=asn.id,
        opd_id=asn.opd_id,
        current_opd_id=asn.opd_id,
        **(values | more),
    )
    session.add(enrolment)
    session.flush()
    return enrolment


def the_instansi(session: Session) -> Instansi:
    """Return the first instansi of this database, made now if there is none."""
    return session.scalars(select(Instansi).order_by(Instansi.id)).first() or make_instansi(session)


def the_opd(session: Session) -> Opd:
    return session.scalars(select(Opd).order_by(Opd.id)).first() or make_opd(session)
