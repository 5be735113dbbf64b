"""An edition: the same for the same content, another for other content."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from netral.content.characters import canonical_json, fold
from netral.content.edition import FrozenEdition, LibraryHasErrors, freeze, norm_to_json
from netral.content.library import read_library
from netral.quiz.kinds import from_json
from netral.quiz.kinds.benar_salah import TrueFalse
from netral.quiz.kinds.btt import BttQuestion
from netral.quiz.kinds.tunggal import SingleChoice
from netral.quiz.questions import Citation, Indicator, Verdict
from tests.content.make import BANK, EXAM, IKRAR, MODULE, NORMS, changed, read, write_content

HARMLESS: dict[str, Callable[[str], str]] = {
    "line ends": lambda text: text.replace("\n", "\r\n"),
    "byte order mark": lambda text: "\ufeff" + text,
    "trailing blanks": lambda text: text.replace("\n", "   \n"),
    "no-break spaces": lambda text: re.sub(r"(?<=[a-z]) (?=[a-z])", "\u00a0", text),
    "curly quotes": lambda text: text.replace('"netral"', "“netral”").replace("'adil'", "‘adil’"),
    "dashes": lambda text: text.replace(" - ", " – "),
    "more empty lines": lambda text: text.replace("\n\n", "\n\n\n\n"),
    "empty lines at the end": lambda text: text + "\n\n",
}


def plain(text: str) -> str:
    """Write a text with signs that word processors replace."""
    text = text.replace("Benar.", "Kata \"netral\" dan 'adil' - itu benar.")
    return text.replace("Contoh: Bu Rina", "Kata \"netral\" dan 'adil' - contoh: Bu Rina")


def edition(directory: Path, **files: str | None) -> FrozenEdition:
    return freeze(read(write_content(directory, **files)))


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS.keys())
def test_a_harmless_change_makes_no_new_edition(tmp_path: Path, change: Callable[[str], str]) -> None:
    before = edition(tmp_path / "a", bank=plain(BANK), module=plain(MODULE))
    files = {"bank": plain(BANK), "module": plain(MODULE), "ikrar": IKRAR, "exam": EXAM, "norms": NORMS}

    after = edition(tmp_path / "b", **{name: change(text) for name, text in files.items()})

    assert after.hash == before.hash
    assert versions(after) == versions(before)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("module", "Pegawai menjaga", "Pegawai wajib menjaga"),
        ("module", "judul: Modul contoh", "judul: Modul lain"),
        ("module", "tinjau_sebelum: 2027-03-01", "tinjau_sebelum: 2027-04-01"),
        ("module", "jenis: tunggal", "jenis: tunggal\nhalaman: 1"),
        ("bank", "> Benar.", "> Benar sekali."),
        ("bank", "[putus-01]", "[putus-02]"),
        ("norms", "partai.", "partai politik."),
        ("exam", "lulus: 80", "lulus: 75"),
        ("ikrar", "Menolak politik uang.", "Menolak segala politik uang."),
    ],
)
def test_a_real_change_makes_a_new_edition(tmp_path: Path, name: str, old: str, new: str) -> None:
    texts = {"module": MODULE, "bank": BANK, "norms": NORMS, "exam": EXAM, "ikrar": IKRAR}
    before = edition(tmp_path / "a")

    assert edition(tmp_path / "b", **{name: changed(texts[name], old, new)}).hash != before.hash


def versions(frozen: FrozenEdition) -> dict[str, tuple[str, str]]:
    return {each.id: (each.content_hash, each.key_hash) for each in frozen.questions}


@pytest.mark.parametrize(
    ("old", "new", "new_version", "new_statistics"),
    [
        ("> Benar.", "> Benar sekali.", True, False),
        ("> Penjelasan: lihat", "> Penjelasan: baca", True, False),
        ("tahapan: kampanye", "tahapan: semua", True, False),
        ("tahapan: kampanye", "tahapan: kampanye\nkembar: suka", True, False),
        ("Tidak, tampak", "Dilarang, tampak", True, True),
        ("Bu Rina menekan", "Pak Darma menekan", True, True),
        ("jenis: tunggal", "jenis: jamak", True, True),
        ("jenis: tunggal", "jenis: tunggal\nubah: ejaan", False, False),
    ],
)
def test_a_question_has_a_new_version_when_it_changes_and_new_statistics_when_its_key_does(
    tmp_path: Path, old: str, new: str, *, new_version: bool, new_statistics: bool
) -> None:
    before = versions(edition(tmp_path / "a"))["suka-01"]

    after = versions(edition(tmp_path / "b", bank=changed(BANK, old, new)))["suka-01"]

    assert (after[0] != before[0], after[1] != before[1]) == (new_version, new_statistics)


def test_another_key_is_another_key(tmp_path: Path) -> None:
    turned = BANK.replace("- [ ] Boleh", "- [?] Boleh").replace("[x] Tidak", "[ ] Tidak").replace("[?]", "[x]")

    before, after = edition(tmp_path / "a"), edition(tmp_path / "b", bank=turned)

    assert versions(before)["suka-01"][1] != versions(after)["suka-01"][1]
    assert versions(before)["putus-01"] == versions(after)["putus-01"]


def test_decoys_are_part_of_the_key_only_where_there_are_some(tmp_path: Path) -> None:
    none = versions(edition(tmp_path / "a"))["putus-01"]
    empty = versions(edition(tmp_path / "b", bank=changed(BANK, "tahapan: semua\n", "tahapan: semua\npengecoh:\n")))
    some = edition(tmp_path / "c", bank=changed(BANK, "tahapan: semua\n", "tahapan: semua\npengecoh: jika malam\n"))

    assert empty["putus-01"] == none
    assert versions(some)["putus-01"][1] != none[1]
    (btt,) = (each.question for each in some.questions if isinstance(each.question, BttQuestion))
    assert [(each.id, each.text) for each in btt.decoys] == [("s3", "jika malam")]


def test_each_question_knows_where_it_is_used(tmp_path: Path) -> None:
    frozen = edition(tmp_path, module=changed(MODULE, "jenis: tunggal", "jenis: tunggal\nhalaman: 1"))

    assert [(each.id, each.module, each.page) for each in frozen.questions] == [
        ("latihan-01", "contoh", 1),
        ("suka-01", None, None),
        ("putus-01", None, None),
        ("bilik-01", None, None),
    ]


def test_questions_are_built_as_they_were_written(tmp_path: Path) -> None:
    _, single, btt, truth = (each.question for each in edition(tmp_path).questions)

    assert isinstance(single, SingleChoice)
    assert [(option.id, option.correct) for option in single.options] == [("a", False), ("b", True)]
    assert (single.verdict, single.explanation) == (Verdict.TIDAK, "<p>Lihat halaman satu.</p>")
    assert isinstance(btt, BttQuestion)
    assert [situation.verdict for situation in btt.situations] == [Verdict.BOLEH, Verdict.TERGANTUNG]
    assert btt.condition_texts == {"s1": "jika sedang cuti dan tanpa simbol", "s2": "jika berpose dengan nomor urut"}
    assert [condition.allowed for condition in btt.situations[1].conditions] == [True, False]
    assert isinstance(truth, TrueFalse)
    assert [(option.id, option.correct, option.text) for option in truth.options] == [
        ("benar", True, "Benar"),
        ("salah", False, "Salah"),
    ]
    assert truth.indicator is Indicator.UMUM


def test_the_body_of_a_question_is_stored_and_read_back(tmp_path: Path) -> None:
    for each in edition(tmp_path).questions:
        assert from_json(json.loads(canonical_json(each.body))) == each.question


def test_a_module_has_pages_with_minutes_and_citations(tmp_path: Path) -> None:
    text = changed(MODULE, "Pegawai menjaga", "kata " * 355 + "Pegawai menjaga")

    (module,) = edition(tmp_path, module=text).modules

    first, second = module.pages
    assert (module.slug, module.title, module.minutes) == ("contoh", "Modul contoh", 3)
    assert (first.number, first.title, first.minutes) == (1, "Halaman satu", 3)
    assert first.citations == (Citation("UU-9-2023", "ps.9-2"),)
    assert first.html.endswith('netralitas <cite class="dasar">(UU 9/2023 Pasal 9 ayat (2))</cite>.</p>')
    assert (second.minutes, second.citations) == (1, ())


def test_a_page_of_exactly_one_minute_takes_one_minute(tmp_path: Path) -> None:
    text = changed(MODULE, "Contoh: Bu Rina tidak ikut grup pemenangan.", "kata " * 180)

    assert edition(tmp_path, module=text).modules[0].pages[1].minutes == 1


def test_modules_stand_in_their_order_of_teaching(tmp_path: Path) -> None:
    directory = write_content(tmp_path, module=changed(MODULE, "versi: 3", "versi: 3\nurutan: 10"))
    second = MODULE.replace("id: contoh", "id: lain\nurutan: 3").replace("latihan-01", "latihan-02")
    (directory / "modul" / "lain.md").write_text(second)

    frozen = freeze(read(directory))

    assert [(module.slug, module.position) for module in frozen.modules] == [("lain", 1), ("contoh", 2)]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("pemilu-2024", "Pemilu 2024"),
        ("pemilu-dan-pilkada-2024", "Pemilu dan Pilkada 2024"),
        ("pilkada-2018, pemilu-2019", "Pilkada 2018 dan Pemilu 2019"),
    ],
)
def test_a_citation_says_for_which_election_its_norm_was_made(tmp_path: Path, written: str, shown: str) -> None:
    standing = read(write_content(tmp_path / "standing"))
    made = NORMS.replace("tinjau_sebelum:", f"dibuat_untuk: {written}\n  tinjau_sebelum:")

    library = read(write_content(tmp_path / "made", norms=made))

    assert f"(UU 9/2023 Pasal 9 ayat (2), dibuat untuk {shown})" in library.modules[0].pages[0].html
    assert "made_for" not in norm_to_json(standing.norms["UU-9-2023"])
    assert norm_to_json(library.norms["UU-9-2023"])["made_for"] == written.split(", ")


def test_a_paragraph_says_the_election_of_a_norm_once(tmp_path: Path) -> None:
    made = NORMS.replace("tinjau_sebelum:", "dibuat_untuk: pemilu-2024\n  tinjau_sebelum:")
    again = MODULE.replace("Bu Rina", "Bu Rina [@UU-9-2023 ps.9-2] dan [@UU-9-2023]")

    pages = read(write_content(tmp_path, norms=made, module=again)).modules[0].pages

    assert [page.html.count("dibuat untuk Pemilu 2024") for page in pages] == [1, 1]
    assert [page.html.count("<cite") for page in pages] == [1, 2]


def test_modules_have_pages_and_norms_are_json(tmp_path: Path) -> None:
    frozen = edition(tmp_path)

    (module,) = frozen.modules
    norms = json.loads(canonical_json([norm_to_json(norm) for norm in frozen.norms]))

    assert (module.slug, module.pages[1].title) == ("contoh", "Halaman dua")
    assert [(norm["id"], norm["status"]) for norm in norms] == [("UU-8-2014", "dicabut"), ("UU-9-2023", "berlaku")]
    assert norms[1]["rules"]["ps.9-2"]["status"] == "pasti"


def test_the_ikrar_is_frozen_word_by_word(tmp_path: Path) -> None:
    ikrar = edition(tmp_path).ikrar

    assert ikrar.intro == "Saya berikrar:"
    assert ikrar.points[3] == "Menolak politik uang."
    assert ikrar.closing == "Demikian ikrar ini."
    assert re.fullmatch("[0-9a-f]{64}", ikrar.hash)


def test_content_with_an_error_is_not_frozen(tmp_path: Path) -> None:
    library = read(write_content(tmp_path, bank=changed(BANK, "jenis: tunggal\n", "")))

    with pytest.raises(LibraryHasErrors) as refused:
        freeze(library)

    assert refused.value.findings == library.findings


def test_content_with_warnings_only_is_frozen(tmp_path: Path) -> None:
    library = read(write_content(tmp_path))

    assert library.findings
    assert re.fullmatch("[0-9a-f]{64}", freeze(library).hash)


def test_the_day_of_reading_is_no_part_of_the_edition(tmp_path: Path) -> None:
    directory = write_content(tmp_path)
    days = (date(2026, 10, 1), date(2027, 2, 1))

    assert len({freeze(read_library(directory, today=day)).hash for day in days}) == 1


def test_the_place_of_the_files_is_no_part_of_the_edition(tmp_path: Path) -> None:
    library = read(write_content(tmp_path))
    moved = replace(library.banks[0], path="bank/lain.md")

    assert freeze(replace(library, banks=(moved,))).hash == freeze(library).hash


def test_structure_counts_where_typography_does_not() -> None:
    assert fold("- a\n- b") != fold("- a - b")
    assert fold("a\n\n\n\nb  c ") == "a\n\nb c"
