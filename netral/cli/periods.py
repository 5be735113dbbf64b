"""flask period ...: opening, moving and closing a period, listing them, closing attempts whose time is over."""

from collections import Counter
from dataclasses import asdict
from datetime import date, datetime
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
from netral.learning.exams.closing import close_attempts_of
from netral.learning.periods.lifecycle import close_period
from netral.learning.periods.opening import PeriodKind, PeriodPlan, open_period
from netral.learning.periods.reading import PeriodState, PeriodView, list_periods
from netral.learning.raising import RaisePreview, preview_raise, raise_edition
from netral.organisation.instansi import find_instansi
from netral.quiz.blueprint import BadQuota, KeysShown, parse_quotas
from netral.quiz.questions import Indicator

period = Group("period", help="Periode pembelajaran.")
KEYS_SHOWN = [KeysShown.LULUS, KeysShown.TENGGAT, KeysShown.TUTUP]
STATES = {
    PeriodState.UPCOMING: "akan dibuka",
    PeriodState.OPEN: "dibuka",
    PeriodState.LATE: "lewat tenggat",
    PeriodState.CLOSED: "ditutup",
}


class DayType(click.ParamType[date]):
    name = "TTTT-BB-HH"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return value if isinstance(value, date) else datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007  a calendar day has no zone
        except ValueError:
            self.fail(f"{value!r} bukan tanggal. Tulis seperti 2029-05-31.", param, ctx)


class QuotaType(click.ParamType[dict[Indicator, int]]):
    name = "kampanye=8,partai=3"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[Indicator, int]:
        try:
            return value if isinstance(value, dict) else parse_quotas(value)
        except BadQuota as fact:
            known = ", ".join(Indicator)
            self.fail(f"{fact.text!r} tidak terbaca. Tulis seperti kampanye=8,partai=3; dikenal: {known}.", param, ctx)


DAY = DayType()


@period.command("open")
@click.argument("kode", type=CODE)
@click.option("--nama", required=True, type=PRINTED)
@click.option("--jenis", required=True, type=click.Choice([kind.value for kind in PeriodKind]))
@click.option("--mulai", "first_day", required=True, type=DAY, help="Hari pertama.")
@click.option("--tenggat", "due_day", required=True, type=DAY, help="Hari terakhir tanpa terlambat.")
@click.option("--tutup", "last_day", required=True, type=DAY, help="Hari terakhir ujian dapat dikerjakan.")
@click.option("--berlaku-sampai", "valid_until", type=DAY, help="Hari terakhir sertifikat berlaku.")
@click.option("--lulus", "pass_percent", type=int, help="Batas lulus dalam persen; bawaan edisi bila tidak disebut.")
@click.option("--kesempatan", "attempts", type=int, help="Banyaknya percobaan ujian.")
@click.option("--jeda-menit", "pause_minutes", type=int, help="Jeda antarpercobaan.")
@click.option("--batas-detik", "limit_seconds", type=int, help="Batas waktu ujian; 0 berarti tanpa batas.")
@click.option("--kuota", "quotas", type=QuotaType(), help="Banyaknya soal tiap indikator.")
@click.option("--modul-dulu/--tanpa-modul-dulu", "modules_first", default=None, help="Ujian terbuka setelah modul.")
@click.option("--cetak-nilai/--tanpa-cetak-nilai", "score_printed", default=None, help="Nilai di sertifikat.")
@click.option("--baca-ulang/--tanpa-baca-ulang", "relearn", default=None, help="Baca lagi sebelum mengulang.")
@click.option("--kunci-tampil", "keys_shown", type=click.Choice(KEYS_SHOWN), help="Sejak kapan hasil memuat kunci.")
@click.option("--tes-awal/--tanpa-tes-awal", "pretest", default=None, help="Tes awal, tidak wajib, sebelum modul.")
@instansi_option
@json_option
def open_command(kode: str, jenis: str, instansi_kode: str | None, as_json: bool, **settings: Any) -> None:
    """Buka sebuah periode: semua pegawai aktif saat ini menjadi pesertanya."""
    instansi = find_instansi(session(), instansi_kode)
    plan = PeriodPlan(kode=kode, jenis=PeriodKind(jenis), **settings)
    opened = open_period(session(), Act(None, now(), instansi.id), plan)
    session().commit()
    answer(
        as_document(opened.period) | {"enrolled": opened.enrolled},
        as_json=as_json,
        text=f"Periode {opened.period.nama} ({kode}) dibuka untuk {opened.enrolled} pegawai.",
    )


@period.command("close")
@click.argument("kode", type=CODE)
@instansi_option
@json_option
def close_command(kode: str, instansi_kode: str | None, as_json: bool) -> None:
    """Tutup sebuah periode sekarang. Ujian yang sedang dikerjakan dinilai dengan jawaban yang tersimpan."""
    instansi = find_instansi(session(), instansi_kode)
    closed = close_period(session(), Act(None, now(), instansi.id), kode=kode)
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
@instansi_option
@json_option
def list_command(instansi_kode: str | None, as_json: bool) -> None:
    """Semua periode, yang terbaru lebih dahulu."""
    instansi = find_instansi(session(), instansi_kode)
    periods = list_periods(session(), instansi_id=instansi.id)
    lines = [
        f"{each.kode}: {each.nama}, {STATES[each.state(now())]}, tenggat {last_day(each.due_at, each.zona)}"
        for each in periods
    ]
    answer(list(map(as_document, periods)), as_json=as_json, text="\n".join(lines) or "Belum ada periode.")


@period.command("sweep")
@json_option
def sweep(as_json: bool) -> None:
    """Nilai ujian yang waktunya habis atau soalnya ditarik, dan jumlahkan hitungan periode.

    Pratinjau impor yang lewat 24 jam, isian yang lewat 30 menit, dan hasil pekerjaan yang lewat tujuh hari dihapus.
    Aman diulang; `flask worker` melakukannya setiap menit.
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
        "state": each.state(now()).value,
        "mulai": each.opens_at.astimezone(ZoneInfo(each.zona)).date().isoformat(),
        "tenggat": last_day(each.due_at, each.zona),
        "tutup": last_day(each.closes_at, each.zona),
        "berlaku_sampai": each.valid_until.isoformat() if each.valid_until else None,
    }


def last_day(end: datetime, zona: str) -> str:
    """Return the last day before an exclusive end; for an end within a day, that day."""
    local = end.astimezone(ZoneInfo(zona))
    whole = (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0)
    return date.fromordinal(local.toordinal() - whole).isoformat()
