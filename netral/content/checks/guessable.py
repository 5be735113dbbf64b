"""A bank whose keys can be guessed from its wording: named for the whole, for files, and for questions.

It takes seconds, so it is asked for where an author checks, not wherever content is read.
"""

from collections.abc import Sequence

from netral.content.blind.guessing import Guess, Guessing, guess_bank, share_of
from netral.content.contents import Library
from netral.content.findings import Finding, FindingBook, Findings, Severity

MOST_OF_BANK = 35
MOST_OF_FILE = 45
MOST_PASSING = 1
SURE = 0.6
FEWEST = 20
"""In a bank with fewer questions there is too little to learn from, and luck decides."""
GUESSABLE = Severity.GALAT


def guess(library: Library) -> Guessing | None:
    """Return what a guesser earns; None for a bank that is too small to be measured."""
    if len(library.bank_questions) < FEWEST:
        return None
    return guess_bank(library.bank_questions, library.blueprint, library.practice_questions)


def check_guessable(guessing: Guessing) -> tuple[Finding, ...]:
    book = FindingBook()
    if 100 * guessing.share > MOST_OF_BANK:
        message = f"penebak yang tidak tahu aturan memperoleh {percent(guessing.share)} persen nilai bank"
        repair = "Jalankan flask content check --tebakan, lalu samakan bentuk pilihannya."
        book.at("bank").add(GUESSABLE, 1, "T01", f"{message}; paling banyak {MOST_OF_BANK}. {repair}")
    if guessing.passing is not None and 100 * guessing.passing > MOST_PASSING:
        message = f"penebak lulus dalam {guessing.attempts} kesempatan pada {percent(guessing.passing)} dari 100 kali"
        book.at("bank").add(
            GUESSABLE, 1, "T02", f"{message}; paling banyak {MOST_PASSING}. Perbaiki soal yang mudah ditebak."
        )
    for path, guesses in guessing.by_file().items():
        if 100 * share_of(guesses) > MOST_OF_FILE and len(guesses) >= FEWEST // 2:
            _tell_file(guesses, book.at(path))
    return book.sorted()


def _tell_file(guesses: Sequence[Guess], found: Findings) -> None:
    message = f"penebak memperoleh {percent(share_of(guesses))} persen nilai soal di berkas ini"
    found.add(GUESSABLE, 1, "T03", f"{message}; paling banyak {MOST_OF_FILE}. Ubah bentuk soalnya.")
    for each in guesses:
        if each.points == 1 and each.sureness >= SURE:
            message = f'kunci soal "{each.each.question.id}" tertebak dari kata-katanya.'
            repair = "Samakan kata sambung, panjang, dan nada semua pilihannya."
            found.add(GUESSABLE, each.each.source.line, "T04", f"{message} {repair}")


def percent(share: float) -> str:
    """Return a share as a percentage with one decimal at most: 35, 12,5."""
    return f"{100 * share:.1f}".removesuffix(".0").replace(".", ",")
