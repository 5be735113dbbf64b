"""What the server holds in memory before its first request."""

import subprocess
import sys

LOAD = """
import sys
from app import app
from netral.cli.serving import load_the_rest
with app.app_context():
    load_the_rest()
print(*{name.split(".")[0] for name in sys.modules})
"""


def test_the_web_processes_load_nothing_that_is_large_and_seldom_needed() -> None:
    found = subprocess.run([sys.executable, "-c", LOAD], capture_output=True, text=True, check=True).stdout.split()

    assert {"flask", "sqlalchemy", "zxingcpp"} <= set(found)
    assert {"alembic", "lxml", "mako", "matplotlib", "numpy", "openpyxl", "typst", "xlsxwriter"}.isdisjoint(found)
