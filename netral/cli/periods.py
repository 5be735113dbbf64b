"""flask period ...: opening, moving and closing a period, listing them, closing attempts whose time is over."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

import click

from netral.audit.events import Act
from netral.cli.commands import (
    CODE,
    LINE,
    PRINTED,
    Group,
    answer,
    instansi_option,
    json_option,
    now,
    session,
)
from netral.cli.sweeping import close_and_issue, sweep_once
from netral.indonesian import read_day
from netral.learning.exams.closing import close_attempts_of
from netral.learning.periods.audience import Audience, find_units
from netral.learning.periods.diklat import KINDS, Hours
from netral.learning.periods.drafts import Draft, list_drafts
from netral.learning.periods.hours import change_hours
from netral.learning.periods.lifecycle import life_of
from netral.learning.periods.opening import OpenedPeriod, PeriodKind, PeriodPlan, open_period
from netral.learning.periods.reading import PeriodView, list_periods
from netral.learning.raising import RaisePreview, preview_raise, raise_edition
from netral.organisation.instansi import find_instansi
from netral.organisation.kinds import AsnKind
from netral.quiz.blueprint import BadQuota, KeysShown, parse_quotas
from netral.quiz.questions import Indicator
from netral.reporting.final import close_and_freeze
from netral.words.periods import LIFE_WORDS

period = Group("period", help="Periode pembelajaran.")
KEYS_SHOWN = [KeysShown.LULUS, KeysShown.TENGGAT, KeysShown.TUTUP]
Command = Callable[..., None]


class DayType(click.ParamType[date]):
    name = "TTTT-BB-HH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        read = value if isinstance(value, date) else read_day(value)
        return read or self.fail(f"{value!r} bukan tanggal. Tulis seperti 2029-05-31.", param, ctx)


class QuotaType(click.ParamType[dict[Indicator, int]]):
    name = "kampanye=8,partai=3"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[Indicator, int]:
        try:
            return value if isinstance(value, dict) else parse_quotas(value)
        except BadQuota as fact:
            known = ", ".join(Indicator)
            self.fail(f"{fact.text!r} tidak terbaca. Tulis seperti kampanye=8,partai=3; dikenal: {known}.", param, ctx)


DAY = DayType()


def plan_options(*, required: bool) -> Callable[[Command], Command]:
    """Return the decorator that adds the options of a plan; `required`: name, kind and days must be told."""
    options = (
        click.option("--nama", required=required, type=PRINTED),
        click.option("--jenis", required=required, type=click.Choice([kind.value for kind in PeriodKind])),
        click.option("--mulai", "first_day", required=required, type=DAY, help="Hari pertama."),
        click.option("--tenggat", "due_day", required=required, type=DAY, help="Hari terakhir tanpa terlambat."),
        click.option("--tutup", "last_day", required=required, type=DAY, help="Hari terakhir ujian dapat dikerjakan."),
        click.option("--berlaku-sampai", "valid_until", type=DAY, help="Hari terakhir sertifikat berlaku."),
        click.option("--hari-ikrar", "sign_days", type=int, help="Hari sesudah tutup bagi yang lulus; bawaan 14."),
        click.option("--lulus", "pass_percent", type=int, help="Batas lulus dalam persen."),
        click.option("--kesempatan", "attempts", type=int, help="Banyaknya percobaan ujian."),
        click.option("--jeda-menit", "pause_minutes", type=int, help="Jeda antarpercobaan."),
        click.option("--batas-detik", "limit_seconds", type=int, help="Batas waktu ujian; 0 berarti tanpa batas."),
        click.option("--kuota", "quotas", type=QuotaType(), help="Banyaknya soal tiap indikator."),
        click.option("--modul-dulu/--tanpa-modul-dulu", "modules_first", default=None, help="Ujian setelah modul."),
        click.option("--cetak-nilai/--tanpa-cetak-nilai", "score_printed", default=None, help="Nilai di sertifikat."),
        click.option("--baca-ulang/--tanpa-baca-ulang", "relearn", default=None, help="Baca lagi sebelum mengulang."),
        click.option("--kunci-tampil", "keys_shown", type=click.Choice(KEYS_SHOWN), help="Sejak kapan kunci tampil."),
        click.option("--tes-awal/--tanpa-tes-awal", "pretest", default=None, help="Tes awal sebelum modul."),
    )
    return lambda command: reduce(lambda found, option: option(found), reversed(options), command)


def audience_options(command: Command) -> Command:
    kinds = click.Choice([kind.value for kind in AsnKind])
    add_kind = click.option("--jenis-pegawai", "asn_kinds", multiple=True, type=kinds, help="Bawaan: semua jenis.")
    return click.option("--opd", "opd", multiple=True, type=CODE, help="Kode unit peserta; bawaan: semua.")(
        add_kind(command)
    )


def make_plan(kode: str, instansi_id: int, opd: Sequence[str], asn_kinds: Sequence[str], **told: Any) -> PeriodPlan:
    """Return the plan of what was told. Raises UnitsUnknown."""
    return PeriodPlan(kode=kode, audience=find_audience(instansi_id, opd, asn_kinds), **read_told(told))


def find_audience(instansi_id: int, opd: Sequence[str], asn_kinds: Sequence[str]) -> Audience:
    """Raises UnitsUnknown."""
    units = find_units(session(), instansi_id=instansi_id, kode=opd)
    return Audience(units, tuple(map(AsnKind, asn_kinds)))


def read_told(told: dict[str, Any]) -> dict[str, Any]:
    """Return the choices that were told, as a plan has them."""
    known = {name: value for name, value in told.items() if value is not None}
    choices = {"jenis": PeriodKind, "keys_shown": KeysShown}
    return known | {name: choices[name](value) for name, value in known.items() if name in choices}


def hours_options(command: Command) -> Command:
    """Add the options for JP, its basis and the kind of training."""
    kinds = ", ".join(f"{number} {kind.name}" for number, kind in KINDS.items())
    for option in (
        click.option("--jenis-diklat", "jenis_diklat", type=int, help=f"Nomor menurut SIASN: {kinds}."),
        click.option("--dasar-jp", "jp_dasar", type=PRINTED, default="", help="Keputusan atau kurikulum dasar JP."),
        click.option("--jp", type=int, help="Jam pelajaran, 1 sampai 99; ditetapkan instansi, tidak dihitung."),
    ):
        command = option(command)
    return command


@period.command("open")
@click.argument("kode", type=CODE)
@plan_options(required=True)
@audience_options
@hours_options
@instansi_option
@json_option
def open_command(
    kode: str, opd: tuple[str, ...], asn_kinds: tuple[str, ...], instansi_kode: str | None, as_json: bool, **told: Any
) -> None:
    """Buka sebuah periode: semua pegawai aktif, atau yang dipilih, menjadi pesertanya.

    Aturan ujian yang tidak disebut menurut edisi terbaru.
    """
    instansi = find_instansi(session(), instansi_kode)
    plan = make_plan(kode, instansi.id, opd, asn_kinds, **told)
    tell_opened(open_period(session(), Act(None, now(), instansi.id), plan), as_json=as_json)


def tell_opened(opened: OpenedPeriod, *, as_json: bool) -> None:
    """Commit and tell."""
    session().commit()
    kode, nama = opened.period.kode, opened.period.nama
    answer(
        as_document(opened.period) | {"enrolled": opened.enrolled},
        as_json=as_json,
        text=f"Periode {nama} ({kode}) dibuka untuk {opened.enrolled} pegawai.",
    )


@period.command("jp")
@click.argument("kode", type=CODE)
@hours_options
@click.option("--alasan", "reason", required=True, type=LINE, help="Mengapa ditetapkan atau diubah.")
@instansi_option
@json_option
def hours_command(kode: str, reason: str, instansi_kode: str | None, as_json: bool, **hours: Any) -> None:
    """Tetapkan atau ubah JP dan jenis diklat sebuah periode.

    Sertifikat yang sudah terbit tidak berubah. Yang tidak disebut menjadi kosong.
    """
    instansi = find_instansi(session(), instansi_kode)
    act = Act(None, now(), instansi.id)
    changed = change_hours(session(), act, kode=kode, hours=Hours(**hours), reason=reason)
    session().commit()
    text = f"JP dan jenis diklat periode {kode} diubah untuk sertifikat yang terbit sesudah ini."
    answer(
        {"kode": kode, "changed": changed} | hours, as_json=as_json, text=text if changed else "Tidak ada yang berubah."
    )


@period.command("close")
@click.argument("kode", type=CODE)
@click.option("--alasan", "reason", type=LINE, default="", help="Mengapa ditutup sebelum waktunya; boleh kosong.")
@instansi_option
@json_option
def close_command(kode: str, reason: str, instansi_kode: str | None, as_json: bool) -> None:
    """Tutup sebuah periode sekarang. Ujian yang sedang dikerjakan dinilai dengan jawaban yang tersimpan.

    Angka ketuntasan saat ini dibekukan sebagai laporan akhir.
    """
    instansi = find_instansi(session(), instansi_kode)
    closed = close_and_freeze(session(), Act(None, now(), instansi.id), kode=kode, reason=reason)
    session().commit()
    graded = close_and_issue(lambda moment: close_attempts_of(session(), period_id=closed.id, now=moment))
    answer(
        as_document(closed) | {"graded": graded},
        as_json=as_json,
        text=f"Periode {closed.nama} ({kode}) ditutup. {graded} ujian yang masih berjalan dinilai.",
    )


@period.command("raise-edition")
@click.argument("kode", type=CODE)
@click.option("--edisi", "to", type=click.IntRange(min=1), help="Nomor edisinya; bawaan: yang terbaru.")
@click.option("--alasan", "reason", type=LINE, help="Mengapa pindah. Tanpa ini, hanya akibatnya yang disebut.")
@instansi_option
@json_option
def raise_command(kode: str, to: int | None, reason: str | None, instansi_kode: str | None, as_json: bool) -> None:
    """Pindahkan sebuah periode ke edisi yang lebih baru. Tidak dapat dikembalikan.

    Yang sudah dibaca, dikerjakan, dan terbit tetap; ujian yang sedang dikerjakan memakai soalnya sendiri.
    """
    instansi = find_instansi(session(), instansi_kode)
    preview = preview_raise(session(), instansi_id=instansi.id, kode=kode, to=to, now=now())
    present, wanted = preview.present.number, preview.wanted.number
    if reason is None:
        if preview.short:
            raise preview.short
        text = "\n".join([f"Periode {kode}: dari edisi {present} ke edisi {wanted}.", *tell_effect(preview)])
        text += "\nBelum ada yang dipindahkan. Pindahkan dengan --alasan."
    else:
        act = Act(None, now(), instansi.id)
        raise_edition(session(), act, kode=kode, to=wanted, reason=reason, shown=present)
        session().commit()
        text = "\n".join([f"Periode {kode} memakai edisi {wanted} mulai sekarang.", *tell_effect(preview)])
    counts = {"from": present, "to": wanted, "moved": reason is not None} | asdict(preview.people)
    answer(counts, as_json=as_json, text=text)


def tell_effect(preview: RaisePreview) -> list[str]:
    content, people = preview.content, preview.people
    modules = Counter(module.state for module in content.modules)
    kinds = {"soal ujian": content.bank, "soal latihan": content.practice}
    return [
        f"  Modul: {modules['new']} baru, {modules['changed']} berubah, {modules['retired']} tidak dipakai lagi.",
        *(
            f"  {what.capitalize()}: {len(each.new)} baru, {len(each.changed)} berubah, "
            f"{len(each.retired)} tidak dipakai lagi."
            for what, each in kinds.items()
        ),
        f"  Naskah ikrar {'berubah bagi yang belum menandatangani' if content.pledge else 'sama'}.",
        f"  Sedang ujian: {people.sitting}, dengan soal yang sudah diterima. Bersertifikat: {people.certified}, tetap.",
        f"  Belum lulus: {people.learning}. {people.held} di antaranya selesai membaca dan perlu membaca yang baru.",
    ]


@period.command("list")
@click.option("--arsip", "archived", is_flag=True, help="Yang diarsipkan.")
@instansi_option
@json_option
def list_command(archived: bool, instansi_kode: str | None, as_json: bool) -> None:
    """Draf dan periode, yang terbaru lebih dahulu."""
    instansi = find_instansi(session(), instansi_kode)
    drafts = list_drafts(session(), instansi_id=instansi.id, archived=archived)
    periods = [
        each for each in list_periods(session(), instansi_id=instansi.id) if (each.archived_at is not None) == archived
    ]
    told = [*map(as_draft, drafts), *map(as_document, periods)]
    lines = [
        f"{each['kode']}: {each['nama']}, {LIFE_WORDS[each['state']][0].lower()}, tenggat {each['tenggat']}"
        for each in told
    ]
    answer(told, as_json=as_json, text="\n".join(lines) or "Belum ada periode.")


@period.command("sweep")
@json_option
def sweep(as_json: bool) -> None:
    """Nilai ujian yang waktunya habis atau soalnya ditarik, dan jumlahkan hitungan periode.

    Pratinjau impor yang lewat 24 jam, isian yang lewat 30 menit, hasil pekerjaan yang lewat tujuh hari, dan tanda
    perangkat yang lewat 90 hari dihapus. Aman diulang; `flask worker` melakukannya setiap menit.
    """
    swept = sweep_once()
    text = (
        f"{swept.graded} ujian yang waktunya habis dinilai. {swept.forgotten} berkas impor yang lewat 24 jam dihapus."
    )
    if swept.regraded:
        text += f" {swept.regraded} ujian dinilai ulang karena ada soal yang ditarik."
    answer({"graded": swept.graded, "regraded": swept.regraded}, as_json=as_json, text=text)


def as_document(each: PeriodView) -> dict[str, Any]:
    """Return a period for `--json`. Its days are inclusive, in the zone of the instansi."""
    return {
        "kode": each.kode,
        "nama": each.nama,
        "jenis": each.jenis,
        "state": life_of(each, now()).value,
        "mulai": each.opens_at.astimezone(ZoneInfo(each.zona)).date().isoformat(),
        "tenggat": last_day(each.due_at, each.zona),
        "tutup": last_day(each.closes_at, each.zona),
        "berlaku_sampai": each.valid_until.isoformat() if each.valid_until else None,
        "jp": each.jp,
        "jenis_diklat": each.jenis_diklat,
    }


def as_draft(draft: Draft) -> dict[str, Any]:
    """Return a draft as `as_document` returns a period."""
    plan = draft.plan
    return {
        "kode": plan.kode,
        "nama": plan.nama,
        "jenis": plan.jenis.value,
        "state": draft.life.value if draft.life else "",
        "mulai": plan.first_day.isoformat(),
        "tenggat": plan.due_day.isoformat(),
        "tutup": plan.last_day.isoformat(),
        "berlaku_sampai": plan.valid_until.isoformat() if plan.valid_until else None,
    }


def last_day(end: datetime, zona: str) -> str:
    """Return the last day before an exclusive end; for an end within a day, that day."""
    local = end.astimezone(ZoneInfo(zona))
    whole = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    return date.fromordinal(local.toordinal() - whole).isoformat()
