"""A terminal: commands run on an application with a fixed clock and a database of its own."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from netral.cli import register_commands
from tests.web.conftest import app, clock, open_app, settings

__all__ = ["app", "clock", "open_app", "settings"]

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, session: Session) -> Run:
    """Run `flask ...` and expect an exit code, 0 by default; the test's own changes are committed first."""
    register_commands(app)

    def run(*arguments: str, code: int = 0) -> Result:
        session.commit()
        result = app.test_cli_runner().invoke(args=list(arguments))
        assert result.exit_code == code, (result.exit_code, result.output, result.exception)
        return result

    return run


def read(result: Result) -> Any:
    """Return the only JSON on stdout."""
    return json.loads(result.stdout)
