"""flask period draft, correct, extend, reopen, widen, archive, copy: what may become of a period."""

from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import click

from netral.audit.events import Act
from netral.cli.commands import CODE, LINE, answer, instansi_option, json_option, now, session
from netral.cli.periods import (
    DAY,
    as_document,
    as_draft,
    audience_options,
    find_audience,
    hours_options,
    make_plan,
    period,
    plan_options,
    read_told,
    tell_opened,
)
from netral.errors import NotFound
from netral.indonesian import day, last_day, local_day, number
from netral.learning.exams.sittings import count_sitting
from netral.learning.periods.audience import count_audience, name_units, read_audience
from netral.learning.periods.drafts import (
    Draft,
    archive_draft,
    edit_draft,
    find_draft,
    find_plan,
    open_draft,
    restore_draft,
    save_draft,
)
from netral.learning.periods.lifecycle import (
    Ends,
    Move,
    archive_period,
    check_move,
    check_wider,
    copy_plan,
    correct_period,
    extend_period,
    find_past_tenggat,
    life_of,
    move_ends,
    move_plan,
    preview_ends,
    restore_period,
    settle_correction,
    widen_period,
)
from netral.learning.periods.opening import PeriodPlan
from netral.learning.periods.reading import PeriodView, choose_period
from netral.organisation.instansi import find_instansi
from netral.organisation.models import Instansi
from netral.reporting.final import freeze_and_reopen
from netral.words.periods import compare, describe_plan, tell_effect

# The group of `periods.py` with the commands of this file.
GROUP = period
UNWRITTEN = "Belum ada yang diubah. Ubah dengan --alasan."
reason_option = click.option(
    "--alasan", "reason", type=LINE, help="Mengapa. Tanpa ini, hanya akibatnya yang disebut dan tidak ada yang diubah."
)


def find_period(instansi: Instansi, kode: str, move: Move) -> PeriodView:
    """Find a period that may take the change. Raises NotFound, or the fact that refuses it in its state."""
    found = choose_period(session(), instansi_id=instansi.id, kode=kode, now=now())
    check_move(move, life_of(found, now()), found.opens_at)
    return found


@period.command("draft")
@click.argument("kode", type=CODE)
@plan_options(required=True)
@audience_options
@hours_options
@click.option("--ubah", "changes", is_flag=True, help="Ganti draf yang sudah ada.")
@instansi_option
@json_option
def draft_command(kode: str, *, changes: bool, instansi_kode: str | None, as_json: bool, **told: Any) -> None:
    """Simpan rencana sebuah periode sebagai draf. Pegawai belum melihat apa pun."""
    instansi = find_instansi(session(), instansi_kode)
    act, plan = Act(None, now(), instansi.id), make_plan(kode, instansi.id, **told)
    draft = edit_draft(session(), act, plan) if changes else save_draft(session(), act, plan)
    tell_draft(draft, f"Draf {plan.nama} ({kode}) tersimpan.", as_json=as_json)


def tell_draft(draft: Draft, text: str, *, as_json: bool) -> None:
    """Commit and tell."""
    session().commit()
    answer(as_draft(draft), as_json=as_json, text=text)


@period.command("open-draft")
@click.argument("kode", type=CODE)
@instansi_option
@json_option
def open_draft_command(kode: str, instansi_kode: str | None, as_json: bool) -> None:
    """Buka periode dari drafnya: pesertanya ditetapkan, dan edisi terbaru dipakai."""
    instansi = find_instansi(session(), instansi_kode)
    tell_opened(open_draft(session(), Act(None, now(), instansi.id), kode=kode), as_json=as_json)


@period.command("copy")
@click.argument("kode", type=CODE)
@click.argument("new_kode", metavar="KODE_BARU", type=CODE)
@plan_options(required=False)
@instansi_option
@json_option
def copy_command(kode: str, new_kode: str, instansi_kode: str | None, as_json: bool, **told: Any) -> None:
    """Salin periode atau draf menjadi draf baru. Tanggal yang tidak disebut bergeser, mulai besok."""
    instansi = find_instansi(session(), instansi_kode)
    plan = move_plan(
        find_plan(session(), instansi_id=instansi.id, kode=kode, now=now()), local_day(now(), instansi.zona)
    )
    plan = replace(plan, kode=new_kode, **read_told(told))
    draft = save_draft(session(), Act(None, now(), instansi.id), plan)
    tell_draft(draft, f"Draf {plan.nama} ({new_kode}) tersimpan, mulai {day(plan.first_day)}.", as_json=as_json)


@period.command("correct")
@click.argument("kode", type=CODE)
@plan_options(required=False)
@reason_option
@instansi_option
@json_option
def correct_command(kode: str, reason: str | None, instansi_kode: str | None, as_json: bool, **told: Any) -> None:
    """Koreksi periode yang belum mulai: nama, tanggal, dan aturan ujian. Yang tidak disebut tetap."""
    instansi = find_instansi(session(), instansi_kode)
    found = find_period(instansi, kode, Move.CORRECT)
    plan = copy_plan(session(), found)
    wanted = replace(plan, **read_told(told))
    settle_correction(session(), found, plan.audience, wanted, now=now())
    lines = [f"  {name}: {text}" for name, text in compare(describe(plan, found), describe(wanted, found)).items()]
    if reason is not None:
        act = Act(None, now(), instansi.id)
        found = correct_period(session(), act, kode=kode, plan=wanted, reason=reason)
    tell_changed(found, [*lines] or ["  Tidak ada yang berubah."], done=reason is not None, as_json=as_json)


def describe(plan: PeriodPlan, found: PeriodView) -> dict[str, str]:
    units = name_units(session(), plan.audience, instansi_id=found.instansi_id)
    return describe_plan(plan, [nama for _, nama in units])


def tell_changed(found: PeriodView, lines: list[str], *, done: bool, as_json: bool, **counts: Any) -> None:
    """Commit what was done and tell it, or only what would be done."""
    session().commit()
    head = f"Periode {found.nama} ({found.kode}){' diubah' if done else ''}:"
    text = "\n".join([head, *lines, *([] if done else [UNWRITTEN])])
    answer(as_document(found) | counts | {"changed": done}, as_json=as_json, text=text)


def ends_options(command: Callable[..., None]) -> Callable[..., None]:
    for name, field, words in (
        ("--berlaku-sampai", "valid_until", "Masa berlaku baru, hanya bagi sertifikat yang terbit sesudah ini."),
        ("--tutup", "last_day", "Hari terakhir yang baru."),
        ("--tenggat", "due_day", "Tenggat yang baru."),
    ):
        command = click.option(name, field, type=DAY, help=words)(command)
    return command


@period.command("extend")
@click.argument("kode", type=CODE)
@ends_options
@reason_option
@instansi_option
@json_option
def extend_command(kode: str, reason: str | None, instansi_kode: str | None, as_json: bool, **days: date) -> None:
    """Perpanjang tenggat atau tutup periode yang sedang berjalan. Tanggal hanya dapat diundur."""
    change_ends(Move.EXTEND, kode, Ends(**days), reason, instansi_kode, as_json=as_json)


@period.command("reopen")
@click.argument("kode", type=CODE)
@ends_options
@reason_option
@instansi_option
@json_option
def reopen_command(kode: str, reason: str | None, instansi_kode: str | None, as_json: bool, **days: date) -> None:
    """Buka lagi periode yang sudah ditutup sampai hari yang baru; peserta melanjutkan dari tempat mereka berhenti."""
    change_ends(Move.REOPEN, kode, Ends(**days), reason, instansi_kode, as_json=as_json)


def change_ends(
    move: Move, kode: str, ends: Ends, reason: str | None, instansi_kode: str | None, *, as_json: bool
) -> None:
    instansi = find_instansi(session(), instansi_kode)
    found = find_period(instansi, kode, move)
    changes = move_ends(found, ends, now=now())
    effect = preview_ends(session(), found, changes, now=now())
    told = tell_effect(
        effect,
        sitting=count_sitting(session(), period_id=found.id),
        due_moves="due_at" in changes,
        valid_until=changes.get("valid_until"),
        late_after=find_past_tenggat(found, changes, now=now()),
    )
    if reason is not None:
        write: Callable[..., PeriodView] = freeze_and_reopen if move is Move.REOPEN else extend_period
        found = write(session(), Act(None, now(), instansi.id), kode=kode, ends=ends, reason=reason)
    closes = changes.get("closes_at", found.closes_at)
    lines = [f"  Tutup {day(last_day(closes, found.zona))}.", *(f"  {text}" for text in told)]
    tell_changed(found, lines, done=reason is not None, as_json=as_json, **asdict(effect))


@period.command("widen")
@click.argument("kode", type=CODE)
@audience_options
@reason_option
@instansi_option
@json_option
def widen_command(
    kode: str,
    opd: tuple[str, ...],
    asn_kinds: tuple[str, ...],
    reason: str | None,
    instansi_kode: str | None,
    as_json: bool,
) -> None:
    """Tambah peserta sebuah periode, misalnya gelombang berikutnya. Tanpa --opd: semua unit. Sebut juga yang lama."""
    instansi = find_instansi(session(), instansi_kode)
    found = find_period(instansi, kode, Move.WIDEN)
    wanted = find_audience(instansi.id, opd, asn_kinds)
    check_wider(read_audience(session(), found.id), wanted)
    joining = count_audience(session(), wanted, instansi_id=instansi.id, outside=found.id)
    if reason is not None:
        act = Act(None, now(), instansi.id)
        found, joining = widen_period(session(), act, kode=kode, audience=wanted, reason=reason)
    lines = [f"  {number(joining)} pegawai ikut."]
    tell_changed(found, lines, done=reason is not None, as_json=as_json, joined=joining)


@period.command("archive")
@click.argument("kode", type=CODE)
@click.option("--kembalikan", "restores", is_flag=True, help="Keluarkan lagi dari arsip.")
@instansi_option
@json_option
def archive_command(kode: str, restores: bool, instansi_kode: str | None, as_json: bool) -> None:
    """Arsipkan draf atau periode yang sudah ditutup. Tidak ada yang dihapus; semuanya tetap dapat dibaca."""
    instansi = find_instansi(session(), instansi_kode)
    act, told = Act(None, now(), instansi.id), "dikeluarkan dari arsip" if restores else "diarsipkan"
    if is_draft(instansi, kode):
        draft = (restore_draft if restores else archive_draft)(session(), act, kode=kode)
        tell_draft(draft, f"Draf {draft.plan.nama} ({kode}) {told}.", as_json=as_json)
        return
    found = (restore_period if restores else archive_period)(session(), act, kode=kode)
    session().commit()
    answer(as_document(found), as_json=as_json, text=f"Periode {found.nama} ({kode}) {told}.")


def is_draft(instansi: Instansi, kode: str) -> bool:
    """Return whether the kode is that of a draft which was not opened."""
    try:
        return not find_draft(session(), instansi_id=instansi.id, kode=kode).opened
    except NotFound:
        return False
