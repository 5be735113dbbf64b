"""The same pages with many more people: first with one kabupaten of 20,000, then with all that were asked for.

.venv/bin/python -m bench.growth [--database sqlite|postgresql] [--people 1000000] [--together] [--skip PAGE]

Each kabupaten has 20,000 people and a period of its own, as Indonesia's ASN are spread over some 600 instansi;
`--together` puts everybody into one period instead, which is more than any instansi has: every unit then has as many
times more people. The counts stand as the sweep leaves them every five minutes.
"""

import argparse
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.memory import enter
from bench.population import Place, analyse, make_units, settle
from bench.speed import Case, make_cases, measure
from bench.town import OFFICER_NAMES, UNITS, Town, run_town
from netral.accounts.access import Role
from netral.accounts.models import User
from netral.accounts.users import grant_role
from netral.audit.events import Act
from netral.learning.periods.models import Enrolment, Period
from netral.learning.periods.opening import open_period
from netral.organisation.models import Instansi, Opd
from tests.browser.server import KODE, plan_around
from tests.factories import make_asn, make_instansi

KABUPATEN = 20_000
MOST_GROWTH = 3
ROUNDS = 3
SECONDS = 2.0
NAMES = {"saved answer", "verification", "task list", "dashboard"}


@dataclass(slots=True)
class Growth:
    """Milliseconds of CPU for an answer, the database's included, before and after."""

    name: str
    before: float
    after: float = field(default=0)

    @property
    def ratio(self) -> float:
        return self.after / self.before


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--skip", action="append", default=[], metavar="PAGE", help="a page that would take too long")
    arguments = parser.parse_args()
    with run_town(arguments.database, people=KABUPATEN) as town:
        cases = [*(case for case in make_cases(town) if case.name in NAMES), *make_officer_cases(town)]
        if missing := NAMES - {case.name for case in cases}:
            raise RuntimeError(f"no such page: {', '.join(sorted(missing))}")
        cases = [case for case in cases if case.name not in arguments.skip]
        grown = [Growth(case.name, cost(case, town, 0)) for case in cases]
        began = time.perf_counter()
        with town.server.session() as session:
            grow(session, people=arguments.people - KABUPATEN, together=arguments.together)
            enrolments = session.scalar(select(func.count()).select_from(Enrolment))
        print(f"{enrolments} enrolments, made in {time.perf_counter() - began:.0f} s, on {arguments.database}")
        for case, growth in zip(cases, grown, strict=True):
            growth.after = cost(case, town, 1)
    for growth in grown:
        missed = "" if growth.ratio <= MOST_GROWTH else f"  MISSED (at most {MOST_GROWTH})"
        print(f"{growth.name:<26}{growth.before:>9.2f} ms{growth.after:>9.2f} ms  x {growth.ratio:.2f}{missed}")
    return 0 if all(growth.ratio <= MOST_GROWTH for growth in grown) else 1


def make_officer_cases(town: Town) -> list[Case]:
    """Return pages by the login that may see them: of an operator, of the leadership and of BKPSDM."""
    with town.server.session() as session:
        opd = session.scalars(select(Opd).where(Opd.nama == "Dinas 0")).one()
        unit = session.scalars(select(Opd).where(Opd.parent_id == opd.id).order_by(Opd.id)).first()
        login = town.server.logins[OFFICER_NAMES["operator_opd"]]
        user = session.scalars(select(User).where(User.login == login)).one()
        grant_role(
            session, Act(None, datetime.now(UTC), opd.instansi_id), user=user, role=Role.OPERATOR_OPD, opd_id=opd.id
        )
        addresses = {"OPD page": f"/opd/{opd.kode}", "follow-up list of a unit": f"/opd/{unit.kode if unit else ''}"}
    office = {
        "people found by name": "/pegawai?cari=siti",
        "people found by NIP": "/pegawai?cari=1985",
        "people of a period": f"/periode/{KODE}/peserta",
        "register of certificates": "/sertifikat-terbit",
        "background jobs": "/pekerjaan",
    }
    operator, head = town.visitor(OFFICER_NAMES["operator_opd"]), town.visitor(OFFICER_NAMES["pimpinan"])
    cases = [Case(name, [operator.repeat(address)] * 2) for name, address in addresses.items()]
    dewi = enter(town, "Dewi")
    cases += [Case(name, [dewi.repeat(address)] * 2) for name, address in office.items()]
    return [*cases, Case("summary of the leadership", [head.repeat("/ringkasan")] * 2)]


def cost(case: Case, town: Town, again: int) -> float:
    case.cpu.clear()
    for round_number in range(ROUNDS):
        measure(case, town.port, town.roots, SECONDS, again * ROUNDS + round_number)
    return median(case.cpu)


def grow(session: Session, *, people: int, together: bool) -> None:
    now = datetime.now(UTC)
    if together:
        instansi, period = session.scalars(select(Instansi)).one(), session.scalars(select(Period)).one()
        units = session.scalars(select(Opd.id).where(Opd.nama.like("Unit %")).order_by(Opd.id)).all()
        settle(session, Place(instansi, period, tuple(units)), people=people, now=now)
    for number in range(0 if together else people // KABUPATEN):
        settle(session, found(session, number, now), people=KABUPATEN, now=now)
    analyse(session)


def found(session: Session, number: int, now: datetime) -> Place:
    """Make another kabupaten with an open period."""
    instansi = make_instansi(session, kode=f"kab-{number}", nama=f"Kabupaten {number}")
    units = make_units(session, instansi=instansi, units=UNITS)
    make_asn(session, opd=session.get_one(Opd, units[0]))
    open_period(session, Act(None, now, instansi.id), plan_around(now))
    period = session.scalars(select(Period).where(Period.instansi_id == instansi.id)).one()
    return Place(instansi, period, units)


if __name__ == "__main__":
    sys.exit(main())
