"""Periods in words: their states, their plans line by line, and whom a change of dates is about."""

from collections.abc import Mapping, Sequence
from datetime import date

from netral.indonesian import day, number
from netral.learning.periods.diklat import name_kind
from netral.learning.periods.lifecycle import Effect, Life, Move
from netral.learning.periods.opening import PeriodKind, PeriodPlan
from netral.quiz.blueprint import KeysShown
from netral.quiz.questions import Indicator
from netral.words.questions import INDICATORS

KEYS_WORDS = {
    KeysShown.LULUS: "Langsung kepada yang lulus",
    KeysShown.TENGGAT: "Kepada yang lulus, sesudah tenggat",
    KeysShown.TUTUP: "Sesudah periode ditutup",
    KeysShown.HABIS: "Kepada yang lulus atau habis kesempatannya",
}
KIND_WORDS = {
    PeriodKind.PEMILU: "Pemilu",
    PeriodKind.PILKADA: "Pilkada",
    PeriodKind.PILKADES: "Pilkades",
    PeriodKind.DI_LUAR: "Di luar tahapan",
}
# The word, and the tone of its tag.
LIFE_WORDS: Mapping[Life, tuple[str, str]] = {
    Life.DRAFT: ("Draf", ""),
    Life.UPCOMING: ("Akan dibuka", ""),
    Life.OPEN: ("Dibuka", "ok"),
    Life.LATE: ("Lewat tenggat", "warning"),
    Life.REOPENED: ("Dibuka lagi", "ok"),
    Life.CLOSED: ("Ditutup", ""),
    Life.ARCHIVED: ("Diarsipkan", ""),
}
MOVE_WORDS: Mapping[Move, str] = {
    Move.EDIT: "Ubah draf",
    Move.OPEN: "Buka periode",
    Move.CORRECT: "Koreksi periode",
    Move.WIDEN: "Tambah peserta",
    Move.EXTEND: "Perpanjang",
    Move.CLOSE: "Tutup periode",
    Move.REOPEN: "Buka lagi",
    Move.ARCHIVE: "Arsipkan",
    Move.RESTORE: "Keluarkan dari arsip",
}
DAY_WORDS = {"first_day": "Mulai", "due_day": "Tenggat", "last_day": "Tutup", "valid_until": "Masa berlaku sertifikat"}
SECONDS = 60
Lines = dict[str, str]


def describe_plan(plan: PeriodPlan, units: Sequence[str] = ()) -> Lines:
    """Return every choice in words by its label. `units` are the names of those that the audience chooses."""
    return {
        "Kode": plan.kode,
        "Nama": plan.nama,
        "Jenis": KIND_WORDS[plan.jenis],
        "Peserta": tell_audience(plan, units),
        "Mulai": day(plan.first_day),
        "Tenggat": day(plan.due_day),
        "Tutup": day(plan.last_day),
        "Ikrar sesudah tutup": tell_signing(plan.sign_days),
        "Sertifikat berlaku sampai": day(plan.valid_until) if plan.valid_until else "Tanpa batas",
        **describe_rules(plan),
    }


def describe_rules(plan: PeriodPlan) -> Lines:
    return {
        "Batas lulus": tell_number(plan.pass_percent, " dari 100"),
        "Kesempatan ujian": tell_number(plan.attempts),
        "Jeda antarpercobaan": tell_number(plan.pause_minutes, " menit"),
        "Batas waktu ujian": tell_limit(plan.limit_seconds),
        "Soal per indikator": tell_quotas(plan.quotas),
        "Tes awal sebelum membaca": tell_choice(plan.pretest),
        "Ujian setelah semua modul dibaca": tell_choice(plan.modules_first),
        "Halaman dibaca lagi sebelum mengulang": tell_choice(plan.relearn),
        "Jawaban yang sesuai ditampilkan": KEYS_WORDS[plan.keys_shown] if plan.keys_shown else FROM_EDITION,
        "JP pada sertifikat": f"{number(plan.jp)} JP ({plan.jp_dasar})" if plan.jp else "Tidak dicetak",
        "Jenis diklat": name_kind(plan.jenis_diklat) or "Tidak ditetapkan",
        "Nilai dicetak pada sertifikat": tell_choice(plan.score_printed),
    }


FROM_EDITION = "Menurut edisi"


def tell_number(value: int | None, unit: str = "") -> str:
    return FROM_EDITION if value is None else f"{number(value)}{unit}"


def tell_choice(value: bool | None) -> str:  # noqa: FBT001  the value itself is what is told
    return FROM_EDITION if value is None else "Ya" if value else "Tidak"


def tell_limit(seconds: int | None) -> str:
    if seconds is None:
        return FROM_EDITION
    if not seconds:
        return "Tanpa batas"
    return f"{number(seconds)} detik" if seconds % SECONDS else f"{number(seconds // SECONDS)} menit"


def tell_quotas(quotas: Mapping[Indicator, int] | None) -> str:
    if quotas is None:
        return FROM_EDITION
    parts = ", ".join(f"{INDICATORS[each]} {quotas[each]}" for each in Indicator if quotas.get(each))
    return f"{sum(quotas.values())} soal: {parts}"


def tell_signing(days: int) -> str:
    return f"Bagi yang lulus, sampai {number(days)} hari sesudah tutup" if days else "Tidak dapat ditandatangani"


def tell_audience(plan: PeriodPlan, units: Sequence[str]) -> str:
    who = ", ".join(plan.audience.kinds) or "Semua ASN"
    return f"{who} aktif di {', '.join(units)}, beserta unit di bawahnya" if units else f"{who} aktif"


def compare(before: Lines, after: Lines) -> Lines:
    """Return the lines that differ, each with what it was and what it becomes."""
    return {name: f"{before[name]}, menjadi {after[name]}" for name in before if before[name] != after[name]}


def tell_effect(
    effect: Effect, *, sitting: int, due_moves: bool, valid_until: date | None, late_after: date | None = None
) -> list[str]:
    """Say whom new ends are about, a sentence each.

    `valid_until`: the new one, if it moves. `late_after`: the tenggat, if it stays in the past.
    """
    told = [f"{number(effect.unfinished)} pegawai belum selesai; mereka mendapat waktu sampai tanggal tutup yang baru."]
    if sitting:
        told.append(f"{number(sitting)} pegawai sedang mengerjakan ujian; soal dan jawaban mereka tidak berubah.")
    if late_after and effect.unfinished:
        told.append(f"Tenggat tetap {day(late_after)}: yang selesai sesudah ini tercatat terlambat.")
    if due_moves and effect.overdue:
        told.append(f"{number(effect.overdue)} pegawai yang sekarang terlambat menjadi tepat waktu lagi.")
    if due_moves and effect.in_time:
        told.append(f"{number(effect.in_time)} pegawai yang selesai setelah tenggat tidak lagi tercatat terlambat.")
    if effect.unsigned:
        told.append(f"{number(effect.unsigned)} pegawai sudah lulus dan belum menandatangani ikrar.")
    if valid_until and effect.completed:
        told.append(
            f"{number(effect.completed)} sertifikat yang sudah terbit tidak berubah; yang terbit sesudah ini berlaku "
            f"sampai {day(valid_until)}."
        )
    elif effect.completed:
        told.append(f"{number(effect.completed)} sertifikat yang sudah terbit tidak berubah.")
    return told
