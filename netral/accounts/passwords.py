"""Passwords: refused if guessable, hashed by argon2id with the parameters that OWASP names, at most two at once."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from netral.accounts.turns import Turns
from netral.errors import NetralError
from netral.folding import fold_password

SHORTEST = 12
LONGEST = 200
# Shorter parts of a name ("bin", "Tri") stand in ordinary sentences.
NAME_WORD = 4
DIFFERENT = 5
HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# This hash is verified when there is no such user, so that a refusal always takes as long. Nobody knows its password.
NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$J1Tz1Wnm0yVt6JcDQ3mYbT3bJ0kHqzq5r3o0wZzVZ1s"
GUESSED_FIRST = re.compile(
    r"(password|rahasia|netral(itas)?|indonesia|merdeka|bismillah|qwerty\w*|asdfgh\w*|admin\w*|sayang|(pns|asn|bkpsdm)\d*|\d|(\w)\2+)+"
)
# Signs between letters that make a password no harder to guess; signs of other scripts count like letters.
FILLING = re.compile(r"[\s!-/:-@\[-`{-~]")
AROUND_LETTERS = re.compile(r"^[\W\d_]+|[\W\d_]+$")
LOOKALIKES = str.maketrans("@4310$57", "aaeiosst")
REPEATED = re.compile(r"(.+?)\1*")
OFFICES = ("pemkab", "pemkot", "pemda", "pemprov", "kabupaten", "provinsi", "kota", "dinas", "badan", "kantor")
COMMON = Path(__file__).with_name("common_passwords.txt")

# Limits of one process. Two at once keep two cores busy; an idle machine serves forty waiting people within two
# seconds.
TURNS = Turns(at_once=2, most_waiting=40, patience=10)


class PasswordTooShort(NetralError):
    """The password has fewer than 12 characters."""


class PasswordTooLong(NetralError):
    """The password has more than 200 characters, which would only cost the server time."""


class PasswordGuessable(NetralError):
    """The password is made of the login name, the person's name, or one of the first guesses of an attacker."""


class PasswordCommon(NetralError):
    """The password is one of the most common ones, whatever digits and signs surround it."""


class PasswordsBusy(NetralError):
    """There was no turn to hash a password: forty wait, ten seconds passed, or the same person sent a newer request."""


@contextmanager
def turn_of(person: str) -> Iterator[None]:
    if not TURNS.begin(person):
        raise PasswordsBusy
    try:
        yield
    finally:
        TURNS.end(person)


def check_password(password: str, *, login: str, nama: str, instansi: str = "") -> None:
    """Refuse a password that is too short, too long or guessable. No rule of composition (NIST SP 800-63B).

    Raises PasswordTooShort, PasswordTooLong, PasswordGuessable or PasswordCommon.
    """
    password = fold_password(password)
    if len(password) < SHORTEST:
        raise PasswordTooShort
    if len(password) > LONGEST:
        raise PasswordTooLong
    folded = password.casefold()
    bare = FILLING.sub("", folded)
    names = re.split(r"\W+", f"{nama} {instansi}".casefold())
    own = [login.casefold(), *(word for word in names if len(word) >= NAME_WORD)]
    for word in own:
        bare = bare.replace(word, "")
    if len(bare) < SHORTEST // 2 or GUESSED_FIRST.fullmatch(bare) or len(set(folded)) < DIFFERENT:
        raise PasswordGuessable
    if is_common(folded, own):
        raise PasswordCommon


def is_common(folded: str, own: list[str]) -> bool:
    """Return whether only a common word is left once digits, signs, own names and words for offices are taken out."""
    inner = AROUND_LETTERS.sub("", folded)
    said = COMMON.read_text(encoding="ascii")
    for letters in (FILLING.sub("", inner.translate(LOOKALIKES)), re.sub(r"\d", "", FILLING.sub("", inner))):
        rest = letters
        for word in (*own, *OFFICES):
            rest = rest.replace(word, "")
        if letters and (not rest or any(f"\n{word}\n" in said for word in (letters, rest, shortest_part(letters)))):
            return True
    return False


def shortest_part(letters: str) -> str:
    """Return the part that, written once or again and again, makes up the letters."""
    found = REPEATED.fullmatch(letters)
    return found[1] if found else ""


def hash_password(password: str, *, person: str) -> str:
    """Return the Argon2id hash of a password: some 25 ms of CPU and 19 MiB, after up to ten seconds of waiting.

    Never call it inside a write transaction. `person` is the login: one login never has two turns at once. Raises
    PasswordsBusy.
    """
    with turn_of(person):
        return HASHER.hash(fold_password(password))


def verify_password(stored: str | None, password: str, *, person: str) -> bool:
    """Return whether the password fits, taking the same time when there is no such user (`stored` is None).

    The folded password is tried first, then the typed one where it differs: earlier hashes are of unfolded passwords.
    `person` is the login, as for `hash_password`. Raises PasswordsBusy.
    """
    spellings = dict.fromkeys((fold_password(password), password))
    with turn_of(person):
        return any(fits(stored or NOBODY, spelling) for spelling in spellings) and stored is not None


def fits(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    return HASHER.check_needs_rehash(stored)
