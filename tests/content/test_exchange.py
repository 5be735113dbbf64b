"""Questions go to other systems and come back; what they cannot hold is named."""

from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET  # the file is our own

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netral.content.characters import fold
from netral.content.contents import LibraryQuestion
from netral.content.exchange.drafts import write_draft
from netral.content.exchange.gift import write_gift
from netral.content.exchange.gift_reading import read_gift
from netral.content.exchange.moodle import write_moodle
from netral.content.exchange.portable import Portable, as_markdown
from netral.content.exchange.porting import LONGEST_ANSWER, VERDICTS, as_portable, port
from netral.quiz.kinds.btt import BttQuestion
from netral.quiz.kinds.jodoh import Matching, Row, Suggested
from netral.quiz.kinds.putusan import Judgement, Reason, VerdictQuestion
from netral.quiz.options import OptionsQuestion
from netral.quiz.questions import CONDUCT, Answer, Indicator, Verdict
from tests.content.make import (
    BTT,
    ORDER,
    QUESTION,
    STEP,
    TODAY,
    TRUTH,
    bank_of,
    changed,
    codes,
    errors,
    read,
    write_content,
)
from tests.quiz.strategies import BY_KIND

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
BANK = bank_of(QUESTION, STEP, TRUTH, SEVERAL, PAIRS, BTT, ORDER)
ALL = ["suka-01", "lapor-01", "bilik-01", "jamak-01", "pasang-01", "putus-01"]


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


@settings(max_examples=25)
@given(words, words, words)
def test_a_single_choice_comes_back_as_it_went(stem: str, option: str, feedback: str) -> None:
    single = QUESTION.replace("Bu Rina menekan", f"{stem} menekan").replace("Boleh, karena akun", f"{option} boleh")
    single = single.replace("Akun pribadi tetap", f"{feedback} tetap")

    with TemporaryDirectory() as name:
        (went,) = questions(Path(name) / "a", bank_of(single, BTT))[:1]
        draft = write_draft(read_gift(write_gift(port([went], can_order=False).questions, "Netral")).questions, TODAY)
        (came,) = questions(Path(name) / "b", filled(draft) + "\n" + BTT)[:1]
    assert shown(came) == shown(went)


def test_a_draft_names_on_their_lines_what_its_author_must_know(tmp_path: Path) -> None:
    draft = write_draft(read_gift("::Soal 1::Siapa netral? {=Semua ~Tidak ada}").questions, TODAY)

    library = read(write_content(tmp_path, bank=draft))

    assert "### [soal-1] Siapa netral?" in draft
    assert draft.count("\ndasar:\n") == 1
    assert {"F02", "R04", "S08", "S20"} <= set(codes(library))


def test_an_order_is_named_where_there_is_no_form_for_it(tmp_path: Path) -> None:
    bank = questions(tmp_path, BANK)
    ported, ordered = port(bank, can_order=False), port(bank, can_order=True)

    assert [each.id for each in ported.questions] == ALL
    assert ported.left == {("urut", "urutan hanya ada dalam bentuk moodle-xml"): ["urut-01"]}
    assert [each.id for each in ordered.questions] == [*ALL, "urut-01"]
    assert ordered.left == {}


def test_the_other_forms_come_back_as_their_kind(tmp_path: Path) -> None:
    ported = port(questions(tmp_path, BANK), can_order=False).questions

    back = {each.id: each for each in read_gift(write_gift(ported, "Netral")).questions}

    assert [(name, each.many, each.truth, bool(each.pairs)) for name, each in back.items()] == [
        (each.id, each.many, each.truth, bool(each.pairs)) for each in ported
    ]
    assert back["bilik-01"].options[0].correct
    assert back["bilik-01"].options[1].feedback.startswith("Hak pilih tetap ada, yang")
    assert ("", "Ikuti") in back["pasang-01"].pairs


def test_moodle_gets_weights_order_and_tags(tmp_path: Path) -> None:
    ported = port(questions(tmp_path, BANK), can_order=True).questions
    tree = ET.fromstring(write_moodle(ported, "Netral"))  # noqa: S314  written in this line, by us

    single, several, matched, ordered = tree[1], tree[4], tree[5], tree[7]
    assert [each.get("type") for each in tree] == [
        "category", "multichoice", "multichoice", "truefalse", "multichoice", "matching", "matching", "ordering",
    ]  # fmt: skip
    assert [each.get("fraction") for each in single.findall("answer")] == ["0", "100"]
    assert [each.get("fraction") for each in several.findall("answer")] == ["-100", "100"]
    assert single.findtext("shuffleanswers") == "true"
    assert [each.findtext("text") for each in single.findall("tags/tag")] == ["kampanye", "tunggal"]
    assert [each.findtext("answer/text") for each in matched.findall("subquestion")][-1] == "Ikuti"
    assert ordered.findtext("gradingtype") == "RELATIVE_NEXT_EXCLUDE_LAST"
    assert [each.findtext("text") for each in ordered.findall("answer")] == [
        "Menolak", "Menyimpan bukti", "Melapor", "Menunggu",
    ]  # fmt: skip


def test_texts_that_look_like_signs_are_none_in_gift(tmp_path: Path) -> None:
    """Moodle 4.5 has read these lines with the words, keys and weights that are meant."""
    odd = QUESTION.replace("Boleh, karena akun pribadi", r"%50% \[html] A & B < C").replace(
        "> Benar", r"> \[plain] a -> b"
    )

    gift = write_gift(port(questions(tmp_path, bank_of(odd, BTT)), can_order=False).questions, "Netral")

    assert "::suka-01::[html]Bu Rina menekan" in gift
    assert r"~&\#37;50% [html] A &amp; B &lt; C#Akun" in gift
    assert r"keberpihakan#&\#91;plain] a -&gt; b." in gift
    assert r"=Foto bersama istri yang menjadi calon -> Tergantung\: boleh jika sedang cuti dan tanpa simbol" in gift
    assert "= -> Tidak boleh" in gift


@settings(max_examples=50)
@given(st.data())
def test_situations_earn_no_more_there_and_a_whole_answer_as_much(data: st.DataObject) -> None:
    question = data.draw(BY_KIND["btt"].filter(lambda each: isinstance(as_portable(each, can_order=False), Portable)))
    assert isinstance(question, BttQuestion)
    portable = as_portable(question, can_order=False)
    assert isinstance(portable, Portable)
    conditions = question.condition_texts
    chosen: list[str] = []
    answer: Answer = {}
    for number in range(1, len(question.situations) + 1):
        verdict = data.draw(st.sampled_from(CONDUCT))
        answer[f"jawaban-{number}"] = [verdict.value]
        chosen.append(VERDICTS[verdict])
        if verdict is Verdict.TERGANTUNG and conditions:
            name = data.draw(st.sampled_from(sorted(conditions)))
            answer[f"syarat-{number}"] = [name]
            chosen[-1] += f": boleh {conditions[name]}"

    right = [wanted for _, wanted in portable.pairs[: len(chosen)]]
    there = Fraction(sum(map(str.__eq__, chosen, right)), len(chosen))
    assert there <= question.grade(answer)
    assert (there == 1) == (question.grade(answer) == 1)
    assert set(chosen) <= {offered for _, offered in portable.pairs}


def test_a_verdict_goes_with_each_reason_and_one_of_them_is_right() -> None:
    question = VerdictQuestion(
        id="suka-02",
        stem="Bu Rina menyukai unggahan.",
        indicator=Indicator.KAMPANYE,
        verdict=Verdict.TIDAK,
        judgements=tuple(Judgement(each, f"Umpan {each}.") for each in CONDUCT),
        list_name="reaksi",
        reasons=(Reason("terbaca", "Terbaca orang", "Benar."), Reason("netral", "Isinya netral", "Baca lagi.")),
        reason="terbaca",
    )

    portable = as_portable(question, can_order=False)

    assert isinstance(portable, Portable)
    assert not portable.shuffle
    assert [each.text for each in portable.options][:3] == [
        "Boleh. Alasan: Terbaca orang", "Boleh. Alasan: Isinya netral", "Tidak boleh. Alasan: Terbaca orang",
    ]  # fmt: skip
    assert [(each.text, each.feedback) for each in portable.options if each.correct] == [
        ("Tidak boleh. Alasan: Terbaca orang", "Umpan tidak. Benar.")
    ]


def test_an_answer_too_long_for_moodle_stays_here() -> None:
    question = Matching(
        id="pasang-02",
        stem="Jodohkan.",
        indicator=Indicator.UMUM,
        heads=("Perbuatan", "Nama"),
        rows=(Row("Menulis", "a"),),
        answers=(Suggested("a", "Komentar"), Suggested("b", "i" * (LONGEST_ANSWER + 1))),
    )

    assert as_portable(question, can_order=True) == "jawabannya lebih dari 255 huruf"


@pytest.mark.parametrize(
    ("gift", "why"),
    [
        ("Ibu kota {=Jakarta =DKI}", "isian singkat"),
        ("Hasilnya {#5}", "bilangan"),
        ("Uraikan {}", "jawaban bebas"),
        ("Siapa? {Soekarno}", "isian singkat"),
        ("Urutkan {>2 ALL VERTICAL ABS SHOW none\nsatu\ndua\n}", "urut"),
        ("Isilah {1:MC:=a~b}", "ada teks sebelum"),
        ("Terputus {=a", "baris kosong"),
        ("Hanya kalimat", "tidak punya jawaban"),
    ],
)
def test_what_has_no_kind_here_is_named_with_its_line(gift: str, why: str) -> None:
    read = read_gift(f"// catatan\n$CATEGORY: x\n\n{gift}\n\nBenar? {{T}}\n")

    (left,) = read.left
    assert left[0] == 4
    assert why in left[1]
    assert [each.truth for each in read.questions] == [True]


@pytest.mark.parametrize(
    ("gift", "many", "right", "note"),
    [
        ("Kota {=A ~%50%B ~C}", False, ["A"], "sebagian"),
        ("Kota {=A =B ~C}", True, ["A", "B"], "satu saja"),
        ("Kota {~%50%A ~%50%B ~%-100%C}", True, ["A", "B"], ""),
        ("Kota {~%70%A ~%30%B ~C}", True, ["A", "B"], "bobot"),
        ('[html]<img src\\="a.png"> {=A ~B}', False, ["A"], "gambar"),
    ],
)
def test_what_a_choice_loses_is_told(gift: str, many: bool, right: list[str], note: str) -> None:  # noqa: FBT001
    read = read_gift(f"\n{gift}\n")

    (question,) = read.questions
    assert question.many is many
    assert [each.text for each in question.options if each.correct] == right
    assert [line for line, _ in read.noted] == ([2] if note else [])
    assert all(note in told for _, told in read.noted)


def test_parts_of_a_question_have_the_format_of_its_stem() -> None:
    """Moodle exports so: what names no format is HTML when the stem is, and plain words may look like tags."""
    html, plain = read_gift(
        "[html]<p>a &lt; b</p>{=<b class\\=x>c</b> &amp; d ~e}\n\n[plain]f <i> {=g & <u> ~h}"
    ).questions

    assert (html.stem, html.options[0].text) == (r"a \< b", "**c** & d")
    assert (plain.stem, plain.options[0].text) == (r"f \<i>", r"g & \<u>")


def test_a_gap_in_the_sentence_and_old_line_ends_are_read() -> None:
    gap, stem = read_gift("Kota {=A ~B} itu indah.\r\rIbu\rkota {T}").questions

    assert gap.stem == r"Kota \_\_\_\_\_ itu indah."
    assert "### [impor-02] Ibu kota\n" in write_draft([stem], TODAY)


def test_no_beginning_of_a_text_becomes_a_part_of_the_file(tmp_path: Path) -> None:
    starts = ["# satu", "- dua", "+ tiga", "> empat", "1. lima", "Jawaban: b", "Penjelasan: x", "| a"]
    signs = [start.replace("#", r"\#").replace(":", r"\:") for start in starts]
    gift = "\n\n".join(rf"::s{n}::Soal {each}?\n\n{each}{{=ya#{each} ~tidak#baik}}" for n, each in enumerate(signs))

    library = read(write_content(tmp_path, bank=filled(write_draft(read_gift(gift).questions, TODAY)) + "\n" + BTT))

    assert [str(each) for each in errors(library)] == []
    built = [each.question for each in library.bank_questions[: len(starts)]]
    assert [as_markdown(each.details, html=True).strip().replace("\\", "") for each in built] == starts
    assert [[note.feedback for note in each.remarks({"jawaban": ["a"]})] for each in built] == [
        [start.replace(">", "&gt;")] for start in starts
    ]


@given(st.text(alphabet="ab{}=~#:\\%-> \n[]htmlTF"))
def test_any_text_is_read_without_failing(text: str) -> None:
    for each in read_gift(text).questions:
        assert each.options or each.pairs
    write_draft(read_gift(text).questions, TODAY)
