"""Choosing which column of a file is which field, where its headings do not tell."""

from typing import Any

from flask import request

from netral.roster.columns import place_of
from netral.roster.tables import ColumnsAsked
from netral.roster.uploads import ChosenColumns
from netral.sheets.rows import column_letters
from netral.web.edge.queries import read_number
from netral.words.roster import ASKED_FIELDS

FIELD = "isi-"
LONGEST_SAMPLE = 60


def describe_columns(asked: ColumnsAsked) -> dict[str, Any]:
    """Return what kolom.html shows: each field with the column that it seems to be, and all columns with samples."""
    options = [("", "Tidak ada di berkas")]
    for index, text in enumerate(asked.texts):
        if text:
            sample = "; ".join(filter(None, asked.samples[index]))[:LONGEST_SAMPLE]
            options.append(
                (str(index), f"{column_letters(index)}: {text}" + (f" (contoh: {sample})" if sample else ""))
            )
    guessed = {field: str(index) for field, index in asked.guessed.items()}
    return {
        "sheet": asked.sheet,
        "row": asked.row,
        "fields": [(FIELD + field, label, hint, guessed.get(field, "")) for field, label, hint in ASKED_FIELDS],
        "options": options,
    }


def read_choice(asked: ColumnsAsked) -> ChosenColumns | None:
    """Return the columns that were chosen among those asked about; none if none was."""
    fields = {}
    for field, _, _ in ASKED_FIELDS:
        index = read_number(request.form.get(FIELD + field, ""))
        if index is not None and index < len(asked.texts):
            fields[field] = place_of(asked.texts, index)
    return ChosenColumns(asked.key, fields) if fields else None
