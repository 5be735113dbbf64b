"""The words for a kind of question, which stand in its template."""

from typing import Any

from flask import current_app


def words_of(kind: str) -> Any:
    """Return the template of a kind: NAME, ORDER (what to do) and INCOMPLETE (what is missing) are its attributes."""
    return current_app.jinja_env.get_template(f"soal/kinds/{kind}.html").module
