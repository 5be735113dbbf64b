"""The macros, drawn from plain data without an application or a database."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from netral.quiz.kinds import KINDS
from netral.quiz.kinds.benar_salah import TrueFalse
from netral.quiz.kinds.btt import BttQuestion, Condition, Decoy, Situation
from netral.quiz.kinds.jamak import MultipleChoice
from netral.quiz.kinds.jodoh import Matching, Row, Suggested
from netral.quiz.kinds.langkah import NextStep
from netral.quiz.kinds.putusan import Judgement, Proviso, Reason, VerdictQuestion
from netral.quiz.kinds.tunggal import SingleChoice
from netral.quiz.kinds.urut import Ordering, Step
from netral.quiz.options import Option
from netral.quiz.questions import CONDUCT, Answer, Indicator, Question, Verdict, as_sent, lay_out
from netral.settings import ROOT
from netral.web.edge.filters import STATIC
from netral.web.edge.frame import NavigationItem
from tests.web.pages import Page, check_controls

TEMPLATES = ROOT / "templates"
OPTIONS = tuple(Option(name, f"Pilihan {name}", f"<p>Umpan {name}.</p>", name == "c") for name in "abcd")
TWO = (Option("benar", "Benar", "<p>Ya.</p>", correct=True), Option("salah", "Salah", "<p>Tidak.</p>", correct=False))
CONDITIONS = (
    Condition("s1", "jika sedang cuti", allowed=True),
    Condition("s2", "jika memakai <em>seragam</em>", allowed=False),
)
SITUATIONS = (
    Situation("Menonton debat di rumah.", Verdict.BOLEH, "<p>Boleh.</p>"),
    Situation("Mendampingi istri yang mendaftar.", Verdict.TERGANTUNG, "<p>Dengan syarat.</p>", CONDITIONS),
)
SINGLE = SingleChoice(id="satu", stem="Apa yang <em>sesuai</em>?", indicator=Indicator.UMUM, options=OPTIONS)
MULTIPLE = MultipleChoice(id="dua", stem="Mana yang sesuai?", indicator=Indicator.UMUM, options=OPTIONS)
TRUE_FALSE = TrueFalse(id="tiga", stem="ASN punya hak pilih.", indicator=Indicator.UMUM, options=TWO)
BTT = BttQuestion(
    id="empat",
    stem="Bolehkah?",
    indicator=Indicator.UMUM,
    situations=SITUATIONS,
    decoys=(Decoy("s3", "jika <em>libur</em>"), Decoy("s4", "jika malam")),
)
VERDICT = VerdictQuestion(
    id="lima",
    stem="Pak Tono memotret istrinya yang menjadi calon.",
    indicator=Indicator.UMUM,
    verdict=Verdict.TERGANTUNG,
    judgements=tuple(Judgement(each, f"<p>Umpan {each}.</p>") for each in CONDUCT),
    list_name="foto",
    reasons=tuple(Reason(name, f"Alasan {name}", f"<p>Umpan {name}.</p>") for name in ("cuti", "pose", "akun")),
    reason="cuti",
    provisos=(Proviso("jika sedang cuti", allowed=True), Proviso("jika sedang bertugas", allowed=False)),
)
STEP = NextStep(id="enam", stem="Apa langkahnya?", indicator=Indicator.UMUM, options=OPTIONS)
MATCHING = Matching(
    id="tujuh",
    stem="Jodohkan.",
    indicator=Indicator.UMUM,
    heads=("Peristiwa", "Indikator"),
    rows=(Row("Mutasi karena <em>pilihan</em>.", "a"), Row("Menjadi pengurus partai.", "b")),
    answers=(Suggested("a", "Karier"), Suggested("b", "Hubungan partai"), Suggested("c", "Pelayanan <em>publik</em>")),
)
STEPS = tuple(Step(f"<em>Langkah</em> {name}", place) for name, place in (("tiga", 3), ("satu", 1), ("dua", 2)))
ORDERING = Ordering(id="delapan", stem="Urutkan.", indicator=Indicator.UMUM, steps=STEPS)
QUESTIONS: list[Question] = [SINGLE, MULTIPLE, TRUE_FALSE, BTT, VERDICT, STEP, MATCHING, ORDERING]
ANSWERS: list[Answer] = [
    {"jawaban": ["b"]},
    {"jawaban": ["a", "d"]},
    {"jawaban": ["salah"]},
    {"jawaban-1": ["boleh"], "jawaban-2": ["tergantung"], "syarat-2": ["s1"]},
    {"jawaban": ["tidak"], "syarat": ["pose"]},
    {"jawaban": ["c"]},
    {"jawaban-1": ["a"], "jawaban-2": ["c"]},
    {"jawaban-1": ["2"], "jawaban-2": ["1"], "jawaban-3": ["3"]},
]
ANSWERED = list(zip(QUESTIONS, ANSWERS, strict=True))
STATES = [
    *("valid", "expired", "superseded", "revoked", "tampered"),
    *("not_yet_valid", "unknown", "malformed", "too_many", "unavailable"),
]


@cache
def environment() -> Environment:
    """Return the project's templates with the few globals that they need."""
    made = Environment(autoescape=True, loader=FileSystemLoader(TEMPLATES))
    made.filters["waktu"] = lambda moment: f"{moment:%H.%M} WITA"
    made.filters["tanggal"] = made.filters["hari_terakhir"] = lambda moment: f"{moment:%d %m %Y}"
    made.filters["tanggal_waktu"] = lambda moment: f"{moment:%d %m %Y} pukul {moment:%H.%M} WITA"
    made.globals.update(
        csrf_token=lambda: "token",
        static_url=lambda name: f"/static/{name}",
        tautan=lambda path: f"{path}?periode=pilkada",
        kode_periode=lambda: "pilkada",
        zone_name=lambda _: "WITA",
        get_flashed_messages=lambda **_: [],
    )
    return made


def render(source: str, **context: Any) -> str:
    return environment().from_string(source).render(**context)


def draw(macro: str, call: str, **context: Any) -> Page:
    module, name = macro.split(".")
    return Page(render(f'{{% from "macros/{module}.html" import {name} %}}{{{{ {name}({call}) }}}}', **context))


def chosen(page: Page) -> Answer:
    """Return the values that a browser would post."""
    answer: Answer = {}
    for control in page.all("input"):
        if control.get("checked") is not None:
            answer.setdefault(control.get("name"), []).append(control.get("value"))
    for select in page.all("select"):
        answer.update({select.get("name"): [o.get("value")] for o in select.iter("option") if "selected" in o.attrib})
    return answer


def test_every_kind_is_drawn_here_and_says_what_to_do() -> None:
    assert {question.kind for question in QUESTIONS} == set(KINDS)
    for kind in KINDS:
        words: Any = environment().get_template(f"soal/kinds/{kind}.html").module
        assert words.NAME
        assert words.ORDER.endswith(".")
        assert not words.INCOMPLETE.endswith(".")


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_a_question_offers_what_its_kind_accepts(question: Question) -> None:
    page = draw("question.question", "face", face=lay_out(question).face())

    offered: dict[str, set[str]] = {}
    for control in page.all("input"):
        offered.setdefault(control.get("name"), set()).add(control.get("value"))
    for select in page.all("select"):
        offered[select.get("name")] = {option.get("value") for option in select.iter("option") if option.get("value")}
    assert offered == {field.name: set(field.ids) for field in lay_out(question).fields()}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_nothing_is_chosen_before_the_person_chooses(question: Question) -> None:
    assert chosen(draw("question.question", "face", face=lay_out(question).face())) == {}


@pytest.mark.parametrize(("question", "answer"), ANSWERED, ids=lambda it: type(it).__name__)
def test_a_stored_answer_is_chosen_again(question: Question, answer: Answer) -> None:
    layout = lay_out(question)
    sent = as_sent(layout, answer)

    assert chosen(draw("question.question", "face, answer", face=layout.face(), answer=sent)) == sent


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_every_control_of_a_question_has_a_label_and_an_own_id(question: Question) -> None:
    page = draw("question.question", 'face, {}, "Pilih satu jawaban.", "h3", "q7-"', face=lay_out(question).face())

    check_controls(page)
    ids = [element.get("id") for element in page.tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    assert "q7-jawaban" in ids
    described = {name for e in page.tree.iter() for name in (e.get("aria-describedby") or "").split()}
    assert described <= set(ids)


def test_options_carry_letters_and_never_numbers() -> None:
    page = draw("question.question", "face", face=lay_out(SINGLE, ["d", "a", "b", "c"]).face())

    assert re.findall(r"([A-Z0-9]) ?\. Pilihan (\w)", page.words) == [("A", "d"), ("B", "a"), ("C", "b"), ("D", "c")]


def test_html_of_a_stem_is_drawn_and_a_condition_is_plain_text() -> None:
    assert "<em>sesuai</em>" in draw("question.question", "face", face=lay_out(SINGLE).face()).text
    assert ">jika memakai seragam</option>" in draw("question.question", "face", face=lay_out(BTT).face()).text


@pytest.mark.parametrize(("question", "answer"), ANSWERED, ids=lambda it: type(it).__name__)
def test_a_review_says_in_words_what_fits(question: Question, answer: Answer) -> None:
    words = draw("question.review_list", "review", review=lay_out(question).review(answer)).words

    assert "sesuai" in words.lower()
    assert "Jawaban Anda" in words


@pytest.mark.parametrize(("question", "answer"), ANSWERED, ids=lambda it: type(it).__name__)
def test_a_chosen_answer_is_told_in_rows(question: Question, answer: Answer) -> None:
    layout = lay_out(question)
    page = draw("question.answer_rows", "face, answer", face=layout.face(), answer=as_sent(layout, answer))

    assert len(page.all("dd")) > 1
    assert len(draw("question.answer_rows", "face, {}", face=layout.face()).all("dd")) == 1


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_a_key_is_shown_whole_to_officers(question: Question) -> None:
    review = lay_out(question).review({})
    words = Page(render('{% from "soal/kunci.html" import whole %}{{ whole(review) }}', review=review)).words

    parts = [each for group in question.parts_to_json().values() for each in group if isinstance(each, dict)]
    texts = [each[name] for each in parts for name in ("text", "feedback") if name in each]
    assert [text for text in texts if re.sub("<.*?>", "", text).rstrip(".").lower() not in words.lower()] == []


def test_chosen_options_are_told_by_their_letters() -> None:
    told = [
        draw("question.chosen_letters", "face, answer", face=layout.face(), answer=as_sent(layout, answer)).words
        for layout, answer in ((lay_out(question), answer) for question, answer in ANSWERED)
    ]

    assert told == ["B", "A, D", "Salah", "", "Tidak boleh, B", "C", "", ""]


def test_names_and_ids_of_fields_carry_their_prefixes() -> None:
    for question in QUESTIONS:
        layout = lay_out(question)
        call = 'face, {}, none, "h2", "q7-", "s7.", "Soal 7 dari 20"'
        page = draw("question.question", call, face=layout.face())

        names = {control.get("name") for control in [*page.all("input"), *page.all("select")]}
        assert names == {f"s7.{field.name}" for field in layout.fields()}
        assert "Soal 7 dari 20" in page.words


def test_a_review_names_the_allowing_condition() -> None:
    words = draw("question.review_list", "review", review=lay_out(BTT).review(ANSWERS[3])).words

    assert "Jika sedang cuti: boleh (pilihan Anda)" in words
    assert "Jika memakai seragam: tidak boleh." in words
    assert "libur" not in words


def test_a_review_of_an_ordering_names_the_right_order_and_the_chosen_places() -> None:
    words = draw("question.review_list", "review", review=lay_out(ORDERING).review(ANSWERS[7])).words

    assert words == (
        "Langkah yang tepat mengikuti langkah sebelumnya: 0 dari 2. Urutan yang sesuai: 1. Langkah satu Jawaban Anda: "
        "urutan 1. 2. Langkah dua Jawaban Anda: urutan 3. 3. Langkah tiga Jawaban Anda: urutan 2."
    )


def test_authors_see_which_conditions_are_decoys() -> None:
    review = lay_out(BTT).review({})
    words = Page(render('{% from "soal/kunci.html" import whole %}{{ whole(review) }}', review=review)).words

    assert "Syarat pengecoh: jika libur; jika malam." in words


def test_a_review_of_a_verdict_names_the_provisos_and_both_keys() -> None:
    words = draw("question.review_list", "review", review=lay_out(VERDICT).review(ANSWERS[4])).words

    assert "Putusan: tidak boleh Jawaban Anda, belum sesuai Umpan tidak." in words
    assert "Putusan: tergantung Yang sesuai Umpan tergantung. Jika sedang cuti: boleh." in words
    assert "Jika sedang bertugas: tidak boleh." in words
    assert "A . Alasan cuti Yang sesuai Umpan cuti." in words.replace("A.", "A .")
    assert "Alasan akun" not in words


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({}, "Soal ini tidak Anda jawab."),
        ({"jawaban": ["tidak"]}, "Alasan tidak Anda pilih."),
        ({"syarat": ["pose"]}, "Putusan tidak Anda pilih."),
    ],
)
def test_a_review_of_a_verdict_says_what_was_not_chosen(answer: Answer, said: str) -> None:
    assert said in draw("question.review_list", "review", review=lay_out(VERDICT).review(answer)).words


def test_the_map_of_questions_is_read_without_colour() -> None:
    states = {1: ["terjawab"], 2: ["terjawab", "ragu"], 3: ["belum"], 4: ["belum", "ragu"]}
    cells = draw("question.map_cells", "states", states=states)

    assert [(cell.get("href"), cell.get("aria-label")) for cell in cells.all("a")] == [
        ("#1", "Soal 1, terjawab"),
        ("#2", "Soal 2, terjawab, ragu-ragu"),
        ("#3", "Soal 3, belum dijawab"),
        ("#4", "Soal 4, belum dijawab, ragu-ragu"),
    ]
    assert cells.words.split() == ["1", "✓", "2", "✓?", "3", "–", "4", "–?"]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.id)
def test_every_field_of_a_question_in_a_paper_carries_its_number(question: Question) -> None:
    layout = lay_out(question)
    shown = {"slot": 3, "face": layout.face(), "answer": {}, "doubtful": False, "sequence": 6, "seconds": 0}
    page = draw("question.paper_question", 'each, 20, "jawaban=1"', each=shown)

    names = {each.get("name") for tag in ("input", "select") for each in page.all(tag)}
    own = {field.name for field in layout.fields()} | {"ragu", "urutan", "semula"}
    assert names == {f"s3.{name}" for name in own}
    assert (page.value("s3.urutan"), page.value("s3.semula")) == ("7", "jawaban=1")
    assert "".join(page.all("h2")[0].itertext()).startswith("Soal 3 dari 20 ")
    check_controls(page)


def test_each_state_of_a_certificate_has_a_shape_of_its_own() -> None:
    shapes = [draw("components.verdict", f'"{state}", "Judul"').text.split("</svg>")[0] for state in STATES]

    assert len({shape[shape.index("<svg") :] for shape in shapes}) == len(STATES)


def test_every_icon_that_a_template_names_is_drawn() -> None:
    drawn = set(re.findall(r'^  "([\w-]+)": \'<', (TEMPLATES / "macros" / "icons.html").read_text(), re.MULTILINE))
    named = set()
    for path in TEMPLATES.rglob("*.html"):
        named |= set(re.findall(r'\b(?:icon|draw)\("([\w-]+)"|icon="([\w-]+)"', path.read_text()))
    assert {name for pair in named for name in pair if name} <= drawn


def test_every_class_of_the_macros_is_in_the_style_sheet() -> None:
    styled = set(re.findall(r"\.([a-z][\w-]*)", (STATIC / "netral.css").read_text()))
    for path in [
        TEMPLATES / "base.html",
        *(TEMPLATES / "macros").glob("*.html"),
        *(TEMPLATES / "soal").rglob("*.html"),
    ]:
        used = " ".join(re.findall(r'class="([^"{}]+)"', path.read_text())).split()
        assert set(used) <= styled | {"exam", "checkbox", "radio"}, path.name


def test_a_locked_task_is_no_link_and_says_why() -> None:
    page = draw("components.task", '"Ujian", "Terkunci", hint="Terbuka setelah semua modul dibaca"')

    assert not page.all("a")
    assert page.words == "Ujian Terbuka setelah semua modul dibaca Terkunci"


def test_a_heat_cell_shows_its_number_and_marks_the_weakest_in_words() -> None:
    assert 'class="heat number p0"' in draw("tables.heat", "39.9, '39,9'").text
    assert 'class="heat number p5"' in draw("tables.heat", "90, '90'").text
    assert "terlemah" in draw("tables.heat", "39.9, '39,9', true").text


def test_a_sorted_column_says_so_to_screen_readers() -> None:
    columns: list[Mapping[str, str]] = [{"label": "OPD", "url": "?urut=nama", "sorted": "ascending"}, {"label": "%"}]
    page = Page(
        render(
            '{% from "macros/tables.html" import table, cell %}'
            '{% call(row) table([1], "Judul", columns) %}{{ cell(row) }}{{ cell(row) }}{% endcall %}',
            columns=columns,
        )
    )

    assert [head.get("aria-sort") for head in page.all("th")] == ["ascending", None]
    assert page.all("div")[0].get("aria-label") == "Judul"
    assert page.all("div")[0].get("tabindex") == "0"


@pytest.mark.parametrize(
    ("current", "shown"), [(1, "1 2 … 9"), (5, "1 … 4 5 6 … 9"), (9, "1 … 8 9"), (3, "1 2 3 4 … 9")]
)
def test_pages_of_a_list_are_few_links(current: int, shown: str) -> None:
    words = draw("tables.pagination", f'{current}, 9, "?halaman="').words

    assert " ".join(word for word in words.split() if word[0].isdigit() or word == "…") == shown


def test_text_from_people_is_escaped() -> None:
    hostile = "<script>alert(1)</script>"
    for call in ("components.tag", "components.banner", "components.empty_state", "tables.cell"):
        assert hostile not in draw(call, "text", text=hostile).text
    assert "<b>" in draw("components.banner", "text", text=Markup("<b>Urungkan</b>")).text


def test_a_page_with_a_problem_says_so_in_its_title() -> None:
    frame = (
        '{% extends "base.html" %}{% block title %}Soal 1{% endblock %}{% block content %}<h1>Soal 1</h1>{% endblock %}'
    )
    common: dict[str, Any] = {
        "navigation": [],
        "account": None,
        "demo": True,
        "noindex": True,
        "footer_note": "",
        "instansi_name": "",
    }
    page = Page(render(frame, problems=[{"text": "Pilih satu jawaban.", "target": "jawaban"}], **common))

    assert page.title == "Galat: Soal 1 – Netralitas ASN"
    assert page.links()["Pilih satu jawaban."] == "#jawaban"
    assert Page(render(frame, **common)).title == "Soal 1 – Netralitas ASN"


def test_the_frame_leads_past_itself_and_signs_out_by_post() -> None:
    frame = '{% extends "base.html" %}{% block content %}<h1>Judul</h1>{% endblock %}'
    navigation = (NavigationItem("Tugas saya", "/tugas", current=True),)
    page = Page(
        render(
            frame,
            navigation=navigation,
            account="Siti",
            demo=False,
            noindex=False,
            footer_note="",
            instansi_name="Kabupaten Contoh",
        )
    )

    assert page.links()["Langsung ke isi"] == f"#{page.all('main')[0].get('id')}"
    assert {(form.get("action"), form.get("method")) for form in page.all("form")} == {("/keluar", "post")}
    assert page.value("csrf_token") == "token"
    assert "rekaan" not in page.words
