"""Questions go to other systems and come back; what they cannot hold is named."""

from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET  # the file is our own

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from netral.content.characters import fold
from netral.content.contents import LibraryQuestion
from netral.content.exchange.drafts import write_draft
from netral.content.exchange.gift import read_gift, write_gift
from netral.content.exchange.moodle import write_moodle
from netral.content.exchange.portable import Portable, port
from netral.quiz.options import OptionsQuestion
from tests.content.make import BTT, QUESTION, STEP, TODAY, TRUTH, bank_of, changed, codes, read, write_content

SEVERAL = changed(QUESTION.replace("suka-01", "jamak-01"), "jenis: tunggal", "jenis: jamak")
PAIRS = """\
### [pasang-01] Jodohkan.

jenis: jodoh
indikator: umum
dasar: UU-9-2023 ps.9-2
tahapan: semua
putusan: pengetahuan

| Perbuatan | Nama |
|---|---|
| Menekan suka | Reaksi |
| Menulis | Komentar |
| Meneruskan | Bagikan |
| | Ikuti |

> Penjelasan: begitu namanya.
"""
BANK = bank_of(QUESTION, STEP, TRUTH, SEVERAL, PAIRS, BTT)


def questions(directory: Path, bank: str) -> tuple[LibraryQuestion, ...]:
    library = read(write_content(directory, bank=bank))
    assert codes(library) == []
    return library.bank_questions


def filled(draft: str) -> str:
    """Return a draft as its author completes it."""
    for key, value in {
        "indikator": "kampanye, umum", "tinjau_sebelum": "2027-03-01", "rujukan": "UU-9-2023",
        "penanggung_jawab": "Bidang Pembinaan",
    }.items():  # fmt: skip
        draft = draft.replace(f"\n{key}:\n", f"\n{key}: {value}\n", 1)
    for key, value in {
        "indikator": "kampanye", "dasar": "UU-9-2023 ps.9-2", "tahapan": "semua", "putusan": "tidak",
    }.items():  # fmt: skip
        draft = draft.replace(f"\n{key}:\n", f"\n{key}: {value}\n")
    return draft


def shown(each: LibraryQuestion) -> tuple[str, str, list[tuple[str, str, bool]]]:
    assert isinstance(each.question, OptionsQuestion)
    options = [(fold(option.text), fold(option.feedback), option.correct) for option in each.question.options]
    return each.question.id, fold(each.question.stem), options


WORDS = [
    "kata",
    "**tebal**",
    "*miring*",
    "a = b",
    "~{x}",
    "#1",
    "C:\\\\d",
    "50 %",
    "(PP 9)",
    "“kutip”",
    "&",
    "a < b",
    "%5%",
]
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(words, words, words)
def test_a_single_choice_comes_back_as_it_went(stem: str, option: str, feedback: str) -> None:
    single = QUESTION.replace("Bu Rina menekan", f"{stem} menekan").replace("Boleh, karena akun", f"Boleh {option}")
    single = single.replace("Akun pribadi tetap", f"Akun {feedback}")

    with TemporaryDirectory() as name:
        (went,) = questions(Path(name) / "a", bank_of(single, BTT))[:1]
        draft = write_draft(read_gift(write_gift(port([went]).questions, "Netral")).questions, TODAY)
        (came,) = questions(Path(name) / "b", filled(draft) + "\n" + BTT)[:1]
    assert shown(came) == shown(went)


def test_a_draft_names_on_their_lines_what_its_author_must_know(tmp_path: Path) -> None:
    draft = write_draft(read_gift("::Soal 1::Siapa netral? {=Semua ~Tidak ada}").questions, TODAY)

    library = read(write_content(tmp_path, bank=draft))

    assert "### [soal-1] Siapa netral?" in draft
    assert draft.count("\ndasar:\n") == 1
    assert {"F02", "R04", "S08", "S20"} <= set(codes(library))


def test_other_kinds_are_named_and_not_bent(tmp_path: Path) -> None:
    ported = port(questions(tmp_path, BANK))

    assert [each.id for each in ported.questions] == ["suka-01", "lapor-01", "bilik-01", "jamak-01", "pasang-01"]
    assert ported.left == {"btt": ["putus-01"]}


def test_the_other_forms_come_back_as_their_kind(tmp_path: Path) -> None:
    ported = port(questions(tmp_path, BANK)).questions

    back = {each.id: each for each in read_gift(write_gift(ported, "Netral")).questions}

    assert [(name, each.many, each.truth, bool(each.pairs)) for name, each in back.items()] == [
        (each.id, each.many, each.truth, bool(each.pairs)) for each in ported
    ]
    assert back["bilik-01"].options[0].correct
    assert back["bilik-01"].options[1].feedback.startswith("Hak pilih tetap ada, yang")
    assert ("", "Ikuti") in back["pasang-01"].pairs


def test_moodle_gets_weights_order_and_tags(tmp_path: Path) -> None:
    tree = ET.fromstring(write_moodle(port(questions(tmp_path, BANK)).questions, "Netral"))  # noqa: S314  written a line above, by us

    kinds = [each.get("type") for each in tree]
    assert kinds == ["category", "multichoice", "multichoice", "truefalse", "multichoice", "matching"]
    single = tree[1]
    assert [each.get("fraction") for each in single.findall("answer")] == ["0", "100"]
    assert [each.get("fraction") for each in tree[4].findall("answer")] == ["-100", "100"]
    assert single.findtext("shuffleanswers") == "true"
    assert [each.findtext("text") for each in single.findall("tags/tag")] == ["kampanye", "tunggal"]
    assert [each.findtext("answer/text") for each in tree[5].findall("subquestion")][-1] == "Ikuti"


@pytest.mark.parametrize(
    ("gift", "why"),
    [
        ("Ibu kota {=Jakarta =DKI}", "isian singkat"),
        ("Hasilnya {#5}", "bilangan"),
        ("Uraikan {}", "jawaban bebas"),
        ("Kota {=A ~B} indah", "isian di tengah"),
        ("Hanya kalimat", "tidak punya jawaban"),
    ],
)
def test_what_has_no_kind_here_is_named_with_its_line(gift: str, why: str) -> None:
    read = read_gift(f"// catatan\n$CATEGORY: x\n\n{gift}\n\nBenar? {{T}}\n")

    (left,) = read.left
    assert left[0] == 4
    assert why in left[1]
    assert [each.truth for each in read.questions] == [True]


@given(st.text(alphabet="ab{}=~#:\\%-> \n[]htmlTF"))
def test_any_text_is_read_without_failing(text: str) -> None:
    for each in read_gift(text).questions:
        assert isinstance(each, Portable)
    write_draft(read_gift(text).questions, TODAY)
