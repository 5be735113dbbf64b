"""Finding the row of headings in a sheet, and which column holds what."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from netral.folding import clean, fold
from netral.organisation.rows import Row

SEARCHED_ROWS = 60
LONGEST_HEADING = 80
FILLERS = ("beserta gelar", "dengan gelar", "pegawai")
"""Words in a heading that say nothing of what is below it."""


@dataclass(frozen=True, slots=True)
class ColumnNames:
    """What may stand above the columns of a kind of table.

    `variants`: field -> headings as `fold` leaves them, the best first. `needed`: groups of fields; a row of headings
    has at least one field of each group. `usual`: how a field is called for people; all needed groups are among them.
    """

    variants: Mapping[str, tuple[str, ...]]
    needed: tuple[tuple[str, ...], ...]
    usual: Mapping[str, str]

    def missing(self, fields: Mapping[str, int]) -> list[str]:
        return [self.usual[group[0]] for group in self.needed if not any(field in fields for field in group)]


@dataclass(frozen=True, slots=True)
class Header:
    """`first` and `last` are the rows of the headings as numbered; `texts` the file's own words for each column.

    `rivals`: field -> the columns that hold it with equal right, where there are several. A table cannot be read then.
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
    """The words above one column: its own, and of two rows of headings also those of the group it stands under."""

    text: str
    group: str = ""


Claim = tuple[bool, bool, int]
"""How well a column names a field, the least is best: hidden, known only without the words of its group, variant."""


def find_header(rows: Sequence[Row], names: ColumnNames, hidden: Collection[int] = ()) -> Header | None:
    """The row, or pair of rows, in which most headings are recognised; of equals the first, and one row before two.

    May lack needed columns (`names.missing`); none when not even two fields are recognised anywhere. `hidden`: columns
    that a reader of the file does not see.
    """
    recogniser = Recogniser(names, hidden)
    pairs = (
        (row, lower) for index, row in enumerate(rows[:SEARCHED_ROWS]) for lower in (None, *rows[index + 1 : index + 2])
    )
    best = max((recogniser.read_header(row, lower) for row, lower in pairs), key=lambda found: found.rank, default=None)
    return best.header if best and len(best.header.fields) > 1 else None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A row, or pair of rows, taken for headings. `recognised`: how many of them name a field, also the same one."""

    header: Header
    missing: int
    recognised: int

    @property
    def rank(self) -> tuple[int, bool, int, bool]:
        return -self.missing, not self.header.rivals, self.recognised, self.header.first == self.header.last


class Recogniser:
    """Knows which heading names which field, and remembers the texts it has met: a heading is looked at many times."""

    def __init__(self, names: ColumnNames, hidden: Collection[int]) -> None:
        self.names = names
        self.hidden = hidden
        self.places = {variant: place for field, all_ in names.variants.items() for place, variant in enumerate(all_)}
        self.fields = {variant: field for field, all_ in names.variants.items() for variant in all_}
        self.groups = {field: group for group in names.needed for field in group}
        self.met: dict[str, str] = {}

    def read_header(self, row: Row, lower: Row | None) -> Attempt:
        """With a second row below it: its headings stand, those above only where it has none."""
        headings = pair_headings(row, lower) if lower else [Heading(clean(cell)) for cell in row.cells]
        claims = self.find_claims(headings)
        fields, rivals = settle(claims)
        header = Header(row.number, (lower or row).number, name_columns(headings), fields, rivals)
        return Attempt(header, len(self.names.missing(fields)), sum(map(len, claims.values())))

    def find_claims(self, headings: Sequence[Heading]) -> dict[str, dict[int, Claim]]:
        """Field -> the columns that name it, each with its claim."""
        claims: defaultdict[str, dict[int, Claim]] = defaultdict(dict)
        for index, heading in enumerate(headings):
            whole = self.find_whole(heading)
            variant = whole or self.find(heading.text)
            if variant:
                claims[self.fields[variant]][index] = (index in self.hidden, not whole, self.places[variant])
        return claims

    def find_whole(self, heading: Heading) -> str:
        """By all its words: JABATAN above NAMA is the name of the position."""
        if not heading.group:
            return self.find(heading.text)
        return self.find(f"{heading.group} {heading.text}") or self.find(f"{heading.text} {heading.group}")

    def find(self, text: str) -> str:
        """The variant that a heading is; empty when it is none."""
        found = self.met.get(text)
        if found is None:
            found = next((spelling for spelling in spellings(text) if spelling in self.fields), "")
            found = self.met[text] = found or self.find_alternatives(text)
        return found

    def find_alternatives(self, text: str) -> str:
        """`Unit Kerja/OPD` is the first of the two; `Nama/NIP` is none: such a cell holds two things."""
        first, *others = text.split("/")
        if not others or len(text) > LONGEST_HEADING:
            return ""
        variants = [self.find(part) for part in (first, *others)]
        groups = {self.groups.get(self.fields[variant]) if variant else None for variant in variants}
        return variants[0] if len(groups) == 1 and None not in groups else ""


def settle(claims: Mapping[str, Mapping[int, Claim]]) -> tuple[dict[str, int], dict[str, tuple[int, ...]]]:
    """Field -> the column with the best claim, and of fields with several such columns all of these."""
    fields, rivals = {}, {}
    for name, columns in claims.items():
        best = min(columns.values())
        first, *others = [index for index, claim in columns.items() if claim == best]
        fields[name] = first
        if others:
            rivals[name] = (first, *others)
    return fields, rivals


def pair_headings(upper: Row, lower: Row) -> list[Heading]:
    """A heading that has others below it names a group, which reaches to the right as far as nothing stands above."""
    headings = []
    group = ""
    for index in range(max(len(upper.cells), len(lower.cells))):
        above, below = clean(upper.cell(index)), clean(lower.cell(index))
        if above:
            group = above if below and below != above else ""
        headings.append(Heading(below or above, group if below else ""))
    return headings


def name_columns(headings: Sequence[Heading]) -> tuple[str, ...]:
    """The words of each; with those of the group only where they would name several columns."""
    counts: defaultdict[str, int] = defaultdict(int)
    for heading in headings:
        counts[heading.text] += 1
    return tuple(
        f"{heading.group} {heading.text}" if heading.group and counts[heading.text] > 1 else heading.text
        for heading in headings
    )


def spellings(text: str) -> list[str]:
    """As written, without a number before it (`2. NIP`), without what stands in brackets, without words that say
    nothing, and without blanks (`N I P`).
    """
    if not text or len(text) > LONGEST_HEADING:
        return []
    whole, bare = fold(text), fold(text.partition("(")[0])
    found = [whole, bare, bare.lstrip("0123456789 ")]
    for filler in FILLERS:
        found += [" ".join(f" {spelling} ".replace(f" {filler} ", " ").split()) for spelling in found[:3]]
    return [*found, whole.replace(" ", "")]
