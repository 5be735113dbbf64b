"""Papers of the office: the ZIP of a unit's certificates, its packet, and the files for SIASN; CPU, memory and size.

The certificates of two units are signed and get their PDFs here; those of everybody else have no signature and stand in
SIASN's workbooks only.

.venv/bin/python -m bench.papers [--database sqlite|postgresql] [--small 245] [--large 1000] [--siasn 20000]
"""

import argparse
import os
import re
import secrets
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from statistics import median

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from bench.memory import enter
from bench.population import Place, load_guards, settle, the_place
from bench.processes import cpu_milliseconds
from bench.town import Town, run_town
from bench.visitor import Visitor
from netral.audit.events import Act
from netral.certificates.issue.issuing import Signer, issue_if_complete
from netral.certificates.models import Certificate
from netral.certificates.proof.keys import load_keys
from netral.exports.siasn import list_parts, make_parts
from netral.exports.siasn_files import as_course, read_part, write_part_workbook
from netral.learning.periods.models import Enrolment, Period
from netral.organisation.models import Instansi, Opd
from netral.settings import ROOT
from tests.browser.server import KODE
from tests.exports.conftest import HOURS, SIASN_ID
from tests.factories import make_opd

# Of ten people in a population, three hold a certificate.
PEOPLE_PER_CERTIFICATE = 10 / 3
# What a certificate and a part may cost in CPU, and how much more memory four times the certificates may take.
MOST_PDF_MS, MOST_PART_SECONDS, MOST_GROWTH = 150, 3.0, 1.15
SMALL, LARGE = "bench-kecil", "bench-besar"
JOB = re.compile(r"/pekerjaan/(\d+)")


@dataclass(frozen=True, slots=True)
class Used:
    """The cost of a process with all that it has started: time on the clock, CPU time, and the largest of them."""

    seconds: float
    cpu: float
    mebibytes: float


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--small", type=int, default=245)
    parser.add_argument("--large", type=int, default=1_000)
    parser.add_argument("--siasn", type=int, default=20_000)
    arguments = parser.parse_args()
    with run_town(arguments.database, people=100) as town:
        with town.server.session() as session:
            populate(session, town, small=arguments.small, large=arguments.large, all_together=arguments.siasn)
        visitor = enter(town, "Dewi")
        run_worker(town)  # what is due for the first time is not part of any figure
        print(f"{'':<44}{'seconds':>9}{'CPU s':>8}{'MiB':>6}{'MB':>7}")
        growth, per_pdf = measure_bundles(town, visitor)
        measure_packet(town, visitor)
        part = measure_siasn(town)
    checks = (
        ("CPU of a PDF in the larger ZIP", per_pdf, MOST_PDF_MS, "ms"),
        ("memory of the larger ZIP by the smaller", growth, MOST_GROWTH, "times"),
        ("CPU of a part's workbook", part, MOST_PART_SECONDS, "s"),
    )
    for name, found, most, unit in checks:
        print(f"{name:<44}{found:>9.2f} {unit} (at most {most}){'  MISSED' if found > most else ''}")
    return int(any(found > most for _, found, most, _ in checks))


def populate(session: Session, town: Town, *, small: int, large: int, all_together: int) -> None:
    """Make two units whose certificates are signed, and as many others as SIASN is to get together."""
    now = datetime.now(UTC)
    place = the_place(session, units=100)
    place.instansi.siasn_id = SIASN_ID
    for name, value in HOURS.items():
        setattr(place.period, name, value)
    rest = round(max(0, all_together - small - large) * PEOPLE_PER_CERTIFICATE)
    settle(session, place, people=rest, now=now)
    signed = []
    for kode, certificates in ((SMALL, small), (LARGE, large)):
        opd = make_opd(session, kode=kode, nama=f"Dinas {kode}", instansi=place.instansi)
        own = Place(place.instansi, place.period, (opd.id,))
        settle(session, own, people=round(certificates * PEOPLE_PER_CERTIFICATE), now=now)
        signed.append(opd.id)
    withdraw_unsigned(session, signed)
    signer = Signer(partial(secrets.token_bytes, 16), partial(load_keys, town.server.data_dir / "secrets"))
    waiting = Enrolment.current_opd_id.in_(signed) & Enrolment.pledged_at.is_not(None)
    for enrolment_id in session.scalars(select(Enrolment.id).where(waiting)).all():
        issue_if_complete(session, Act(None, now, place.instansi.id), signer, enrolment_id=enrolment_id)
    session.commit()


def withdraw_unsigned(session: Session, opd_ids: list[int]) -> None:
    """Delete the unsigned certificates of units, and give all others the hours that SIASN wants."""
    guards, connection = load_guards(), session.connection()
    guards.lift_guards(connection)
    theirs = select(Enrolment.id).where(Enrolment.current_opd_id.in_(opd_ids))
    session.execute(delete(Certificate).where(Certificate.enrolment_id.in_(theirs)))
    session.execute(update(Enrolment).where(Enrolment.id.in_(theirs)).values(completed_at=None))
    session.execute(update(Certificate).values(**HOURS))
    guards.lay_guards(connection)
    session.commit()


def measure_bundles(town: Town, visitor: Visitor) -> tuple[float, float]:
    """Print the cost of both ZIPs; return how much more memory the larger took, and its CPU for a PDF in ms."""
    found = []
    for kode in (SMALL, LARGE):
        count = count_of(town, kode, Certificate.id)
        used, size = make_bundle(town, visitor, kode)
        tell(f"ZIP of {count} certificates, PDFs made", used, size)
        again, size = make_bundle(town, visitor, kode)
        tell(f"ZIP of {count} certificates, PDFs there", again, size)
        found.append((used, 1000 * (used.cpu - again.cpu) / count))
    (small, _), (large, per_pdf) = found
    return large.mebibytes / small.mebibytes, per_pdf


def make_bundle(town: Town, visitor: Visitor, kode: str) -> tuple[Used, float]:
    """Order a ZIP as an officer does, let the worker make it, and fetch it; return the worker's cost and MB."""
    page = f"/opd/{kode}/sertifikat?periode={KODE}"
    visitor.get(page)
    ordered = visitor.post(page, {})
    (job_id,) = JOB.findall(ordered.place)
    used = run_worker(town)
    place = f"/sertifikat-terbit/berkas/{job_id}"
    visitor.get(place)
    answer = visitor.send(place, {})
    if answer.status != HTTPStatus.OK:
        raise RuntimeError(f"{place}: {answer.status}")
    return used, len(answer.body) / 1e6


def measure_packet(town: Town, visitor: Visitor) -> None:
    """Print the cost of the smaller unit's packet; the larger unit has more people than one packet takes."""
    began, cpu = time.monotonic(), town.cpu()
    answer = visitor.get(f"/opd/{SMALL}/paket.pdf?periode={KODE}")
    if answer.status != HTTPStatus.OK:
        raise RuntimeError(f"the packet: {answer.status}")
    used = Used(time.monotonic() - began, (town.cpu() - cpu) / 1000, 0)
    tell(f"packet of {count_of(town, SMALL, Enrolment.id)} people", used, len(answer.body) / 1e6)


def measure_siasn(town: Town) -> float:
    """Print the cost of all parts and their workbooks; return the CPU of the middle one in seconds."""
    with town.server.session() as session:
        period, zona = session.scalars(select(Period)).one(), session.scalars(select(Instansi.zona)).one()
        began, cpu = time.monotonic(), own_cpu()
        make_parts(session, Act(None, datetime.now(UTC), period.instansi_id), kode=KODE)
        session.commit()
        parts = list_parts(session, period_id=period.id)
        certificates = sum(part.size for part in parts)
        used = Used(time.monotonic() - began, own_cpu() - cpu, 0)
        tell(f"SIASN: {certificates} certificates into {len(parts)} parts", used, 0)
        began, cpus, size = time.monotonic(), [], 0
        for part in parts:
            cpu = own_cpu()
            courses = [as_course(row, base_url=town.server.url) for row in read_part(session, part)]
            size += len(write_part_workbook(courses, part, period=period.nama, zona=zona, created=part.made_at))
            cpus.append(own_cpu() - cpu)
    tell(f"SIASN: their {len(parts)} workbooks", Used(time.monotonic() - began, sum(cpus), 0), size / 1e6)
    return median(cpus)


def own_cpu() -> float:
    """Return the CPU seconds of this process with all its children, which write the workbooks."""
    return cpu_milliseconds([os.getpid()]) / 1000


def run_worker(town: Town) -> Used:
    """Let the worker do what is due, in a process whose memory is measured with that of its children."""
    began = time.monotonic()
    command = [sys.executable, "-m", "flask", "worker", "--once"]
    process = subprocess.Popen(command, cwd=ROOT, env=town.server.environment, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the worker ended with {process.returncode}")
    return Used(time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def count_of(town: Town, kode: str, column: InstrumentedAttribute[int]) -> int:
    """Count rows of enrolments of a unit, or of their certificates."""
    counted = select(func.count(column)).select_from(Enrolment).join(Opd, Opd.id == Enrolment.current_opd_id)
    with town.server.session() as session:
        counted = counted.outerjoin(Certificate, Certificate.enrolment_id == Enrolment.id)
        return session.scalar(counted.where(Opd.kode == kode)) or 0


def tell(name: str, used: Used, megabytes: float) -> None:
    memory = f"{used.mebibytes:>6.0f}" if used.mebibytes else f"{'':>6}"
    size = f"{megabytes:>7.2f}" if megabytes else ""
    print(f"{name:<44}{used.seconds:>9.1f}{used.cpu:>8.1f}{memory}{size}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
