"""Problems in the cells of a table, as facts; the sentences for people are made at the edge."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """The reasons why a row cannot be applied; in brackets the contents of `data`."""

    NIK_GIVEN = "nik_given"  # the value is masked
    NIP_MISSING = "nip_missing"
    NIP_DAMAGED = "nip_damaged"  # stored as a number: the last digits are lost
    NIP_CHARACTERS = "nip_characters"
    NIP_LENGTH = "nip_length"  # digits
    NIP_BIRTH_DATE = "nip_birth_date"  # date
    NIP_SEX_DIGIT = "nip_sex_digit"  # digit
    NIP_DUPLICATE = "nip_duplicate"  # rows, and sheets where these differ
    NIP_LAMA_DUPLICATE = "nip_lama_duplicate"  # rows, and sheets where these differ
    NIP_OF_TWO = "nip_of_two"  # nama, lama: NIP and NIP LAMA belong to two known people
    NIP_LAMA_IN_FILE = "nip_lama_in_file"  # rows, and sheets where these differ: of the row that still has this NIP
    # Questions about a new person, called `written` in the file, who may be a known one who is missing: nama, unit, nip
    # (shortened) and person (id).
    NIP_PERHAPS_CHANGED = "nip_perhaps_changed"
    PPNPN_PERHAPS_APPOINTED = "ppnpn_perhaps_appointed"  # the known person has no NIP
    NUMBER_OF_TWO = "number_of_two"  # nama, lama: NIP and participant number belong to two known people
    NUMBER_MISSING = "number_missing"  # a PPNPN, who has no NIP, needs one
    NUMBER_DUPLICATE = "number_duplicate"  # rows, and sheets where these differ
    NAME_MISSING = "name_missing"
    NAME_WITHOUT_LETTERS = "name_without_letters"
    NAME_UNPRINTABLE = "name_unprintable"  # signs; a warning if the name is a person's
    FORBIDDEN_CHARACTER = "forbidden_character"  # code
    TOO_LONG = "too_long"  # limit
    KIND_MISSING = "kind_missing"
    KIND_UNKNOWN = "kind_unknown"
    STANDING_ENDED = "standing_ended"  # retired, dead, dismissed: the row is set aside
    LEFT_BY_OFFICER = "left_by_officer"  # day: an officer entered that the person left
    STANDING_UNKNOWN = "standing_unknown"  # a warning
    EMAIL_INVALID = "email_invalid"  # a warning
    PLACE_MISSING = "place_missing"
    # For an unknown place, `data` always has suggestions, place (its `place_key`) and opd (the unit above, if any).
    OPD_UNKNOWN = "opd_unknown"
    OPD_MISSING = "opd_missing"  # the unit is unknown, and no perangkat daerah is named above it
    OPD_IS_INSTANSI = "opd_is_instansi"  # instansi: the text in the place of the perangkat daerah
    UNIT_UNKNOWN = "unit_unknown"
    UNIT_ALIKE = "unit_alike"  # alike: the known unit that the new one resembles
    UNIT_AMBIGUOUS = "unit_ambiguous"  # opd: names of the OPD that have such a unit; place
    KODE_INVALID = "kode_invalid"
    KODE_DUPLICATE = "kode_duplicate"  # rows
    PARENT_UNKNOWN = "parent_unknown"
    PARENT_CIRCULAR = "parent_circular"
    JENIS_UNKNOWN = "jenis_unknown"  # known
    PERSON_UNKNOWN = "person_unknown"  # no active person of the instansi has this NIP
    KODE_UNKNOWN = "kode_unknown"
    OPERATOR_OVERSEES = "operator_oversees"  # the person oversees those who name operators
    OPERATOR_DUPLICATE = "operator_duplicate"  # rows: the first row with the same person and OPD


@dataclass(frozen=True, slots=True)
class CellProblem:
    """A problem in one cell.

    `row` is numbered as in a spreadsheet program, `column` is the file's heading, `value` the text of the cell, `sheet`
    the sheet's name.
    """

    row: int
    column: str
    value: str
    reason: Reason
    data: Mapping[str, Any] = field(default_factory=dict)
    sheet: str = ""

    @property
    def address(self) -> tuple[str, int]:
        return self.sheet, self.row

    def as_json(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "CellProblem":
        reason = Reason(stored["reason"])
        return cls(stored["row"], stored["column"], stored["value"], reason, stored["data"], stored["sheet"])


MOST_ROWS = 20
"""The most rows that a problem names; a sentence names fewer, and says so."""


def count_rows(problems: Iterable[CellProblem]) -> int:
    """Count the rows that have problems; a row may have several."""
    return len({problem.address for problem in problems})


def name_rows(addresses: list[tuple[str, int]]) -> dict[str, list[int] | list[str]]:
    """Return row numbers, with their sheets only if these differ: most files have one sheet.

    No more are named than anybody reads: where thousands of rows share a number, each row names the others.
    """
    named = addresses[:MOST_ROWS]
    sheets = [sheet for sheet, _ in named]
    data: dict[str, list[int] | list[str]] = {"rows": [row for _, row in named]}
    return data | {"sheets": sheets} if len(set(sheets)) > 1 else data
