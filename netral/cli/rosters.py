"""flask opd import and flask roster import: reading the tree of units, and the people in it, from a file."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn
from zoneinfo import ZoneInfo

import click

from netral.audit.events import Act
from netral.certificates.issue.withheld import issue_withheld
from netral.certificates.paper.sheet import missing_glyphs
from netral.cli.commands import (
    BadUsage,
    Group,
    Refusal,
    answer,
    instansi_option,
    json_option,
    now,
    session,
    signer,
)
from netral.extensions import reading_session
from netral.jobs.queue import Claimed, Progress
from netral.organisation.instansi import find_instansi, lock_instansi
from netral.organisation.models import Instansi
from netral.roster.applying import (
    APPLIED,
    DISCARDED,
    PREVIEWED,
    DeactivationUnconfirmed,
    RosterResult,
    Upload,
    apply_roster,
)
from netral.roster.opd_import import OpdPlan, apply_opd, read_opd_file
from netral.roster.planning import RosterPlan, list_renumbered, list_units, plan_roster
from netral.roster.previews import (
    PreviewGone,
    PreviewOutdated,
    apply_preview,
    get_preview,
    plan_with,
    reread,
    revise_preview,
)
from netral.roster.problems import CellProblem, count_rows
from netral.roster.reading import RosterReading, read_roster_file
from netral.roster.remembering import load_choices
from netral.roster.tables import MAX_UPLOAD_MB, WIDE_UPLOAD_MB
from netral.sheets.refusals import FileTooLarge
from netral.words.roster import (
    as_document,
    describe_reading,
    describe_roster_reading,
    row_of,
    say_columns,
    say_kept,
    say_problem,
    say_reading,
)

opd = Group("opd", help="Pohon OPD.")
roster = Group("roster", help="Data pegawai.")
file_argument = click.argument("file", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path))
MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class ToldReading:
    """The words about reading a file, for the text and for `--json`."""

    lines: Sequence[str]
    document: dict[str, Any]
    several_sheets: bool


@opd.command("import")
@file_argument
@instansi_option
@json_option
def import_opd(file: Path, instansi_kode: str | None, as_json: bool) -> None:
    """Tambah atau ubah OPD dari tabel berkolom kode, nama, jenis, induk. Galat pada satu baris menolak semuanya."""
    instansi = find_instansi(session(), instansi_kode)
    plan = read_opd_file(session(), read_bytes(file), file.name, instansi_id=instansi.id, unprintable=missing_glyphs)
    reading = tell_tree(plan)
    if plan.errors:
        refuse({"added": 0, "updated": 0, "unchanged": 0}, plan.errors, reading, as_json=as_json)
    result = apply_opd(session(), plan, instansi_id=instansi.id, now=now(), by=None)
    session().commit()
    counts = {"added": result.added, "updated": result.updated, "unchanged": result.unchanged}
    line = f"{result.added} OPD ditambahkan, {result.updated} diubah, {result.unchanged} tetap."
    text = "\n".join([line, *reading.lines])
    answer(counts | {"errors": [], "reading": reading.document}, as_json=as_json, text=text)


@roster.command("import")
@file_argument
@click.option("--dry-run", is_flag=True, help="Hanya memeriksa; tidak ada yang ditulis.")
@click.option("--create-units", is_flag=True, help="Buat unit yang belum dikenal dan tidak mirip unit yang ada.")
@click.option("--as-new", is_flag=True, help="Yang mungkin orang yang sama ditambahkan sebagai orang baru.")
@click.option("--skip-errors", is_flag=True, help="Lewati baris galat, terapkan yang lain.")
@click.option("--deactivate-missing", is_flag=True, help="Nonaktifkan pegawai yang tidak ada di berkas.")
@click.option("--confirm", type=int, metavar="N", help="Jumlah yang dinonaktifkan; wajib bila lebih dari 5 persen.")
@instansi_option
@json_option
def import_command(  # noqa: PLR0913  # one argument for each option of the command
    file: Path,
    *,
    dry_run: bool,
    create_units: bool,
    as_new: bool,
    skip_errors: bool,
    deactivate_missing: bool,
    confirm: int | None,
    instansi_kode: str | None,
    as_json: bool,
) -> None:
    """Terapkan berkas data pegawai (.xlsx atau .csv). Satu baris galat menolak seluruh berkas."""
    if confirm is not None and not deactivate_missing:
        raise BadUsage("--confirm hanya dipakai bersama --deactivate-missing.")
    instansi = find_instansi(session(), instansi_kode)
    data = read_bytes(file, most=WIDE_UPLOAD_MB)
    choices = load_choices(session(), instansi_id=instansi.id)
    reading = read_roster_file(data, file.name, today=today(instansi), unprintable=missing_glyphs, choices=choices)
    told = tell_people(reading)
    lock_instansi(session(), instansi.id)
    plan = plan_roster(session(), instansi_id=instansi.id, reading=reading, create_units=create_units, as_new=as_new)
    leaving = len(plan.missing) if deactivate_missing else 0
    if plan.errors and not skip_errors:
        refuse(as_plan_document(plan, leaving), plan.errors, told, as_json=as_json)
    imported = None
    if dry_run:
        session().rollback()
    else:
        upload = Upload(file.name[:200], hashlib.sha256(data).hexdigest())
        imported = apply_plan(plan, upload, skip_errors=skip_errors, deactivate=deactivate_missing, confirm=confirm)
    lines = [*list_counts(plan, imported, leaving), *list_consequences(plan, imported), *told.lines]
    for problems in (plan.questions, plan.errors, plan.warnings):
        lines += describe(problems, sheets=told.several_sheets)
    document = as_plan_document(plan, leaving) | {"errors": list(map(as_document, plan.errors))}
    answer(document | {"reading": told.document}, as_json=as_json, text="\n".join(lines))


def apply_plan(
    plan: RosterPlan, upload: Upload, *, skip_errors: bool, deactivate: bool, confirm: int | None
) -> RosterResult:
    """Apply the plan, or end the command with exit code 1 when a number has to be confirmed."""
    try:
        imported = apply_roster(
            session(),
            plan,
            upload=upload,
            now=now(),
            by=None,
            deactivate_missing=deactivate,
            skip_errors=skip_errors,
            confirmed=confirm,
        )
    except DeactivationUnconfirmed as fact:
        session().rollback()
        number = fact.args[0]
        raise Refusal(
            f"{number} pegawai akan dinonaktifkan; bila benar, tambahkan --confirm {number}. Belum ada yang diterapkan."
        ) from fact
    issue_waiting(plan.instansi_id)
    session().commit()
    return imported


def issue_waiting(instansi_id: int) -> None:
    """Issue the certificates that only waited for a printable name."""
    issue_withheld(session(), Act(None, now(), instansi_id), signer())


# The steps of the job that applies a preview: comparing, which writes nothing, and everything else at once.
STEPS = 2


def apply_step(claimed: Claimed) -> Progress:
    """Apply what officers have confirmed on the page: first compare, then write everything in one step.

    A step that is repeated after the worker was killed finds the import applied, and has nothing to do. Where the
    roster has changed meanwhile, nothing is applied and the preview shows both.
    """
    import_id, instansi_id = claimed.arguments["import"], claimed.instansi_id or 0
    with reading_session() as reading:
        instansi = reading.get_one(Instansi, instansi_id)
        try:
            preview = get_preview(reading, instansi_id=instansi_id, import_id=import_id, now=now())
        except PreviewGone:  # the officer has discarded it, or uploaded another file
            return Progress(done=STEPS, total=STEPS, result={"state": DISCARDED})
        if preview.state != PREVIEWED:
            return Progress(done=STEPS, total=STEPS, result={"state": preview.state})
        file = reread(
            reading,
            instansi_id=instansi_id,
            import_id=import_id,
            today=today(instansi),
            now=now(),
            unprintable=missing_glyphs,
        )
        is_current = (
            plan_with(reading, instansi_id, file, preview.answers).fingerprint == preview.summary["fingerprint"]
        )
    if is_current and claimed.done == 0:
        return Progress(done=1, total=STEPS)
    state = write_import(claimed, import_id, file) if is_current else review_again(claimed, import_id, file)
    return Progress(done=STEPS, total=STEPS, result={"state": state})


def write_import(claimed: Claimed, import_id: int, file: RosterReading) -> str:
    try:
        apply_preview(
            session(),
            claimed.act(now()),
            import_id=import_id,
            reading=file,
            deactivate_missing=claimed.arguments["deactivate"],
            confirmed=claimed.arguments["confirmed"],
        )
    except PreviewOutdated:
        session().rollback()
        return review_again(claimed, import_id, file)
    issue_waiting(claimed.instansi_id or 0)
    return APPLIED


def review_again(claimed: Claimed, import_id: int, file: RosterReading) -> str:
    """Plan again, so that the officer sees what was reviewed beside what is so now."""
    revise_preview(
        session(), instansi_id=claimed.instansi_id or 0, import_id=import_id, reading=file, now=now(), outdated=True
    )
    return PREVIEWED


def tell_tree(plan: OpdPlan) -> ToldReading:
    lines = [*say_reading(plan.report, (), ended_rows=0), *say_columns(plan.report)]
    return ToldReading(lines, describe_reading(plan.report), len(plan.report.sheets) > 1)


def tell_people(reading: RosterReading) -> ToldReading:
    report, ended = reading.gathered.report, reading.ended
    lines = [*say_reading(report, ended[:MOST_LINES], ended_rows=len(ended)), *say_columns(report)]
    return ToldReading(lines, describe_roster_reading(reading), len(report.sheets) > 1)


def read_bytes(file: Path, *, most: int = MAX_UPLOAD_MB) -> bytes:
    """Read a file of at most so many MB, since the size of a pipe or a device is not known in advance.

    Raises FileTooLarge, Refusal.
    """
    try:
        with file.open("rb") as stream:
            data = stream.read(most * 2**20 + 1)
    except OSError as error:
        raise Refusal(f"Berkas {file} tidak dapat dibaca: {error.strerror}.") from error
    if len(data) > most * 2**20:
        raise FileTooLarge(most)
    return data


def today(instansi: Instansi) -> date:
    return now().astimezone(ZoneInfo(instansi.zona)).date()


def refuse(
    document: dict[str, Any], errors: tuple[CellProblem, ...], reading: ToldReading, *, as_json: bool
) -> NoReturn:
    """Print every error with its row and column and end the command with exit code 1; nothing is written."""
    session().rollback()
    rows = count_rows(errors)
    if as_json:
        said = {"errors": list(map(as_document, errors)), "reading": reading.document}
        answer(document | said, as_json=True, text="")
    else:
        for line in [*reading.lines, *describe(errors, sheets=reading.several_sheets)]:
            click.echo(line)
    raise Refusal(f"{rows} baris perlu diperbaiki, jadi belum ada yang diterapkan.")


def describe(problems: Sequence[CellProblem], *, sheets: bool) -> list[str]:
    lines = [
        f"Baris {row_of(one, sheets=sheets)}, kolom {one.column}: {one.value!r}. {say_problem(one)}"
        for one in problems[:MOST_LINES]
    ]
    return lines + say_rest(len(problems))


def say_rest(count: int) -> list[str]:
    return [f"... dan {count - MOST_LINES} lagi."] if count > MOST_LINES else []


def as_plan_document(plan: RosterPlan, leaving: int) -> dict[str, Any]:
    """Return the plan for `--json`: the changes, made or foreseen. `leaving` people are deactivated."""
    return {
        **plan.counts,
        "deactivated": leaving,
        "new_units": list_units(plan),
        "nip_changed": list_renumbered(plan),
        "kept": dict(plan.kept),
        "questions": list(map(as_document, plan.questions)),
        "warnings": list(map(as_document, plan.warnings)),
    }


def list_counts(plan: RosterPlan, imported: RosterResult | None, leaving: int) -> list[str]:
    counts, will = plan.counts, "" if imported else "akan "
    touched = f"{counts['added']} pegawai {will}ditambahkan, {counts['updated']} berubah, {counts['moved']} pindah unit"
    lines = [f"{touched}, {counts['unchanged']} tetap, {counts['missing']} tidak ada di berkas."]
    if leaving:
        number = f" Jumlah ini wajib diketik: --confirm {leaving}." if plan.must_be_confirmed and not imported else ""
        lines.append(f"{leaving} pegawai {will}dinonaktifkan.{number}")
    return lines


def list_consequences(plan: RosterPlan, imported: RosterResult | None) -> list[str]:
    will = "" if imported else "akan "
    units, renumbered = list_units(plan), list_renumbered(plan)
    lines = [f"{len(units)} unit baru {will}dibuat:"] if units else []
    lines += [f"- {unit}" for unit in units[:MOST_LINES]] + say_rest(len(units))
    lines += [f"NIP berubah: {one['nama']}, {one['before']} menjadi {one['after']}." for one in renumbered[:MOST_LINES]]
    lines += say_rest(len(renumbered))
    if waiting := count_rows(plan.questions):
        lines.append(
            f"{waiting} baris belum diterapkan karena mungkin orang yang sudah tercatat; lihat di bawah. "
            "Bila semuanya orang lain, tambahkan --as-new."
        )
    lines += [f"{say_kept(plan.kept)} Yang sudah tercatat tidak dihapus."] if plan.kept else []
    if imported:
        lines += [
            f"Periode {one.kode}: {one.joined} masuk, {one.moved} pindah, {one.left} keluar, {one.returned} kembali."
            for one in imported.followed
            if one.total
        ]
    return lines
