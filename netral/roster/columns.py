"""Headings: those that the columns of a roster may have, and finding their row in a sheet."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from netral.folding import clean, fold
from netral.organisation.kinds import listed
from netral.sheets.rows import Row

SEARCHED_ROWS = 60
LONGEST_HEADING = 80
FILLERS = ("beserta gelar", "dengan gelar", "pegawai")
"""Words in a heading that do not describe its column."""

Claim = tuple[bool, bool, int]
"""How well a column names a field, the smallest being best: hidden, known only without its group's words, variant."""


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
    """

    first: int
    last: int
    texts: tuple[str, ...]
    fields: Mapping[str, int]
    rivals: Mapping[str, tuple[int, ...]] = field(default_factory=dict)

    def text(self, field: str) -> str:
        """The heading above a field, as written in the file; empty when the file has no such column."""
        index = self.fields.get(field)
        return self.texts[index] if index is not None else ""


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
    def rank(self) -> tuple[int, bool, int, bool]:
        return -self.missing, not self.header.rivals, self.recognised, self.header.first == self.header.last


class Recogniser:
    """Recognises the field that a heading names, and remembers texts, since each is looked up many times."""

    def __init__(self, names: ColumnNames, hidden: Collection[int]) -> None:
        self.names = names
        self.hidden = hidden
        self.places = {variant: place for field, all_ in names.variants.items() for place, variant in enumerate(all_)}
        self.fields = {variant: field for field, all_ in names.variants.items() for variant in all_}
        self.groups = {field: group for group in names.needed for field in group}
        self.met: dict[str, str] = {}

    def read_header(self, row: Row, lower: Row | None) -> Attempt:
        """Read one row of headings, or two: those of the second row count, and those above only where it has none."""
        headings = pair_headings(row, lower) if lower else [Heading(clean(cell)) for cell in row.cells]
        claims = self.find_claims(headings)
        fields, rivals = settle(claims)
        header = Header(row.number, (lower or row).number, name_columns(headings), fields, rivals)
        return Attempt(header, len(self.names.missing(fields)), sum(map(len, claims.values())))

    def find_claims(self, headings: Sequence[Heading]) -> dict[str, dict[int, Claim]]:
        """Return, for each field, the columns that name it, each with its claim."""
        claims: defaultdict[str, dict[int, Claim]] = defaultdict(dict)
        for index, heading in enumerate(headings):
            whole = self.find_whole(heading)
            variant = whole or self.find(heading.text)
            if variant:
                claims[self.fields[variant]][index] = (index in self.hidden, not whole, self.places[variant])
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
        first, *others = text.split("/")
        if not others or len(text) > LONGEST_HEADING:
            return ""
        variants = [self.find(part) for part in (first, *others)]
        groups = {self.groups.get(self.fields[variant]) if variant else None for variant in variants}
        return variants[0] if len(groups) == 1 and None not in groups else ""


ROSTER_COLUMNS = ColumnNames(
    variants={
        "nip": listed(
            "nip baru, nip, nip ni pppk, nip nipppk, nip nippk, nip nip3k, nipbaru, nip pegawai, no nip, nomor nip, "
            "nip nomor induk pegawai, nomor induk pegawai, nomor induk, no induk pegawai, nip 18 digit, nip asn, "
            "nip pns, nip pppk, ni pppk, nipppk, nip nik, nip nrp"
        ),
        "nip_lama": listed(
            "nip lama, niplama, nip sebelumnya, nip sebelum, nip awal, nip asal, nip pppk lama, ni pppk lama, "
            "nomor induk lama"
        ),
        "number": listed("no peserta, nomor peserta, no registrasi, nomor registrasi, no pegawai, id pegawai"),
        "nama": listed(
            "nama lengkap, nama lengkap dengan gelar, nama dengan gelar, nama dan gelar, nama gelar, nama pegawai, "
            "nama asn, nama pns, nama, nama lengkap dan gelar, nama lengkap gelar, namalengkap"
        ),
        "gelar_depan": listed("gelar depan, gelar di depan, gelar depan nama"),
        "gelar_belakang": listed("gelar belakang, gelar di belakang, gelar belakang nama"),
        "jenis": listed(
            "jenis asn, jenis pegawai, jenis kepegawaian, status asn, status kepegawaian, status pegawai, jenis, "
            "status, pns pppk, pns p3k, pns pppk ppnpn, asn non asn"
        ),
        "kedudukan": listed(
            "kedudukan hukum, kedudukan hukum nama, kedudukan pegawai, status kedudukan, status kedudukan hukum, "
            "status keaktifan"
        ),
        "golongan": listed(
            "pangkat gol, pangkat golongan, pangkat gol ruang, pangkat golongan ruang, gol ruang, golongan ruang, "
            "golongan, gol, gol akhir nama, pangkat"
        ),
        "jabatan": listed("nama jabatan, jabatan, jabatan nama, jabatan terakhir, jabatan saat ini"),
        "sub_unit": listed("sub unit, sub unit kerja, subunit, nama sub unit, sub unit organisasi"),
        "unit": listed(
            "unit kerja, nama unit kerja, unit organisasi, unor, unor nama, nama unor, unit kerja saat ini, unit, "
            "nama unit, tempat tugas, lokasi kerja, satuan pendidikan"
        ),
        "opd": listed(
            "perangkat daerah, nama perangkat daerah, organisasi perangkat daerah, opd, nama opd, skpd, nama skpd, "
            "satuan kerja perangkat daerah, unit kerja induk, unit induk, unor induk, unor induk nama, satuan kerja, "
            "satker, nama satker, instansi, nama instansi, instansi kerja, instansi kerja nama, dinas"
        ),
        "email": listed("email, e mail, surel, alamat email, alamat e mail, alamat surel, email pribadi"),
    },
    needed=(("nip", "number"), ("nama",), ("jenis", "golongan"), ("unit", "opd", "sub_unit")),
    usual={"nip": "NIP", "nama": "NAMA LENGKAP", "jenis": "JENIS ASN", "unit": "UNIT KERJA"},
)


def find_header(rows: Sequence[Row], names: ColumnNames, hidden: Collection[int] = ()) -> Header | None:
    """Find the row or pair of rows in which most headings are recognised; of equals the first, one row before two.

    The result may lack needed columns (`names.missing`); it is None when fewer than two fields are recognised anywhere.
    `hidden`: columns that a reader of the file does not see.
    """
    recogniser = Recogniser(names, hidden)
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
