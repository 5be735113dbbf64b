"""The number printed on a certificate, written from the template of its instansi.

It is for people only: no public page looks anything up by it.
"""

import re
from dataclasses import dataclass

from netral.errors import NetralError

LONGEST_NUMBER = 60
LARGEST_SEQUENCE = 2**31 - 1
SEQUENCE = "urut"
FIELDS = (SEQUENCE, "klasifikasi", "unit", "bulan", "romawi", "tahun")
ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
FIELD = re.compile(r"\{([^{}]*)\}")
SIGNS = re.compile(r"[A-Za-z0-9 /.,:()_-]*")
# Beside the running number stands an end of the number or a sign that is neither letter, digit nor another field.
APART = re.compile(r"(?<![A-Za-z0-9}])\{urut\}(?![A-Za-z0-9{])")
DIGITS = {"urut": "[1-9][0-9]*", "bulan": "0[1-9]|1[0-2]", "romawi": "|".join(ROMAN_MONTHS), "tahun": "[0-9]{4}"}


class NumberUnusable(NetralError):
    """A template of numbers, or a text that goes into it, cannot be used."""


class NumberSignUnusable(NumberUnusable):
    """The arguments are the signs that are not allowed."""


class NumberFieldUnknown(NumberUnusable):
    """The argument is the name of a field that there is not."""


class NumberFieldEmpty(NumberUnusable):
    """The argument is the name of a field whose text is empty."""


class NumberWithoutSequence(NumberUnusable):
    """The running number has to stand in the template exactly once."""


class NumberSequenceAdjoined(NumberUnusable):
    """A letter, digit or field stands right beside the running number, so that 1 and 11 could look alike."""


class NumberTooLong(NumberUnusable):
    """The argument is the length that numbers could reach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """A template with the texts of its fields; `unit` is the short name of the issuer.

    Two numbers of one numbering differ, whatever their months and years: its letters and digits fall apart into the
    same pieces at the signs between them, and the running number is one of the pieces.
    """

    template: str
    classification: str
    unit: str

    def check(self) -> None:
        """Raise NumberUnusable unless all numbers can be printed, stored and told apart."""
        for name in FIELD.findall(self.template):
            if name not in FIELDS:
                raise NumberFieldUnknown(name)
        text = FIELD.sub("", self.template) + self.classification + self.unit
        if not SIGNS.fullmatch(text):
            raise NumberSignUnusable("".join(sorted(set(SIGNS.sub("", text)))))
        for name, value in self.texts.items():
            if f"{{{name}}}" in self.template and not value:
                raise NumberFieldEmpty(name)
        if self.template.count("{urut}") != 1:
            raise NumberWithoutSequence
        if not APART.search(self.filled):
            raise NumberSequenceAdjoined
        longest = len(self.write(LARGEST_SEQUENCE, month=8, year=2000))
        if longest > LONGEST_NUMBER:
            raise NumberTooLong(longest)

    @property
    def texts(self) -> dict[str, str]:
        return {"klasifikasi": self.classification, "unit": self.unit}

    @property
    def filled(self) -> str:
        """Return the template with the texts in it, so that only the fields of one certificate are left."""
        return FIELD.sub(lambda field: self.texts.get(field[1], field[0]), self.template)

    def write(self, sequence: int, *, month: int, year: int) -> str:
        """Return the number of a certificate that was issued in this month."""
        values = {"urut": f"{sequence}", "bulan": f"{month:02}", "romawi": ROMAN_MONTHS[month - 1], "tahun": f"{year}"}
        return FIELD.sub(lambda field: values[field[1]], self.filled)

    def may_repeat(self, number: str, *, last: int) -> bool:
        """Return whether a running number behind `last` gets this number in some month."""
        parts = FIELD.split(self.filled)
        signs = (f"({DIGITS[part]})" if place % 2 else re.escape(part) for place, part in enumerate(parts))
        found = re.fullmatch("".join(signs), number)
        return found is not None and int(found[1 + parts[1::2].index(SEQUENCE)]) > last
