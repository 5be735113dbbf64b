"""Headings: those that the columns of a roster may have, and finding their row in a sheet."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from netral.folding import clean, fold
from netral.organisation.kinds import listed
from netral.sheets.rows import Row

SEARCHED_ROWS = 60
LONGEST_HEADING = 80
FILLERS = ("beserta gelar", "dengan gelar", "pegawai", "terakhir", "saat ini", "sekarang")
"""Words in a heading that do not describe its column."""

PARTS_OF_OFFICES = frozenset(
    ("badan", "bagian", "bidang", "dinas", "kantor", "kelurahan", "puskesmas", "sekolah", "sekretariat")
)
"""Words that only tell a column of units when they stand beside another word for it, as in `UNIT KERJA/SEKOLAH`."""

Claim = tuple[bool, bool, bool, int]
"""How well a column names a field, the smallest being best.

Its parts: hidden, known only without its group's words, known only after words were left out, variant.
"""


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """The headings that the columns of a kind of table may have.

    `variants`: field -> headings as `fold` leaves them, the best first. `needed`: groups of fields; a row of headings
    has at least one field of each group. `usual`: what a field is called for people; all needed groups are among them.
    """

    variants: Mapping[str, tuple[str, ...]]
    needed: tuple[tuple[str, ...], ...]
    usual: Mapping[str, str]

    def missing(self, fields: Mapping[str, int]) -> list[str]:
        return [self.usual[group[0]] for group in self.needed if not any(field in fields for field in group)]


@dataclass(frozen=True, slots=True)
class Header:
    """The headings of a table; `first` and `last` are their rows as numbered, `texts` the file's own words per column.

    `rivals`: field -> the columns that hold it with equal right, where there are several. Such a table cannot be read.
    `choice`: the key of the headings if officers chose the columns; empty if their words tell the fields.
    """

    first: int
    last: int
    texts: tuple[str, ...]
    fields: Mapping[str, int]
    rivals: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    choice: str = ""

    def text(self, field: str) -> str:
        """The heading above a field, as written in the file; empty when the file has no such column."""
        index = self.fields.get(field)
        return self.texts[index] if index is not None else ""


Place = tuple[str, int]
"""A column by its heading, folded, and by how many columns before it have the same one."""

Choices = Mapping[str, Mapping[str, Place]]
"""Key of the headings -> field -> the column that officers chose for it."""


def headings_key(texts: Sequence[str]) -> str:
    """Return the key of a set of headings, whatever their order, case and signs."""
    return hashlib.sha256("\n".join(sorted({fold(text) for text in texts} - {""})).encode()).hexdigest()


def place_of(texts: Sequence[str], index: int) -> Place:
    folded = [fold(text) for text in texts[: index + 1]]
    return folded[-1], folded.count(folded[-1]) - 1


def find_places(texts: Sequence[str], chosen: Mapping[str, Place]) -> dict[str, int]:
    """Return field -> index of the chosen columns; the headings are those for which they were chosen."""
    places = {place_of(texts, index): index for index in range(len(texts))}
    return {field: places[place] for field, place in chosen.items() if place in places}


@dataclass(frozen=True, slots=True)
class Heading:
    """The words above one column: its own and, where headings span two rows, those of the group above them."""

    text: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Attempt:
    """A row, or pair of rows, taken for headings; `recognised` counts all that name a field, repeats included."""

    header: Header
    missing: int
    recognised: int

    @property
    def rank(self) -> tuple[bool, int, bool, int, bool]:
        return (
            bool(self.header.choice),
            -self.missing,
            not self.header.rivals,
            self.recognised,
            self.header.first == self.header.last,
        )


class Recogniser:
    """Recognises the field that a heading names, and remembers texts, since each is looked up many times."""

    def __init__(self, names: ColumnNames, hidden: Collection[int], choices: Choices) -> None:
        self.names = names
        self.hidden = hidden
        self.choices = choices
        self.places = {variant: place for field, all_ in names.variants.items() for place, variant in enumerate(all_)}
        self.fields = {variant: field for field, all_ in names.variants.items() for variant in all_}
        self.groups = {field: group for group in names.needed for field in group}
        self.met: dict[str, str] = {}

    def read_header(self, row: Row, lower: Row | None) -> Attempt:
        """Read one row of headings, or two: those of the second row count, and those above only where it has none."""
        headings = pair_headings(row, lower) if lower else [Heading(clean(cell)) for cell in row.cells]
        texts, last = name_columns(headings), (lower or row).number
        key = headings_key(texts) if self.choices else ""
        if key in self.choices:
            fields = find_places(texts, self.choices[key])
            chosen = Header(row.number, last, texts, fields, choice=key)
            return Attempt(chosen, len(self.names.missing(fields)), len(fields))
        claims = self.find_claims(headings)
        fields, rivals = settle(claims)
        header = Header(row.number, last, texts, fields, rivals)
        return Attempt(header, len(self.names.missing(fields)), sum(map(len, claims.values())))

    def find_claims(self, headings: Sequence[Heading]) -> dict[str, dict[int, Claim]]:
        """Return, for each field, the columns that name it, each with its claim."""
        claims: defaultdict[str, dict[int, Claim]] = defaultdict(dict)
        for index, heading in enumerate(headings):
            whole = self.find_whole(heading)
            variant = whole or self.find(heading.text)
            if variant:
                shortened = fold(heading.text) not in self.fields
                claims[self.fields[variant]][index] = index in self.hidden, not whole, shortened, self.places[variant]
        return claims

    def find_whole(self, heading: Heading) -> str:
        """Find the variant by all words of a heading: NAMA below JABATAN is the name of the position."""
        if not heading.group:
            return self.find(heading.text)
        return self.find(f"{heading.group} {heading.text}") or self.find(f"{heading.text} {heading.group}")

    def find(self, text: str) -> str:
        """Return the variant that a heading is; empty when it is none."""
        found = self.met.get(text)
        if found is None:
            found = next((spelling for spelling in spellings(text) if spelling in self.fields), "")
            found = self.met[text] = found or self.find_alternatives(text)
        return found

    def find_alternatives(self, text: str) -> str:
        """Read `Unit Kerja/OPD` as its first part; `Nama/NIP` is no variant, since such a cell holds two things."""
        parts = text.split("/")
        if len(parts) == 1 or len(text) > LONGEST_HEADING:
            return ""
        variants = [self.find(part) for part in parts]
        groups = {self.group_of(variant, part) for variant, part in zip(variants, parts, strict=True)}
        return next(filter(None, variants), "") if len(groups) == 1 and None not in groups else ""

    def group_of(self, variant: str, part: str) -> tuple[str, ...] | None:
        """Return the fields that may stand for the one that a part of a heading names; None when it names none."""
        if variant:
            field = self.fields[variant]
            return self.groups.get(field, (field,))
        return self.groups.get("unit") if fold(part) in PARTS_OF_OFFICES else None


ROSTER_COLUMNS = ColumnNames(
    variants={
        "nip": listed(
            "nip baru, nip, nip ni pppk, nip nipppk, nip nippk, nip nip3k, nipbaru, nip pegawai, no nip, nomor nip, "
            "nip nomor induk pegawai, nomor induk pegawai, nomor induk, no induk pegawai, nip 18 digit, nip asn, "
            "nip pns, nip pppk, nip pns pppk, ni pppk, ni p3k, nipppk, nip lengkap, nip nik, nip nrp, nip nitb"
        ),
        "nip_lama": listed(
            "nip lama, niplama, nip sebelumnya, nip sebelum, nip awal, nip asal, nip pppk lama, ni pppk lama, "
            "nomor induk lama"
        ),
        "number": listed(
            "no peserta, nomor peserta, no peserta ujian, nomor peserta ujian, no peserta pppk, nomor peserta pppk, "
            "no registrasi, nomor registrasi, no pegawai, id pegawai"
        ),
        "nama": listed(
            "nama lengkap, nama lengkap dengan gelar, nama dengan gelar, nama dan gelar, nama gelar, nama pegawai, "
            "nama asn, nama pns, nama pns pppk, nama asn non asn, nama, nama lengkap dan gelar, nama lengkap gelar, "
            "namalengkap, nama lengkap sesuai sk, nama sesuai sk, nama karyawan, nama pejabat, nama sesuai ktp, "
            "nama lengkap tanpa gelar, nama tanpa gelar"
        ),
        "gelar_depan": listed("gelar depan, gelar di depan, gelar depan nama"),
        "gelar_belakang": listed("gelar belakang, gelar di belakang, gelar belakang nama"),
        "siasn_id": listed("pns id, id pns, pns orang id, id siasn, siasn id"),
        "jenis": listed(
            "jenis asn, jenis pegawai, jenis pegawai nama, jns pegawai, jenis kepegawaian, kategori asn, "
            "kategori pegawai, tipe pegawai, status asn, status kepegawaian, status pegawai, status pns pppk, "
            "status asn non asn, jenis, kepegawaian, pns pppk, pns p3k, pns pppk ppnpn, pns pppk non asn, "
            "asn non asn, status, cpns pns, status cpns pns"
        ),
        "kedudukan": listed(
            "kedudukan hukum, kedudukan hukum nama, kedudukan pegawai, status kedudukan, status kedudukan hukum, "
            "status keaktifan"
        ),
        "golongan": listed(
            "pangkat gol, pangkat golongan, pangkat gol ruang, pangkat golongan ruang, gol ruang, golongan ruang, "
            "pangkat dan golongan, golongan, gol, gol akhir nama, gol akhir, golongan akhir, pangkat"
        ),
        "jabatan": listed("nama jabatan, jabatan, jabatan nama, jabatan terakhir, jabatan saat ini"),
        "sub_unit": listed("sub unit, sub unit kerja, subunit, nama sub unit, sub unit organisasi"),
        "unit": listed(
            "unit kerja, nama unit kerja, unit organisasi, unor, unor nama, nama unor, unit kerja saat ini, unit, "
            "nama unit, tempat tugas, tempat bertugas, tempat kerja, lokasi kerja, satuan pendidikan, unit penempatan, "
            "penempatan, unit tugas, asal unit kerja"
        ),
        "unor_id": listed("unor id, id unor, id unit organisasi"),
        "opd": listed(
            "perangkat daerah, nama perangkat daerah, organisasi perangkat daerah, opd, nama opd, skpd, nama skpd, "
            "satuan kerja perangkat daerah, unit kerja induk, unit induk, unor induk, unor induk nama, satuan kerja, "
            "satker, nama satuan kerja, nama satker, skpd induk, opd induk, asal opd, instansi, nama instansi, "
            "asal instansi, instansi kerja, instansi kerja nama, dinas"
        ),
        "email": listed(
            "email, e mail, surel, alamat email, alamat e mail, alamat surel, email aktif, email pribadi, email dinas, "
            "email gov"
        ),
    },
    needed=(("nip", "number"), ("nama",), ("jenis", "golongan"), ("unit", "opd", "sub_unit")),
    usual={"nip": "NIP", "nama": "NAMA LENGKAP", "jenis": "JENIS ASN", "unit": "UNIT KERJA"},
)


def find_header(
    rows: Sequence[Row], names: ColumnNames, hidden: Collection[int] = (), choices: Choices | None = None
) -> Header | None:
    """Find the row or pair of rows in which most headings are recognised; of equals the first, one row before two.

    The result may lack needed columns (`names.missing`); it is None when fewer than two fields are recognised anywhere.
    `hidden`: columns that a reader of the file does not see. Headings for which officers chose columns come before all
    others.
    """
    recogniser = Recogniser(names, hidden, choices or {})
    pairs = (
        (row, lower) for index, row in enumerate(rows[:SEARCHED_ROWS]) for lower in (None, *rows[index + 1 : index + 2])
    )
    best = max((recogniser.read_header(row, lower) for row, lower in pairs), key=lambda found: found.rank, default=None)
    return best.header if best and len(best.header.fields) > 1 else None


def settle(claims: Mapping[str, Mapping[int, Claim]]) -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    """Return the column with the best claim for each field, and all best columns of the fields that have several."""
    fields, rivals = {}, {}
    for name, columns in claims.items():
        best = min(columns.values())
        first, *others = [index for index, claim in columns.items() if claim == best]
        fields[name] = first
        if others:
            rivals[name] = (first, *others)
    return fields, rivals


def pair_headings(upper: Row, lower: Row) -> list[Heading]:
    """Combine two rows of headings. One with headings below it names a group, which reaches right to the next above."""
    headings = []
    group = ""
    for index in range(max(len(upper.cells), len(lower.cells))):
        above, below = clean(upper.cell(index)), clean(lower.cell(index))
        if above:
            group = above if below and below != above else ""
        headings.append(Heading(below or above, group if below else ""))
    return headings


def name_columns(headings: Sequence[Heading]) -> tuple[str, ...]:
    """Name each column by its own words; add the words of its group only where several would have the same name."""
    counts: defaultdict[str, int] = defaultdict(int)
    for heading in headings:
        counts[heading.text] += 1
    return tuple(
        f"{heading.group} {heading.text}" if heading.group and counts[heading.text] > 1 else heading.text
        for heading in headings
    )


def spellings(text: str) -> list[str]:
    """Return the spellings by which a heading may be known.

    They are the heading as written, without a number before it (`2. NIP`), without what stands in brackets, without
    words that say nothing, and without blanks (`N I P`).
    """
    if not text or len(text) > LONGEST_HEADING:
        return []
    whole, bare = fold(text), fold(text.partition("(")[0])
    found = [whole, bare, bare.lstrip("0123456789 ")]
    for filler in FILLERS:
        found += [" ".join(f" {spelling} ".replace(f" {filler} ", " ").split()) for spelling in found[:3]]
    return [*found, whole.replace(" ", "")]
