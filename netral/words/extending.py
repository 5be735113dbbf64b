"""Extra time and further attempts in words, and outages, for people who were given them and those who give them."""

from netral.indonesian import day_and_time, local_day, number, within_sentence
from netral.indonesian import time as time_of_day
from netral.learning.exams.compensating import OutageView
from netral.learning.exams.extending import Extension, ExtensionKind
from netral.learning.exams.gates import Obstacle
from netral.learning.exams.granting import Grant
from netral.learning.exams.outages import Gap, GapKind

HOURS_FROM = 10 * 60

GAP_KINDS = {
    GapKind.COMPENSATED: ("Waktu sudah ditambah", "ok"),
    GapKind.LONG: ("Diputuskan pada tiap periode", ""),
    GapKind.CLOCK: ("Jam server berubah", "warning"),
}


def tell_state(outage: OutageView) -> tuple[str, str]:
    """Return what became of an outage in one period, with the tone of its tag: an office may be off every night."""
    if outage.undecided:
        return "Perlu diputuskan", "warning"
    if outage.extended:
        return "Waktu sudah ditambah", "ok"
    if outage.replaced:
        return "Kesempatan sudah diganti", "ok"
    return "Tidak ada ujian yang terkena", ""


def tell_minutes(seconds: int) -> str:
    """Tell a length; one of ten hours and more in whole hours."""
    minutes = max(1, round(seconds / 60))
    return f"{number(minutes)} menit" if minutes < HOURS_FROM else f"{number(round(minutes / 60))} jam"


def tell_time_given(extension: Extension, zona: str, *, whose: str) -> str:
    """Say how much time was added and why; `whose`: that of "Waktu Anda"."""
    return f"{whose} ditambah {tell_minutes(extension.seconds)} karena {tell_cause(extension, zona)}"


def tell_cause(extension: Extension, zona: str) -> str:
    reason = tell_reason(extension.reason)
    if extension.kind is ExtensionKind.PERCENT:
        return "tambahan waktu dalam persen dinaikkan"
    if extension.since is None or extension.until is None:
        return reason
    outage = f"layanan terganggu {tell_stretch(Gap(extension.since, extension.until, GapKind.LONG), zona)}"
    return f"{outage}: {reason}" if reason else outage


def tell_reason(reason: str) -> str:
    """Return a typed reason as it goes on within a sentence."""
    return within_sentence(" ".join(reason.split()).rstrip("."))


def tell_stretch(gap: Gap, zona: str) -> str:
    """Say from when to when; a clock that went back shows an end before its beginning."""
    if local_day(gap.since, zona) == local_day(gap.until, zona):
        return f"{day_and_time(gap.since, zona)} sampai {time_of_day(gap.until, zona)}"
    return f"{day_and_time(gap.since, zona)} sampai {day_and_time(gap.until, zona)}"


def tell_grant(grant: Grant, *, whom: str) -> str:
    """Say how many further attempts were given and why; `whom`: as in "Anda mendapat"."""
    instead = f" pengganti percobaan {grant.replaced} yang terputus gangguan" if grant.replaced else ""
    return f"{whom} {number(grant.attempts)} kesempatan tambahan{instead} karena {tell_reason(grant.reason)}"


def tell_no_use(obstacle: Obstacle) -> str:
    """Say why further attempts would open nothing for a person (`AttemptOfNoUse`)."""
    words = {
        Obstacle.LEFT: "Pegawai ini sudah keluar dari data pegawai",
        Obstacle.PASSED: "Pegawai ini sudah lulus",
        Obstacle.CLOSED: "Periode ini sudah ditutup",
    }
    return words[obstacle]
