"""Words of a question as people type them, brought to the words of modules: without affixes, slang made plain.

Words are cut by rules, without a dictionary, so a word has several possible roots; both sides are cut alike, and one
root in common is a match.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from netral.folding import fold

MOST_WORDS = 12
SHORTEST_ROOT = 4
SHORTEST_PREFIX = 3
ENDINGS = (("nya", "lah", "kah", "pun", "ku", "mu"), ("kan", "an", "i"))
# A beginning -> what the root may begin with instead, since nasal prefixes swallow its first letter.
BEGINNINGS = {
    "meng": ("", "k"), "meny": ("s", "c"), "men": ("", "t"), "mem": ("", "p"), "me": ("",),
    "peng": ("", "k"), "peny": ("s",), "pen": ("", "t"), "pem": ("", "p"), "per": ("",), "pe": ("",),
    "di": ("",), "ber": ("",), "ter": ("",), "ke": ("",), "se": ("",),
    "nge": ("",), "ng": ("", "k"), "ny": ("s", "c"),
}  # fmt: skip
# Where these fit, the shorter one of the same family may be meant as well: pe-rawat, ng-ketik.
UNSURE = frozenset({"per", "nge"})
VOWELS = frozenset("aiueo")
EMPTY = """
ada adalah agar aja aku anda apa apakah asn atau bagaimana bagi bila bisa bisakah boleh bolehkah buat bukan dan dapat
dari deh dengan di dong enggak ga gak gimana gue gw harus haruskah hukumnya ini itu jadi jika juga kah kalau kalo kami
kan karena ke ketika kita kok krn lagi lalu lu maka mau misalnya nah nggak ngga nih ok oleh pada para pas perlu pns pun
saat saja sama sampai saya secara si sih sudah supaya tak tapi tdk tentang tetapi tidak udah untuk utk ya yah yang yg
"""
EMPTY_WORDS = frozenset(EMPTY.split())
EVERYDAY: dict[str, str] = {
    "amplop": "uang politik",
    "baju": "kaus atribut",
    "baliho": "spanduk",
    "bos": "atasan",
    "bupati": "kepala daerah calon",
    "cabup": "calon",
    "cagub": "calon",
    "cakada": "calon",
    "caleg": "calon legislatif",
    "capres": "calon presiden",
    "cawapres": "calon presiden",
    "comment": "komentar",
    "coblos": "memilih suara",
    "dateng": "hadir",
    "datang": "hadir",
    "dipecat": "diberhentikan sanksi",
    "donasi": "sumbangan bantuan",
    "duit": "uang",
    "duwit": "uang",
    "endorse": "dukungan",
    "facebook": "media sosial",
    "fb": "media sosial",
    "follow": "mengikuti",
    "forward": "membagikan meneruskan",
    "hadiah": "pemberian",
    "honorer": "non asn",
    "hukuman": "sanksi disiplin",
    "ig": "media sosial",
    "instagram": "media sosial",
    "kaos": "kaus",
    "kadis": "atasan kepala",
    "komen": "komentar",
    "laki": "suami",
    "like": "menyukai",
    "likes": "menyukai",
    "love": "menyukai",
    "mas": "kakak",
    "medsos": "media sosial",
    "mobdin": "kendaraan dinas mobil",
    "motor": "kendaraan dinas",
    "ngadu": "melapor",
    "nonton": "hadir menonton",
    "nyaleg": "mencalonkan calon legislatif",
    "nyalon": "mencalonkan calon",
    "nyumbang": "sumbangan bantuan",
    "p3k": "pppk",
    "paslon": "pasangan calon",
    "pecat": "diberhentikan sanksi",
    "pose": "simbol tangan foto",
    "post": "unggahan",
    "posting": "unggahan",
    "poto": "foto",
    "randis": "kendaraan dinas mobil",
    "repost": "membagikan",
    "selfie": "swafoto foto",
    "share": "membagikan",
    "sogok": "uang politik",
    "sosmed": "media sosial",
    "status": "unggahan",
    "stori": "unggahan",
    "story": "unggahan",
    "subscribe": "mengikuti",
    "tiktok": "media sosial",
    "timses": "tim kampanye",
    "twitter": "media sosial",
    "upload": "unggahan",
    "viral": "membagikan",
    "vote": "memilih",
    "voting": "memilih",
    "wa": "whatsapp grup",
    "walikota": "kepala daerah calon",
    "whatsapp": "grup",
    "youtube": "media sosial",
}
"""Words that people type -> words that modules use."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A word of a question: a text has it with one of the `roots`, or with a word that begins with `prefix`, if any."""

    prefix: str
    roots: frozenset[str]

    def count_in(self, words: str) -> int:
        """Count how often a text has the word, in the form of `index_words`."""
        padded = f" {words} "
        begun = padded.count(f" {self.prefix}") if self.prefix else 0
        return max([begun, *(padded.count(f" {root} ") for root in self.roots)])

    def fits(self, roots: frozenset[str]) -> bool:
        """Return whether a word with these roots is meant."""
        if not self.roots.isdisjoint(roots):
            return True
        return bool(self.prefix) and any(root.startswith(self.prefix) for root in roots)


def read_question(text: str) -> tuple[Wanted, ...]:
    """Return the words of a question that say what it is about; none if there are only words such as *boleh*."""
    words = [word for word in fold(text).split() if word not in EMPTY_WORDS]
    return tuple(map(want, dict.fromkeys(words[:MOST_WORDS])))


def want(word: str) -> Wanted:
    roots = set(find_roots(word))
    for root in tuple(roots):
        for other in EVERYDAY.get(root, "").split():
            roots |= find_roots(other)
    return Wanted(word if len(word) >= SHORTEST_PREFIX else "", frozenset(roots))


@lru_cache(maxsize=16_384)
def find_roots(word: str) -> frozenset[str]:
    """Return a word in small letters and all that may be left of it without its affixes."""
    stems = {word}
    for endings in ENDINGS:
        stems |= {stem.removesuffix(ending) for stem in stems for ending in endings}
    # Two rounds: di-per-, me-nge-, ke-ber-.
    for _ in range(2):
        stems |= {bare for stem in stems for bare in without_beginnings(stem)}
    return frozenset({word, *(stem for stem in stems if len(stem) >= SHORTEST_ROOT)})


def without_beginnings(word: str) -> Iterator[str]:
    for beginning, firsts in BEGINNINGS.items():
        if not word.startswith(beginning):
            continue
        rest = word.removeprefix(beginning)
        yield from (first + rest for first in firsts if not first or rest[:1] in VOWELS)
        if beginning not in UNSURE:
            return


def index_words(*texts: str) -> str:
    """Return the words of texts as they are searched: folded, each followed by its roots."""
    found: list[str] = []
    for text in texts:
        for word in fold(text).split():
            found += [word, *sorted(find_roots(word) - {word})]
    return " ".join(found)
