"""Choosing which column of a file is which field, where its headings do not tell.

Nothing of the file is kept before its columns are clear, since it may hold what nobody may keep. So the officer chooses
the columns and the file together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from netral.roster.columns import Place, place_of
from netral.roster.tables import ColumnsAsked
from netral.sheets.rows import MAX_COLUMNS, column_letters
from netral.web.edge.queries import read_number
from netral.words.roster import ASKED_FIELDS

KEY, HEADING, FIELD = "judul", "kolom", "isi-"
KEY_LENGTH = 64
LONGEST_SAMPLE = 60


@dataclass(frozen=True, slots=True)
class ChosenColumns:
    """field -> column, for the headings with this key."""

    headings: str
    fields: Mapping[str, Place]


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
        "key": asked.key,
        "texts": asked.texts,
        "sheet": asked.sheet,
        "row": asked.row,
        "fields": [(FIELD + field, label, hint, guessed.get(field, "")) for field, label, hint in ASKED_FIELDS],
        "options": options,
    }


def read_choice() -> ChosenColumns | None:
    """Return the columns that were sent with the file; none if nobody was asked."""
    key, texts = request.form.get(KEY, ""), request.form.getlist(HEADING)[:MAX_COLUMNS]
    if len(key) != KEY_LENGTH or not texts:
        return None
    fields = {}
    for field, _, _ in ASKED_FIELDS:
        index = read_number(request.form.get(FIELD + field, ""))
        if index is not None and index < len(texts):
            fields[field] = place_of(texts, index)
    return ChosenColumns(key, fields) if fields else None
