"""The words of a question as a guesser sees them: bare of HTML, of endings, and of those that carry no meaning."""

import html
import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

TAG = re.compile(r"<[^>]*>")
WORD = re.compile(r"\w+")
CONNECTIVES = frozenset(
    {
        "agar", "apabila", "asal", "asalkan", "bila", "dan", "hanya", "jika", "kalau", "karena", "kecuali", "lalu",
        "melainkan", "meski", "meskipun", "namun", "sambil", "sebab", "sebelum", "sehingga", "sejak", "selama",
        "sementara", "sesudah", "setelah", "supaya", "tanpa", "tapi", "tetapi", "walau", "walaupun",
    }
)  # fmt: skip
ABSOLUTE = frozenset(
    {
        "apa pun", "apapun", "bebas", "bebas saja", "hanya", "harus", "kapan pun", "mana pun", "mutlak", "otomatis",
        "pasti", "saja", "sama sekali", "sekalipun", "selalu", "selamanya", "semua", "seluruh", "setiap", "siapa pun",
        "tanpa kecuali", "tidak pernah", "wajib",
    }
)  # fmt: skip
NEGATIONS = frozenset({"tidak", "bukan", "belum", "jangan", "tanpa", "tak", "dilarang"})
ALLOWING = re.compile(r"(?:ya, )?(?:tetap )?(?:boleh|diperbolehkan|diizinkan|dibolehkan|sesuai|benar|sah)\b")
FORBIDDING = re.compile(
    r"(?:dilarang|terlarang|melanggar|salah|keliru|"
    r"(?:tidak|belum|tak) (?:boleh|diperbolehkan|diizinkan|dibolehkan|sesuai|benar|sah))\b"
)
EMPTY = frozenset(
    {
        "ada", "akan", "atau", "bagi", "bagaimana", "dalam", "dari", "dengan", "itu", "ini", "ia", "juga", "kepada",
        "ke", "oleh", "pada", "para", "sebagai", "sebuah", "seorang", "telah", "untuk", "yang", "di", "apa", "pak",
        "bu", "menilai", "menilainya", "pns", "pppk", "asn", "sudah", "adalah", "secara", "nya",
    }
    | CONNECTIVES
)  # fmt: skip
BEGINNINGS = re.compile(r"^(?:meng|meny|men|mem|me|peng|peny|pen|pem|pe|ber|ter|di|se)(?=\w{4})")
ENDINGS = re.compile(r"(?<=\w{4})(?:nya|kan|lah|an|i)$")


def plain(text: str) -> str:
    """Return the text of HTML in small letters and with single spaces."""
    return " ".join(html.unescape(TAG.sub(" ", text)).lower().split())


def words_of(text: str) -> list[str]:
    return WORD.findall(text)


@lru_cache(maxsize=8192)
def root(word: str) -> str:
    """Return about the root of a word: *melaporkan* and *dilaporkannya* come near each other."""
    return ENDINGS.sub("", ENDINGS.sub("", BEGINNINGS.sub("", word)))


def meanings(text: str) -> frozenset[str]:
    """Return the roots of the words that carry meaning."""
    return frozenset(root(word) for word in words_of(text) if word not in EMPTY and not word.isdigit())


def connectives(text: str) -> list[str]:
    return [word for word in words_of(text) if word in CONNECTIVES]


def count_phrases(text: str, phrases: Collection[str]) -> int:
    """Return how many of the phrases occur in a text as whole words."""
    padded = f" {' '.join(words_of(text))} "
    return sum(f" {phrase} " in padded for phrase in phrases)


def verdict_word(text: str) -> str:
    """Return `boleh` or `tidak` where an option opens with a verdict, else an empty text."""
    if FORBIDDING.match(text):
        return "tidak"
    return "boleh" if ALLOWING.match(text) else ""


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of common meanings (Jaccard), 0 to 1."""
    return len(one & other) / len(one | other) if one and other else 0.0


def pairs_of(words: Sequence[str]) -> Iterable[str]:
    return (f"{first} {second}" for first, second in pairwise(words))
