"""docs/keamanan.md promises nothing that no test proves."""

import ast
import re

from netral.settings import ROOT

ROW = re.compile(r"^\| (\d+) \| (.+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)
ROWS = 55


def test_every_row_of_the_security_table_names_tests_that_exist() -> None:
    rows = ROW.findall((ROOT / "docs" / "keamanan.md").read_text(encoding="utf-8"))
    tests = {
        node.name
        for path in (ROOT / "tests").rglob("test_*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
    }

    assert [int(number) for number, *_ in rows] == list(range(1, ROWS + 1))
    for number, _, _, answer, proof in rows:
        named = re.findall(r"`(test_\w+)`", proof)
        assert named or answer.startswith("tidak berlaku: "), number
        assert not [name for name in named if name not in tests], number
