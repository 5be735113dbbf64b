"""Fields for days and whole numbers whose own messages are Indonesian."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from wtforms import DateField, IntegerField
from wtforms.validators import Optional

from netral.folding import fold_signs
from netral.indonesian import within_sentence
from netral.web.edge.forms import required
from netral.web.edge.numbers import read_number

# A browser sends the first; the others are how people type a day where there is no calendar.
DAY_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")


class DayField(DateField):
    """Optional when `missing` is empty."""

    def __init__(self, label: str, missing: str = "", **more: Any) -> None:
        super().__init__(label, [required(missing) if missing else Optional()], **more)

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = read_day(fold_signs(" ".join(valuelist)))
        if self.data is None:
            raise ValueError(f"Tulis {within_sentence(self.label.text)} sebagai tanggal, misalnya 31/05/2029")


def chosen_day(field: DateField) -> date:
    """Of a field that must be filled, in a form that has validated."""
    if field.data is None:
        raise AssertionError(f"{field.name} was validated")
    return field.data


def read_day(text: str) -> date | None:
    for form in DAY_FORMATS:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  a calendar day has no zone
        except ValueError:
            continue
    return None


class NumberField(IntegerField):
    """Optional when `missing` is empty."""

    def __init__(
        self, label: str, missing: str = "", *, unreadable: str, checks: Sequence[Any] = (), **more: Any
    ) -> None:
        first = required(missing) if missing else Optional()
        super().__init__(label, [first, *checks], render_kw={"inputmode": "numeric"}, **more)
        self.unreadable = unreadable

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        text = fold_signs(" ".join(valuelist))
        self.data = read_number(text)
        if self.data is None:
            raise ValueError(self.unreadable)
