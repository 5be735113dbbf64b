"""A scored item stands on a law that outlasts one election, and on a rule that some module teaches."""

from pathlib import Path

import pytest

from netral.content.checks import legs
from netral.content.findings import Severity
from tests.content.make import BANK, MODULE, NORMS, QUESTION, read, write_content

PAPER = """\
SE-1-2024:
  judul: Edaran contoh
  nomor: SE 1/2024
  tingkat: {level}
{made_for}  status: berlaku
  tinjau_sebelum: 2027-10-16
  aturan:
    suka: {{isi: Tidak menyukai unggahan calon., status: pasti}}
"""
TAUGHT = MODULE.replace("[@UU-9-2023 ps.9-2]", "[@UU-9-2023 ps.9-2] [@SE-1-2024 suka]")


def found(
    directory: Path, question: str, *, level: str = "SE", made_for: str = "", module: str = TAUGHT
) -> list[tuple[str, str]]:
    norms = NORMS + PAPER.format(level=level, made_for=made_for)
    bank = BANK.replace(QUESTION, question)
    library = read(write_content(directory, norms=norms, bank=bank, module=module))
    return [(finding.code, str(finding.severity)) for finding in library.findings if finding.code in {"R14", "R15"}]


def on_paper(question: str = QUESTION) -> str:
    return question.replace("dasar: UU-9-2023 ps.9-2", "dasar: SE-1-2024 suka")


@pytest.mark.parametrize("level", ["SE", "SKB", "Surat", "Keterangan resmi", "Ikrar", "Deklarasi daerah"])
def test_a_paper_alone_does_not_carry_an_item(tmp_path: Path, level: str) -> None:
    assert found(tmp_path, on_paper(), level=level) == [("R14", "galat")]


@pytest.mark.parametrize("level", ["UU", "PP", "PKPU", "Permendagri", "Peraturan BKN", "Perbawaslu", "Putusan MK"])
def test_a_regulation_carries_an_item_unless_it_was_made_for_one_election(tmp_path: Path, level: str) -> None:
    assert found(tmp_path / "standing", on_paper(), level=level) == []

    made_for = "  dibuat_untuk: pilkada-2024\n"

    assert found(tmp_path / "made", on_paper(), level=level, made_for=made_for) == [("R14", "galat")]


def test_a_second_leg_in_a_statute_is_enough(tmp_path: Path) -> None:
    two_legs = QUESTION.replace("dasar: UU-9-2023 ps.9-2", "dasar: SE-1-2024 suka, UU-9-2023 ps.9-2")

    assert found(tmp_path, two_legs) == []


@pytest.mark.parametrize(
    ("stem", "verdict", "expected"),
    [
        ("Menurut edaran 2024, mana yang dilarang?", "pengetahuan", []),
        ("Mana yang bukan isi ikrar?", "pengetahuan", []),
        ("Mana yang dilarang bagi Bu Rina?", "pengetahuan", [("R14", "galat")]),
        ("Menurut edaran 2024, mana yang benar bagi Bu Rina?", "tidak", [("R14", "galat")]),
    ],
)
def test_an_item_that_asks_what_a_paper_says_stands_on_it(
    tmp_path: Path, stem: str, verdict: str, expected: list[tuple[str, str]]
) -> None:
    asked = on_paper().replace("Bu Rina menekan suka pada unggahan calon. Mana yang benar?", stem)

    assert found(tmp_path, asked.replace("putusan: tidak", f"putusan: {verdict}")) == expected


def test_a_rule_that_no_page_cites_is_not_examined(tmp_path: Path) -> None:
    assert found(tmp_path, on_paper(), level="UU", module=MODULE) == [("R15", "galat")]


def test_one_word_makes_both_findings_errors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(legs, "LEGS", Severity.GALAT)

    assert found(tmp_path, on_paper(), module=MODULE) == [("R14", "galat"), ("R15", "galat")]
