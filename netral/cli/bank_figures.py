"""The bank in numbers, and what somebody earns in it who knows no rule: what `flask content check` tells."""

from collections.abc import Iterator, Mapping

from netral.content.blind.guessing import Guessing, guess_bank, share_of
from netral.content.checks.fairness import count_bank
from netral.content.checks.guessable import MOST_OF_BANK, MOST_PASSING, percent
from netral.content.contents import Library
from netral.quiz.questions import CONDUCT, Level, Verdict


def tell_counts(library: Library) -> str:
    counts = count_bank(library)
    judged, easy = sum(counts.judged.values()), counts.levels[Level.MUDAH]
    return (
        f"Bank: {counts.questions} soal dalam {counts.independent} kelompok mandiri; "
        f"{_share(counts.open_questions, counts.questions)} persen soal BOLEH atau TERGANTUNG, "
        f"TERGANTUNG {counts.judged[Verdict.TERGANTUNG]} dari {judged} putusan, "
        f"mudah {_share(easy, counts.questions)} persen."
    )


def _share(part: int, whole: int) -> str:
    return percent(part / whole if whole else 0)


def _listed(counts: Mapping[str, int], between: str = ", ") -> str:
    return between.join(f"{name} {count}" for name, count in counts.items())


def tell_guessing(guessing: Guessing) -> Iterator[str]:
    """Yield what somebody who knows no rule earns, in two lines at most."""
    yield (
        f"Menebak tanpa tahu aturan: {percent(guessing.share)} persen nilai bank (batas {MOST_OF_BANK}, "
        f"asal pilih {percent(guessing.by_luck)}; cara terbaik: {guessing.approach})."
    )
    if guessing.passing is not None:
        yield (
            f"Penebak lulus dalam {guessing.attempts} kesempatan: {percent(guessing.passing)} dari 100 kali "
            f"(batas {MOST_PASSING})."
        )


def tell_details(library: Library, guessing: Guessing) -> Iterator[str]:
    """Yield what the bank holds by kind and level, how each way of guessing did, and what it guesses best."""
    counts = count_bank(library)
    yield "Bank (banyak soal):"
    yield f"  jenis: {_listed({kind: len(guesses) for kind, guesses in guessing.by_kind().items()})}"
    yield f"  tingkat: {_listed({level.value: counts.levels[level] for level in Level})}"
    yield f"  putusan soal dan situasi: {_listed({verdict.value: counts.judged[verdict] for verdict in CONDUCT})}"
    yield f"  kelompok kembar: {counts.groups}, mandiri: {counts.independent}"
    yield "Cara menebak (persen nilai):"
    yield from (f"  {percent(share):>5}  {name}" for name, share in guessing.others.items())
    yield "Tiap berkas dan jenis (persen nilai, banyak soal):"
    for name, guesses in (*guessing.by_file().items(), *guessing.by_kind().items()):
        yield f"  {percent(share_of(guesses)):>5}  {len(guesses):>3}  {name}"
    verdicts = [right for each in guessing.guesses for right in each.verdicts]
    if verdicts:
        right, often = _share(sum(verdicts), len(verdicts)), max(counts.judged.values(), default=0)
        yield (
            f"Putusan saja (soal putusan dan btt), ditebak dari kata-kata situasinya: {right} persen benar; "
            f"putusan tersering dalam bank: {_share(often, sum(counts.judged.values()))} persen."
        )
    yield "Latihan, yang tidak dinilai (persen nilai, banyak soal):"
    practised = guess_bank(library.practice_questions, library.blueprint)
    for name, guesses in practised.by_kind().items():
        yield f"  {percent(share_of(guesses)):>5}  {len(guesses):>3}  {name}"
    yield f"Petunjuk tersering (banyak soal): {_listed(dict(guessing.commonest_cues(12)), '; ')}."
    yield "Soal yang paling mudah ditebak (keyakinan penebak pada kuncinya, lalu petunjuknya):"
    for each in guessing.worst(20):
        place = f"{each.each.path}:{each.each.source.line} {each.each.question.id}"
        yield f"  {percent(each.sureness):>5}  {place}: {'; '.join(each.telling)}"
