"""The tree of units in memory: finding the unit that a roster names, and suggesting those it may mean."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.folding import fold
from netral.organisation.models import Instansi, Opd

PERANGKAT_DAERAH = re.compile(
    r"(?:dinas|badan|kecamatan|distrik|kantor|rsud|rumah sakit|satuan polisi|inspektorat"
    r"|sekretariat (?:daerah|dprd|dewan))\b"
)
GOVERNMENT = {
    "pemerintah": "",
    "pemda": "",
    "daerah": "",
    "pemkab": "kabupaten",
    "kabupaten": "kabupaten",
    "kab": "kabupaten",
    "pemkot": "kota",
    "kota": "kota",
    "pemprov": "provinsi",
    "provinsi": "provinsi",
    "propinsi": "provinsi",
    "prov": "provinsi",
}
"""Words before the name of a region -> the kind of region, empty when they leave it open."""

ABBREVIATIONS = {
    "bag": "bagian",
    "bapenda": "badan pendapatan daerah",
    "bappeda": "badan perencanaan pembangunan daerah",
    "bid": "bidang",
    "bkd": "badan kepegawaian",
    "camat": "kecamatan",
    "dalduk": "pengendalian penduduk",
    "damkar": "pemadam kebakaran",
    "din": "dinas",
    "dprd": "dewan perwakilan rakyat daerah",
    "dukcapil": "kependudukan pencatatan sipil",
    "kb": "keluarga berencana",
    "kec": "kecamatan",
    "kel": "kelurahan",
    "ketapang": "ketahanan pangan",
    "kominfo": "komunikasi informatika",
    "lurah": "kelurahan",
    "naker": "tenaga kerja",
    "nakertrans": "tenaga kerja transmigrasi",
    "perindag": "perindustrian perdagangan",
    "perkim": "perumahan kawasan permukiman",
    "pkm": "puskesmas",
    "ptsp": "pelayanan terpadu satu pintu",
    "pupr": "pekerjaan umum penataan ruang",
    "rs": "rumah sakit",
    "rsud": "rumah sakit umum daerah",
    "sdm": "sumber daya manusia",
    "sekr": "sekretariat",
    "setda": "sekretariat daerah",
    "setwan": "sekretariat dewan perwakilan rakyat daerah",
    "subag": "sub bagian",
    "subbag": "sub bagian",
    "subbagian": "sub bagian",
    "subbid": "sub bidang",
    "subbidang": "sub bidang",
    "ukm": "usaha kecil menengah",
}
AFTER_DINAS = {
    "budpar": "kebudayaan pariwisata",
    "bun": "perkebunan",
    "dag": "perdagangan",
    "dagperin": "perdagangan perindustrian",
    "damkar": "pemadam kebakaran",
    "dik": "pendidikan",
    "dikbud": "pendidikan kebudayaan",
    "dikpora": "pendidikan pemuda olahraga",
    "dukcapil": "kependudukan pencatatan sipil",
    "hub": "perhubungan",
    "hut": "kehutanan",
    "kan": "perikanan",
    "kanla": "kelautan perikanan",
    "kes": "kesehatan",
    "ketapang": "ketahanan pangan",
    "kominfo": "komunikasi informatika",
    "kop": "koperasi",
    "kopukm": "koperasi usaha kecil menengah",
    "naker": "tenaga kerja",
    "nakertrans": "tenaga kerja transmigrasi",
    "nak": "peternakan",
    "par": "pariwisata",
    "parbud": "pariwisata kebudayaan",
    "perindag": "perindustrian perdagangan",
    "perin": "perindustrian",
    "perkim": "perumahan kawasan permukiman",
    "permades": "pemberdayaan masyarakat desa",
    "permasdes": "pemberdayaan masyarakat desa",
    "pora": "pemuda olahraga",
    "pusip": "perpustakaan kearsipan",
    "sos": "sosial",
    "tan": "pertanian",
}
"""The part behind `dis` or `din` in the usual short name of a dinas -> the words it stands for."""

WRITTEN_OUT = ABBREVIATIONS | {
    f"{head}{tail}": f"dinas {meant}" for head in ("dis", "din") for tail, meant in AFTER_DINAS.items()
}
POLICE = re.compile(r"\b(?:sat ?)?pol ?pp\b")
NEEDLESS = frozenset({"dan", "kantor", "upt", "uptb", "uptd"})
"""Words that some lists write and others leave out."""

OMITTED = frozenset({"badan", "dinas"})
"""Words that a shorthand may leave out, as `kesbangpol` does."""

EVERYWHERE = "daerah"
"""A word that does not distinguish units: `Inspektorat` is the `Inspektorat Daerah`."""

STATE_SCHOOL = re.compile(r"\b(sd|smp|sma|smk|tk|slb) ?n\b")
SHORTEST_SHORTHAND = 3
LONGEST_SHORTHAND = 0.6
"""The largest share of a name's letters that a shorthand may have."""

INSIDE_A_WORD = 0.3
SHORTHAND_ALIKE = 0.6
SHORTEST_MISTYPED = 5
MISTYPED_ALIKE = 0.88
LEAST_RATIO = 0.55
MOST_SUGGESTIONS = 3
LEAST_LIKENESS = 0.55
BELOW = 0.9
FEWEST_WORDS = 2
SHORTENED = 0.7
"""The likeness of a name that lacks nearly all words of the known one, from which it grows to 1."""

MOST_ASKED = 200
LONGEST_KODE = 32
NEW_UNIT = 0
"""Stands for the id of a unit when the officer says that the name is that of a new unit."""


class UnitKind(StrEnum):
    OPD = "opd"
    UPTD = "uptd"
    KECAMATAN = "kecamatan"
    KELURAHAN = "kelurahan"
    SEKOLAH = "sekolah"
    BIDANG = "bidang"
    LAINNYA = "lainnya"


@dataclass(frozen=True, slots=True)
class UnitName:
    """A name prepared for comparing. `letters`: as typed, folded, without blanks.

    `words`: abbreviations written out, needless words left out, numbers without leading zeros.
    """

    letters: str
    words: tuple[str, ...]
    numbers: tuple[str, ...]


class OwnInstansi:
    """The name of the instansi itself in any spelling; it is not one of its units.

    `Pemkab Contoh`, `Kab. Contoh`, `Pemerintah Daerah Kabupaten Contoh` and `Pemda Contoh` are `Kabupaten Contoh`.
    """

    def __init__(self, nama: str) -> None:
        self.kind, self.region = split_region(fold(nama))

    def is_named(self, folded: str) -> bool:
        kind, region = split_region(folded)
        if region != self.region:
            return False
        if kind and self.kind:
            return kind == self.kind
        return region != folded or not self.kind

    def strip(self, folded: str) -> str:
        """Return `dinas kesehatan` for `dinas kesehatan kabupaten contoh`."""
        words = folded.split()
        for first in range(len(words) - 1, 0, -1):
            if words[first] in GOVERNMENT and self.is_named(" ".join(words[first:])):
                return " ".join(words[:first])
        return folded

    def compare_as(self, nama: str) -> UnitName:
        """Return a name for comparing, also without a kind of region that names no region: `dinas kesehatan kab`."""
        words = self.strip(fold(nama)).split()
        is_open = len(words) > 1 and bool(self.kind) and GOVERNMENT.get(words[-1]) == self.kind
        return read_unit_name(" ".join(words[:-1] if is_open else words))


class PlaceFault(StrEnum):
    """Why a place names no unit; in brackets the contents of `data`. All but two hold `suggestions` and `opd`."""

    MISSING = "place_missing"
    UNIT_AMBIGUOUS = "unit_ambiguous"  # opd: names of the OPD that have such a unit
    OPD_UNKNOWN = "opd_unknown"
    OPD_MISSING = "opd_missing"  # the unit is unknown, and no perangkat daerah is named above it
    OPD_IS_INSTANSI = "opd_is_instansi"  # instansi: the text in the place of the perangkat daerah
    UNIT_UNKNOWN = "unit_unknown"
    UNIT_ALIKE = "unit_alike"  # alike: the known unit that the new one resembles


@dataclass(frozen=True, slots=True)
class Unit:
    """A stored unit, or (with a negative id) one that an import will make."""

    id: int
    parent_id: int | None
    kode: str
    nama: str
    jenis: str
    unor_id: str = ""


class NotPlaced(Exception):
    """A name of a place (`level` 0 is the topmost) is not known; `fault` says why."""

    def __init__(self, level: int, fault: PlaceFault, data: dict[str, Any] | None = None) -> None:
        super().__init__(level, fault)
        self.level = level
        self.fault = fault
        self.data = data or {}


class UnitTree:
    """The units of an instansi. Names are compared folded and below their parent: every dinas has a Sekretariat.

    `aliases`: `place_key` of an unknown place -> id of the unit that was meant, or NEW_UNIT.
    """

    def __init__(self, units: Iterable[Unit], *, instansi: str, aliases: Mapping[str, int] | None = None) -> None:
        self.own = OwnInstansi(instansi)
        self.aliases = dict(aliases or {})
        self.units: dict[int, Unit] = {}
        self.by_unor: dict[str, int] = {}
        self.children: defaultdict[int | None, list[int]] = defaultdict(list)
        self.names: defaultdict[str, list[int]] = defaultdict(list)
        self.bare_names: defaultdict[str, list[int]] = defaultdict(list)
        self.compared: dict[str, UnitName] = {}
        self.kodes: set[str] = set()
        self.made: list[Unit] = []
        self.asked = 0
        for unit in units:
            self.add(unit)

    def add(self, unit: Unit) -> None:
        folded = fold(unit.nama)
        self.units[unit.id] = unit
        if unit.unor_id:
            self.by_unor[unit.unor_id] = unit.id
        self.children[unit.parent_id].append(unit.id)
        self.names[folded].append(unit.id)
        self.bare_names[self.own.strip(folded)].append(unit.id)
        if fold(unit.kode) != folded:
            self.names[fold(unit.kode)].append(unit.id)
        self.kodes.add(unit.kode.casefold())

    def place(self, names: Sequence[str], fields: Sequence[str], *, create: bool = False) -> int:
        """Return the id of the unit to which the names, from the top, lead; raises NotPlaced.

        `fields`: the column of each name; `opd` is that of the perangkat daerah. With `create`, a unit whose name is
        unknown and resembles no known one is made (`made`, with a negative id).
        """
        start = self.skip_instansi(names)
        found: int | None = None
        for level in range(start, len(names)):
            meant = self.aliases.get(place_key(names[: level + 1]))
            found = meant or self.step(found, names, fields, level, create=create, insist=meant == NEW_UNIT)
        if found is None:
            raise NotPlaced(0, PlaceFault.MISSING)
        return found

    def skip_instansi(self, names: Sequence[str]) -> int:
        """Return how many names from the top are the instansi itself, which stands above its units."""
        own = 0
        while own < len(names) - 1 and self.own.is_named(fold(names[own])):
            own += 1
        return own

    def step(
        self, parent: int | None, names: Sequence[str], fields: Sequence[str], level: int, *, create: bool, insist: bool
    ) -> int:
        nama = names[level]
        candidates = self.find(parent, nama)
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise NotPlaced(
                level, PlaceFault.UNIT_AMBIGUOUS, {"opd": sorted({self.root_name(one) for one in candidates})}
            )
        fault = self.judge_unknown(parent, names, fields, level)
        may_be_made = insist or (create and fault in MAY_BE_MADE)
        alike = self.find_alike(parent, nama) if may_be_made and not insist else None
        if may_be_made and alike is None:
            return self.make(parent, nama)
        data = {
            "suggestions": self.suggest(parent, nama),
            "instansi": names[0],
            "opd": self.units[parent].nama if parent is not None else "",
            "alike": self.label(alike) if alike is not None else "",
        }
        raise NotPlaced(level, PlaceFault.UNIT_ALIKE if data["alike"] else fault, data)

    def judge_unknown(self, parent: int | None, names: Sequence[str], fields: Sequence[str], level: int) -> PlaceFault:
        """Return why a name is unknown. At the top only a perangkat daerah can be made; a seksi would be a root."""
        if parent is not None:
            return PlaceFault.UNIT_UNKNOWN
        if self.own.is_named(fold(names[level])):
            return PlaceFault.OPD_IS_INSTANSI
        if fields[level] == "opd" or is_perangkat_daerah(names[level]):
            return PlaceFault.OPD_UNKNOWN
        return PlaceFault.OPD_IS_INSTANSI if level > 0 else PlaceFault.OPD_MISSING

    def find(self, parent: int | None, nama: str) -> list[int]:
        """Return the nearest units of that name: the parent itself, else its children, else any below it.

        If there is none, the name is tried without that of the instansi: `Dinas Kesehatan Kabupaten Contoh`.
        """
        folded = fold(nama)
        return self.find_within(parent, self.names.get(folded, [])) or self.find_within(
            parent, self.bare_names.get(self.own.strip(folded), [])
        )

    def find_within(self, parent: int | None, named: list[int]) -> list[int]:
        if parent is not None and parent in named:
            return [parent]
        below = [found for found in named if parent is None or self.is_within(found, parent)]
        direct = [found for found in below if self.units[found].parent_id == parent]
        return direct or below

    def find_typed(self, text: str) -> int | None:
        """Return the unit that a typed label, kode or name means; None when it means none or several."""
        folded = fold(text)
        found = [one for one in self.units if fold(self.label(one)) == folded] or self.find(None, text)
        return found[0] if len(found) == 1 else None

    def search(self, text: str, *, most: int) -> list[int]:
        """Return the units whose labels hold every word of a text, or begin a word with it, in the order of labels."""
        words = self.compare_as(text).words or (fold(text),)
        found = []
        for one in self.units:
            known = self.compare_as(self.label(one)).words
            if all(any(other.startswith(word) for other in known) for word in words):
                found.append(one)
        return sorted(found, key=self.label)[:most]

    def is_within(self, unit_id: int, ancestor: int) -> bool:
        current: int | None = unit_id
        while current is not None and current != ancestor:
            current = self.units[current].parent_id
        return current == ancestor

    def root_name(self, unit_id: int) -> str:
        while (parent := self.units[unit_id].parent_id) is not None:
            unit_id = parent
        return self.units[unit_id].nama

    def label(self, unit_id: int) -> str:
        """Return a label such as `Bidang Program, Dinas Kesehatan`."""
        nama, root = self.units[unit_id].nama, self.root_name(unit_id)
        return nama if nama == root else f"{nama}, {root}"

    def make(self, parent: int | None, nama: str) -> int:
        kind = guess_unit_kind(nama, is_root=parent is None)
        above = self.units[parent].kode if parent is not None else ""
        unit = Unit(-len(self.made) - 1, parent, self.new_kode(nama, above), nama, kind)
        self.made.append(unit)
        self.add(unit)
        return unit.id

    def new_kode(self, nama: str, above: str) -> str:
        """Return a new kode: a slug of the name; if taken, with the parent's kode; if taken, with a number."""
        slug = fold(nama).encode("ascii", "ignore").decode().replace(" ", "-") or "unit"
        for kode in candidate_kodes(slug, above):
            if kode.casefold() not in self.kodes:
                return kode
        raise AssertionError("numbers do not end")

    def suggest(self, parent: int | None, nama: str) -> list[dict[str, str]]:
        """Return units that may be meant, the likeliest first; none after the first 200 unknown names."""
        self.asked += 1
        if self.asked > MOST_ASKED:
            return []
        typed = self.compare_as(nama)
        rated = [(self.rate(typed, one), one) for one in self.candidates(parent) if one > 0]
        best = sorted((-rate, one) for rate, one in rated if rate >= LEAST_LIKENESS)[:MOST_SUGGESTIONS]
        return [
            {"kode": self.units[one].kode, "nama": self.units[one].nama if parent else self.label(one)}
            for _, one in best
        ]

    def rate(self, typed: UnitName, unit_id: int) -> float:
        """Rate how likely a unit is meant; a perangkat daerah is likelier than a unit that is as like below one."""
        unit = self.units[unit_id]
        rate = rate_likeness(typed, self.compare_as(unit.nama))
        return rate if unit.parent_id is None or rate == 1 else rate * BELOW

    def find_alike(self, parent: int | None, nama: str) -> int | None:
        """Return a unit, known or just made, that may be the one about to be made."""
        typed = self.compare_as(nama)
        alike = (one for one in self.candidates(parent) if are_alike(typed, self.compare_as(self.units[one].nama)))
        return next(alike, None)

    def candidates(self, parent: int | None) -> Iterator[int]:
        """Return the units among which a name is compared: all below the parent, or all of the instansi.

        Units that many perangkat daerah have, such as a Sekretariat, count for the instansi only if they are roots.
        """
        if parent is not None:
            return self.below(parent)
        return (one for one, unit in self.units.items() if unit.parent_id is None or not is_part_of_office(unit.nama))

    def compare_as(self, nama: str) -> UnitName:
        if nama not in self.compared:
            self.compared[nama] = self.own.compare_as(nama)
        return self.compared[nama]

    def below(self, parent: int) -> Iterator[int]:
        for child in self.children[parent]:
            yield child
            yield from self.below(child)


SPOKEN = (
    (UnitKind.KECAMATAN, re.compile(r"(?:kantor )?(?:kecamatan|distrik) (?!.*sekretariat)")),
    (UnitKind.KELURAHAN, re.compile(r"(?:kantor )?(?:kelurahan|desa) ")),
    (
        UnitKind.SEKOLAH,
        re.compile(r"(?:(?:sd|smp|sma|smk|tk|slb|paud)n? |(?:sd|smp|sma|smk|tk|slb) negeri|sekolah |skb )"),
    ),
    (UnitKind.UPTD, re.compile(r"(?:uptd?|uptb|puskesmas|pustu|labkesda|balai|rsud) ")),
    (UnitKind.BIDANG, re.compile(r"(?:bidang|bagian|sekretariat|seksi|sub ?bagian|sub ?bidang|inspektur pembantu)\b")),
)
MAY_BE_MADE = frozenset({PlaceFault.OPD_UNKNOWN, PlaceFault.UNIT_UNKNOWN})


def load_tree(session: Session, *, instansi_id: int, aliases: Mapping[str, int] | None = None) -> UnitTree:
    columns = (Opd.id, Opd.parent_id, Opd.kode, Opd.nama, Opd.jenis, Opd.unor_id)
    rows = session.execute(select(*columns).where(Opd.instansi_id == instansi_id).order_by(Opd.id)).all()
    nama = session.scalar(select(Instansi.nama).where(Instansi.id == instansi_id)) or ""
    return UnitTree((Unit(*row) for row in rows), instansi=nama, aliases=aliases)


def place_key(names: Sequence[str]) -> str:
    """Return the key of an unknown place, under which a choice is kept: the folded names from the top."""
    return " > ".join(map(fold, names))


def guess_unit_kind(nama: str, *, is_root: bool) -> UnitKind:
    """Guess the kind of a unit that a roster names and nobody has described; `opd import` corrects it."""
    folded = f"{fold(nama)} "
    for kind, pattern in SPOKEN:
        if pattern.match(folded) and not (is_root and kind is UnitKind.BIDANG):
            return kind
    return UnitKind.OPD if is_root else UnitKind.LAINNYA


def is_perangkat_daerah(nama: str) -> bool:
    """Return whether a name alone tells a perangkat daerah, for lists that name a unit and nothing above it."""
    return PERANGKAT_DAERAH.match(fold(nama)) is not None


def is_part_of_office(nama: str) -> bool:
    """Return whether a unit is a bidang, bagian, seksi or sekretariat, whose names repeat in many perangkat daerah."""
    return guess_unit_kind(nama, is_root=False) is UnitKind.BIDANG


def read_unit_name(folded: str) -> UnitName:
    spelled = STATE_SCHOOL.sub(r"\1 negeri", POLICE.sub("satuan polisi pamong praja", folded))
    words = [
        word.lstrip("0") or "0" if word.isdigit() else word
        for typed in spelled.split()
        for word in WRITTEN_OUT.get(typed, typed).split()
    ]
    telling = tuple(word for word in words if word not in NEEDLESS) or tuple(words)
    return UnitName(folded.replace(" ", ""), telling, tuple(word for word in telling if word.isdigit()))


def split_region(folded: str) -> tuple[str, str]:
    """Return `("kabupaten", "contoh")` for `pemerintah kab contoh`; the kind is empty when it is not told."""
    words, kind = folded.split(), ""
    while len(words) > 1 and words[0] in GOVERNMENT and (not kind or GOVERNMENT[words[0]] == kind):
        kind = GOVERNMENT[words.pop(0)] or kind
    return kind, " ".join(words)


def rate_likeness(typed: UnitName, known: UnitName) -> float:
    """Rate two names from 0 to 1. `dinkes` is like `dinas kesehatan`; school number 1 is never like number 2."""
    if has_same_words(typed, known):
        return 1.0
    if typed.numbers and known.numbers and sorted(typed.numbers) != sorted(known.numbers):
        return 0.0
    if set(typed.words) & set(known.words) or typed.words[0][0] == known.words[0][0]:
        spelling = rate_spelling(" ".join(typed.words), " ".join(known.words))
    else:
        spelling = 0.0
    shorthand = max(rate_shorthand(typed, known), rate_shorthand(known, typed))
    return max(shorthand, spelling, rate_shortening(typed, known))


def rate_shortening(typed: UnitName, known: UnitName) -> float:
    """Rate a name of which words were left out: `Dinas Pendidikan` is like `Dinas Pendidikan dan Kebudayaan`."""
    if len(typed.words) < FEWEST_WORDS or not set(typed.words) <= set(known.words):
        return 0.0
    return SHORTENED + (1 - SHORTENED) * len(typed.words) / len(known.words)


def has_same_words(one: UnitName, other: UnitName) -> bool:
    return sorted(one.words) == sorted(other.words) or set(one.words) ^ set(other.words) == {EVERYWHERE}


def rate_spelling(typed: str, known: str) -> float:
    """Return the share of letters that both have in the same order; 0 when it is too small to mean anything."""
    matcher = SequenceMatcher(None, known, typed, autojunk=False)
    if matcher.real_quick_ratio() < LEAST_RATIO or matcher.quick_ratio() < LEAST_RATIO:
        return 0.0
    return matcher.ratio()


def are_alike(one: UnitName, other: UnitName) -> bool:
    """Return whether two names may mean one unit, so that the second is not made without asking."""
    if sorted(one.numbers) != sorted(other.numbers):
        return False
    return (
        has_same_words(one, other)
        or "".join(one.words) == "".join(other.words)
        or is_mistyped(one.words, other.words)
        or max(rate_shorthand(one, other), rate_shorthand(other, one)) >= SHORTHAND_ALIKE
    )


def is_mistyped(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Return whether all words but one are the same, and that one differs by about a letter."""
    if len(one) != len(other):
        return False
    different = [pair for pair in zip(one, other, strict=True) if pair[0] != pair[1]]
    if len(different) != 1 or min(map(len, different[0])) < SHORTEST_MISTYPED:
        return False
    return rate_spelling(*different[0]) >= MISTYPED_ALIKE


def rate_shorthand(short: UnitName, known: UnitName) -> float:
    """Rate how well letters stand for a name, 0 to 1: `bapenda` for `badan pendapatan daerah` is 1.

    A letter counts double where it begins a word, once where it follows the one before, and little elsewhere. The rate
    is 0 when a letter is missing, when the text is not short, and when one of its words stands in the name as it is.
    """
    if short.numbers or known.numbers or set(short.words) & set(known.words):
        return 0.0
    begun = known.words if known.words[0] not in OMITTED else known.words[1:]
    found = max(align(short.letters, known.words), align(short.letters, begun))
    return found / (len(short.letters) + len(known.words))


def align(letters: str, words: tuple[str, ...]) -> float:
    """Return the most that the letters count when found in the words in order; 0 when they are not found."""
    whole = "".join(words)
    if not SHORTEST_SHORTHAND <= len(letters) <= LONGEST_SHORTHAND * len(whole) or letters[0] != whole[0]:
        return 0.0
    word_of = [index for index, word in enumerate(words) for _ in word]
    best = {0: 2.0}  # place of the last letter -> what the letters up to it count
    for letter in letters[1:]:
        following: dict[int, float] = {}
        for place, gained in best.items():
            for found in range(place + 1, len(whole)):
                if whole[found] == letter:
                    begins = word_of[found] != word_of[found - 1]
                    follows = found == place + 1
                    gain = gained + (2.0 if begins else 1.0 if follows else INSIDE_A_WORD)
                    following[found] = max(gain, following.get(found, 0.0))
        best = following
    return max(best.values(), default=0.0)


def candidate_kodes(slug: str, above: str) -> Iterator[str]:
    yield slug[:LONGEST_KODE].rstrip("-")
    if above:
        yield f"{slug[:15].rstrip('-')}-{above}"[:LONGEST_KODE].rstrip("-")
    number = 2
    while True:
        yield f"{slug[: LONGEST_KODE - 6].rstrip('-')}-{number}"
        number += 1
