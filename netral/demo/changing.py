"""Changes of a roster while a period runs: moves, leaves, exemptions."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.demo.accounts import Cast
from netral.demo.roster import Planted
from netral.learning.periods.enrolments import exempt
from netral.organisation.writing import change_people
from netral.roster.following import follow_roster

MOVES = (("dinsos", "kesbangpol"), ("disdik", "disdik-smpn2"), ("setda", "setda-hukum"), ("dishub", "satpolpp"))
LEAVES = ("pupr", "rsud", "kec-hulu")
EXEMPT = {"rsud": "Cuti melahirkan sampai akhir periode.", "dlh": "Tugas belajar di luar daerah."}


@dataclass(frozen=True, slots=True)
class Changes:
    """Planned changes by ASN id: moves with the kode of the goal, leavers, and exemptions with their reasons."""

    moves: dict[int, str]
    leaves: tuple[int, ...]
    exempt: dict[int, str]

    @property
    def idle(self) -> frozenset[int]:
        """Return people who do nothing in the period, so that leaving and exemption make sense."""
        return frozenset({*self.leaves, *self.exempt})


def choose_changes(planted: Planted, cast: Cast) -> Changes:
    """Choose people from the end of each office's list, away from the accounts that are shown."""
    free = {opd: [each for each in people if each not in cast.everybody] for opd, people in planted.people.items()}
    return Changes(
        moves={free[origin].pop(): goal for origin, goal in MOVES},
        leaves=tuple(free[origin].pop() for origin in LEAVES),
        exempt={free[origin].pop(): reason for origin, reason in EXEMPT.items()},
    )


def change_roster(
    session: Session, changes: Changes, planted: Planted, *, instansi_id: int, kode: str, now: datetime, by: int
) -> None:
    moves = [(asn_id, {"opd_id": planted.opds[goal]}) for asn_id, goal in changes.moves.items()]
    change_people(session, [*moves, *((asn_id, {"active": False}) for asn_id in changes.leaves)], now=now)
    follow_roster(session, instansi_id=instansi_id, now=now, by=by)
    for asn_id, reason in changes.exempt.items():
        exempt(session, Act(by, now, instansi_id), asn_id=asn_id, kode=kode, reason=reason)
    session.commit()
