"""Places, departures and the effects of a change in words; the first two are also those of a report."""

from netral.reporting.reports.movements import DEPARTURE_WORDS, PLACE_WORDS
from netral.roster.changing import PeriodEffect

__all__ = ["DEPARTURE_WORDS", "EFFECT_WORDS", "PLACE_WORDS"]

EFFECT_WORDS = {
    PeriodEffect.JOINS: "menjadi peserta",
    PeriodEffect.MOVES: "dihitung di unit yang baru",
    PeriodEffect.LEAVES: "tidak lagi dihitung; yang sudah dicapai tetap tersimpan",
    PeriodEffect.RETURNS: "dihitung lagi",
    PeriodEffect.NOTHING: "tidak berubah",
    PeriodEffect.OVER: "tidak berubah, karena periode ini ditutup lebih dahulu",
}
