"""Which norm or rule an author means, who wrote it as people say it.

A number tells laws apart, so nothing is suggested whose numbers differ, however alike it looks.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping

NAMES = {
    "PERATURAN PEMERINTAH": "PP", "UNDANG-UNDANG": "UU", "UNDANG UNDANG": "UU", "PERATURAN PRESIDEN": "PERPRES",
    "SURAT EDARAN": "SE", "PERATURAN KPU": "PKPU", "PERATURAN BKN": "PERBKN", "PERATURAN BAWASLU": "PERBAWASLU",
    "PUTUSAN MK": "MK",
}  # fmt: skip
NUMBERED = re.compile(
    r"(?P<name>[A-Z][A-Z ./-]*?)[ .-]*(?:\b(?:NOMOR|NO)\b[ .-]*)?(?P<number>\d+)[ ./-]*"
    r"(?:(?:TAHUN|THN|TH)[ .]*)?(?P<year>\d{4})\b"
)
RULE_WORDS = (
    (re.compile(r"\b(?:pasal|ps)\b[ .]*"), "ps."),
    (re.compile(r"\b(?:lampiran|lamp)\b[ .]*"), "lamp."),
    (re.compile(r"\b(?:huruf|angka|ayat|butir)\b[ .]*"), "-"),
)
DIGIT = re.compile(r"\d")
LATE_NUMBER = re.compile(r"\d.*\d{4}\b")
AND = re.compile(r"\s+(?:dan|serta|jo\.?)\s+")
JOINTS = re.compile(r"[ -]*-[ -]*|[ ()]+")
NEAR = 0.75
MOST_LISTED = 12


def is_named(norm: str, rest: str) -> bool:
    """Return whether the number of a law stands after its first word, as in `PP Nomor 94 Tahun 2021`."""
    return not DIGIT.search(norm) and bool(LATE_NUMBER.search(rest))


def meant_ground(written: str, norms: Mapping[str, Collection[str]], beside: Iterable[str]) -> str:
    """Return a sentence with the norm and the rule that are meant; `beside` are the norms that stand next to it."""
    norm, _, rule = written.partition(" ")
    if norm in norms:
        parts = AND.split(rule)
        if len(parts) > 1 and all(part in norms[norm] for part in parts):
            return f'Maksud Anda "{", ".join(f"{norm} {part}" for part in parts)}"?'
        return meant_rule(rule, norms[norm]) if rule else f"Sebut aturannya. {meant_rule('', norms[norm])}"
    if any(written in rules for rules in norms.values()):
        owners = [each for each in beside if written in norms.get(each, ())]
        return f'Maksud Anda "{owners[0]} {written}"?' if owners else "Tulis normanya di depan aturan itu."
    near, rest = _near_norms(written, norms)
    if len(near) != 1 or not rest:
        return meant_norm(written, norms)
    key = _near_rule(rest, norms[near[0]])
    return (
        f'Maksud Anda "{near[0]} {key}"?' if key else f"{meant_norm(written, norms)} {meant_rule(rest, norms[near[0]])}"
    )


def meant_norm(written: str, norms: Iterable[str]) -> str:
    """Return a sentence with the norm that is meant, or with what to do when none of these is."""
    near, _ = _near_norms(written, norms)
    if len(near) == 1:
        return f'Maksud Anda "{near[0]}"?'
    if near:
        return f"Maksud Anda salah satu dari {', '.join(near)}?"
    return "Periksa nomor dan tahunnya, atau catat dahulu di rujukan.yaml."


def _near_norms(written: str, norms: Iterable[str]) -> tuple[list[str], str]:
    """Return the norms that may be meant, and the words that follow the number."""
    listed = sorted(norms)
    text = " ".join(written.upper().split())
    for long, short in NAMES.items():
        text = text.replace(long, short)
    numbered = NUMBERED.search(text)
    if numbered is None:
        return _alike("-".join(text.split()), listed), ""
    return _same_number(numbered, listed), text[numbered.end() :].strip(" :,")


def _same_number(numbered: re.Match[str], norms: list[str]) -> list[str]:
    """Return the norms of this number and year whose name is the written one, or one of both begins the other."""
    words = [word for word in re.split(r"[ ./-]+", numbered["name"]) if word]
    ending = f"-{int(numbered['number'])}-{numbered['year']}"
    named = {norm: norm.removesuffix(ending).split("-") for norm in norms if norm.endswith(ending)}
    exact = [norm for norm, name in named.items() if name == words]
    return exact or [norm for norm, name in named.items() if all(map(_is_word, words, name))]


def _is_word(written: str, word: str) -> bool:
    """Return whether two short words are the same, but for a typing error that makes no other one."""
    return written == word or (len(word) > len("UU") and sorted(written) == sorted(word))


def _alike(written: str, known: Collection[str]) -> list[str]:
    """Return the nearest known word; one with numbers must have the same letters and numbers."""
    signs = _signs(written)
    if same := [each for each in known if _signs(each) == signs]:
        return same[:1]
    words = [] if DIGIT.search(written) else [each for each in known if not DIGIT.search(each)]
    return difflib.get_close_matches(written[:60], words, n=1, cutoff=NEAR)


def _signs(text: str) -> str:
    return "".join(filter(str.isalnum, text))


def meant_rule(written: str, rules: Collection[str]) -> str:
    """Return a sentence with the rule that is meant, else with the rules of that article, or of the whole norm."""
    if not rules:
        return "Norma ini belum punya aturan; catat dahulu di rujukan.yaml."
    if near := _near_rule(written, rules):
        return f'Maksud Anda "{near}"?'
    family = _family(_as_key(written), rules)
    more = f", dan {len(family) - MOST_LISTED} lainnya" if len(family) > MOST_LISTED else ""
    return f"Yang tercatat: {', '.join(family[:MOST_LISTED])}{more}."


def _near_rule(written: str, rules: Collection[str]) -> str:
    keys = {rule.lower(): rule for rule in rules}
    return next((keys[near] for near in _alike(_as_key(written), keys)), "")


def _as_key(written: str) -> str:
    """Return words such as `Pasal 5 huruf n` as the key of a rule."""
    text = written.strip().lower()
    for pattern, short in RULE_WORDS:
        text = pattern.sub(short, text)
    return JOINTS.sub("-", text).strip("-")


def _family(text: str, rules: Collection[str]) -> list[str]:
    parts = text.split("-")
    for length in range(len(parts), 0, -1):
        head = "-".join(parts[:length])
        if family := [rule for rule in rules if rule.lower() == head or rule.lower().startswith(f"{head}-")]:
            return family
    return list(rules)
