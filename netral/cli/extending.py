"""flask period extra-attempt, extra-time and outage: what officers give people beyond the rules of a period.

Without a reason each of them only tells the effect.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, NamedTuple

import click
from sqlalchemy import select

from netral.audit.events import Act
from netral.cli import periods
from netral.cli.commands import CODE, LINE, BadUsage, answer, instansi_option, json_option, now, session, settings
from netral.errors import NotFound
from netral.learning.exams.compensating import OutageView, extend_after, get_outage, list_outages, replace_expired
from netral.learning.exams.extending import Touched, extend_group, extend_person, preview_extension
from netral.learning.exams.granting import grant_group, grant_person, preview_grants
from netral.learning.periods.reading import PeriodView, choose_period
from netral.organisation.instansi import find_instansi
from netral.organisation.models import Asn
from netral.organisation.numbers import strip_nip
from netral.words.extending import tell_minutes, tell_state, tell_stretch

period = periods.period  # the group gets more commands here
Decorated = Callable[..., Any]
WHOM = "Sebutkan kepada siapa: --nip NIP, --opd KODE, atau --semua."


def whom_options(command: Decorated) -> Decorated:
    """Add the options that name a person or a group."""
    for option in (
        click.option("--semua", "everybody", is_flag=True, help="Seluruh periode."),
        click.option("--opd", "opd_kode", type=CODE, metavar="KODE", help="Satu OPD dengan unit di bawahnya."),
        click.option("--nip", help="Satu pegawai, menurut NIP."),
    ):
        command = option(command)
    return command


reason_option = click.option("--alasan", "reason", type=LINE, help="Tanpa ini, hanya akibatnya yang disebut.")


@period.command("extra-attempt")
@click.argument("kode", type=CODE)
@click.option("--banyak", "count", type=click.IntRange(1), default=1, help="Banyaknya kesempatan, 1 sampai 5.")
@whom_options
@reason_option
@instansi_option
@json_option
def extra_attempt(kode: str, count: int, reason: str | None, as_json: bool, **whom: Any) -> None:
    """Beri kesempatan ujian tambahan: kepada satu pegawai, atau kepada yang kehabisan kesempatan."""
    services = Services(grant_person, grant_group, preview_grants)
    told = f"{count} kesempatan tambahan"
    give(kode, whom, services, told, reason=reason, as_json=as_json, attempts=count)


@period.command("extra-time")
@click.argument("kode", type=CODE)
@click.option("--menit", "minutes", type=click.IntRange(1), required=True, help="Banyaknya menit, 1 sampai 240.")
@whom_options
@reason_option
@instansi_option
@json_option
def extra_time(kode: str, minutes: int, reason: str | None, as_json: bool, **whom: Any) -> None:
    """Tambah waktu ujian yang sedang dikerjakan: seorang pegawai, satu OPD, atau semua."""
    services = Services(extend_person, extend_group, preview_extension)
    told = f"tambahan {minutes} menit"
    give(kode, whom, services, told, reason=reason, as_json=as_json, minutes=minutes)


class Services(NamedTuple):
    to_person: Callable[..., bool]
    to_group: Callable[..., int]
    preview: Callable[..., Touched]


def give(
    kode: str, whom: dict[str, Any], services: Services, told: str, *, reason: str | None, as_json: bool, **amount: int
) -> None:
    """Give a person or a group the amount, or without a reason only tell who would get it."""
    act, found = find(kode, whom)
    given: dict[str, Any] = amount | {"reason": reason, "key": settings().new_identifier().hex()}
    if whom["nip"]:
        people, asn_id = 1, find_person(act, whom["nip"])
        if reason is not None:
            services.to_person(session(), act, asn_id=asn_id, kode=kode, **given)
    elif reason is None:
        people = tell(services.preview(session(), act, found, opd_kode=whom["opd_kode"]), as_json=as_json)
    else:
        people = services.to_group(session(), act, found, opd_kode=whom["opd_kode"], **given)
    finish(people, told, given=reason is not None, as_json=as_json)


@period.command("outage")
@click.argument("kode", type=CODE)
@click.option("--nomor", "outage_id", type=click.IntRange(1), help="Gangguan yang diputuskan; tanpa ini, daftarnya.")
@click.option("--menit", "minutes", type=click.IntRange(1), help="Tambah waktu ujian yang masih dikerjakan.")
@click.option("--pengganti", "replace", is_flag=True, help="Ganti kesempatan yang waktunya habis dalam gangguan.")
@reason_option
@instansi_option
@json_option
def outage(
    kode: str,
    outage_id: int | None,
    minutes: int | None,
    replace: bool,
    reason: str | None,
    instansi_kode: str | None,
    as_json: bool,
) -> None:
    """Gangguan layanan selama sebuah periode, dan apa yang dilakukan dengannya."""
    act, found = find(kode, {"instansi_kode": instansi_kode})
    if outage_id is None or reason is None:
        shown = (
            list_outages(session(), found)
            if outage_id is None
            else (get_outage(session(), found, outage_id=outage_id),)
        )
        text = "\n".join(describe(each, found.zona) for each in shown) or "Tidak ada gangguan selama periode ini."
        answer([as_document(each) for each in shown], as_json=as_json, text=text)
    elif replace:
        people = replace_expired(session(), act, found, outage_id=outage_id, reason=reason)
        finish(people, "satu kesempatan pengganti", given=True, as_json=as_json)
    else:
        if minutes is None:
            raise BadUsage("Sebutkan yang diberikan: --menit MENIT atau --pengganti.")
        people = extend_after(session(), act, found, outage_id=outage_id, minutes=minutes, reason=reason)
        finish(people, f"tambahan {minutes} menit", given=True, as_json=as_json)


def find(kode: str, whom: dict[str, Any]) -> tuple[Act, PeriodView]:
    """Find the period; a command for people must name exactly one of their ways. Raises NotFound."""
    if "nip" in whom and sum(map(bool, (whom["nip"], whom["opd_kode"], whom["everybody"]))) != 1:
        raise BadUsage(WHOM)
    instansi = find_instansi(session(), whom["instansi_kode"])
    return Act(None, now(), instansi.id), choose_period(session(), instansi_id=instansi.id, kode=kode, now=now())


def find_person(act: Act, nip: str) -> int:
    """Return the person of this NIP; it is not repeated in the message. Raises NotFound."""
    asn_id = session().scalar(select(Asn.id).where(Asn.instansi_id == act.instansi_id, Asn.nip == strip_nip(nip)))
    if asn_id is None:
        raise NotFound("pegawai", "dengan NIP itu")
    return asn_id


def tell(touched: Touched, *, as_json: bool) -> int:
    """Print the first names of a group, and return how many there are."""
    if not as_json:
        click.echo("\n".join(f"  {nama}, {unit}" for nama, unit in touched.names) or "  Tidak ada.")
    return touched.count


def finish(people: int, told: str, *, given: bool, as_json: bool) -> None:
    session().commit()
    text = (
        f"{people} pegawai mendapat {told}."
        if given
        else f"{people} pegawai akan mendapat {told}. Beri dengan --alasan."
    )
    answer({"people": people, "given": given}, as_json=as_json, text=text)


def describe(found: OutageView, zona: str) -> str:
    length = tell_minutes(found.gap.seconds) if found.gap.seconds else "lamanya tidak diketahui"
    return (
        f"{found.id}: {tell_stretch(found.gap, zona)}, {length}, {tell_state(found)[0].lower()}. "
        f"Ditambah waktunya: {found.extended}. Masih dikerjakan: {found.open_still.count}. "
        f"Terputus, belum diganti: {found.expired.count}. Sudah diganti: {found.replaced}."
    )


def as_document(found: OutageView) -> dict[str, Any]:
    gap = asdict(found.gap) | {"since": found.gap.since.isoformat(), "until": found.gap.until.isoformat()}
    counts = {"open": found.open_still.count, "expired": found.expired.count}
    return {"id": found.id, "extended": found.extended, "replaced": found.replaced} | gap | counts
