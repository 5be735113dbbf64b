"""The whole questions of the newest edition, for their authors: /soal."""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from netral.accounts.access import Permission
from netral.database.paging import cut
from netral.errors import NotFound
from netral.extensions import reading_session
from netral.folding import search_key
from netral.indonesian import hundredths, number, percent
from netral.learning.editions.reading import (
    EditionLine,
    QuestionLine,
    find_withdrawal,
    list_editions,
    list_modules,
    list_questions,
    list_withdrawn,
    read_rules,
)
from netral.learning.exams.withdrawing import preview_withdrawal, regrade, withdraw_question
from netral.quiz.questions import Indicator, Stage, Verdict, lay_out
from netral.reporting.items import Flag, ItemFigures, appraise, read_counts
from netral.reporting.reports.exam_quality import GROUP_NAMES
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.completing import finish
from netral.web.edge.forms import Form, reason_field, typed
from netral.web.edge.queries import page_number, without_page
from netral.web.edge.searching import asked_words
from netral.words.questions import INDICATORS

bp = Blueprint("questions", __name__)

# A thousand papers, some seconds.
MOST_BATCHES = 20


class WithdrawalForm(Form):
    alasan = reason_field("Apa yang keliru", "Tulis apa yang keliru")


USE_WORDS = {"bank": "Ujian", "latihan": "Latihan"}
VERDICT_WORDS = {
    Verdict.BOLEH: "Boleh",
    Verdict.TIDAK: "Tidak boleh",
    Verdict.TERGANTUNG: "Tergantung",
    Verdict.PENGETAHUAN: "Pengetahuan",
}
STAGE_WORDS = {
    Stage.PRA_PENETAPAN: "Sebelum penetapan calon",
    Stage.KAMPANYE: "Kampanye",
    Stage.MASA_TENANG: "Masa tenang",
    Stage.PEMUNGUTAN: "Pemungutan suara",
    Stage.PASCA: "Setelah pemungutan suara",
    Stage.DI_LUAR: "Di luar tahapan",
}
# Signs of a wrong key; a question that is only too easy costs nobody a point.
DOUBTFUL = frozenset({Flag.WRONG_KEY, Flag.TOO_HARD})
FLAG_WORDS = {
    Flag.WRONG_KEY: "Kunci mungkin salah: peserta yang nilainya tinggi justru salah",
    Flag.TOO_HARD: "Terlalu sulit: kurang dari seperempat nilainya diperoleh",
    Flag.UNEQUAL: "Pada kemampuan yang sama, soal ini lebih sulit",
    Flag.TOO_EASY: "Terlalu mudah: hampir semua peserta benar",
    Flag.UNUSED: "Pilihan yang tidak pernah dipilih",
}


@bp.get("/soal")
@requires(Permission.VIEW_CONTENT)
def overview() -> ResponseReturnValue:
    edition, lines = read_newest()
    indicator, use = request.args.get("indikator", ""), request.args.get("dipakai", "")
    words = asked_words()
    found = [line for line in lines if fits(line, indicator=indicator, use=use, words=words)]
    return render_template(
        "soal/daftar.html",
        edition=edition,
        listing=cut(found, number=page_number()).map(as_row),
        base=without_page(request),
        indicator=indicator,
        indicators=INDICATORS,
        use=use,
        uses=USE_WORDS,
        words=words,
    )


def read_newest() -> tuple[EditionLine | None, tuple[QuestionLine, ...]]:
    with reading_session() as reading:
        edition = next(iter(list_editions(reading)), None)
        return edition, list_questions(reading, number=edition.number) if edition else ()


def use_of(line: QuestionLine) -> str:
    return "latihan" if line.module else "bank"


def stem_of(line: QuestionLine) -> str:
    return str(Markup(line.question.stem).striptags())  # noqa: S704  cleaned at publishing, and the tags go away here


def fits(line: QuestionLine, *, indicator: str, use: str, words: str) -> bool:
    """Return whether a question fits: unknown filters are ignored, and every word must stand in the stem or the id.

    Words are searched as in names.
    """
    if indicator in set(Indicator) and line.question.indicator != indicator:
        return False
    if use in USE_WORDS and use_of(line) != use:
        return False
    text = search_key(f"{line.question.id} {stem_of(line)}")
    return all(word in text for word in search_key(words).split())


def as_row(line: QuestionLine) -> dict[str, str]:
    return {
        "id": line.question.id,
        "stem": stem_of(line),
        "kind": words_of(line.question.kind).NAME,
        "indicator": INDICATORS[line.question.indicator],
        "rules": ", ".join(map(str, line.question.rules)),
        "use": USE_WORDS[use_of(line)],
    }


@bp.get("/soal/<question_id>")
@requires(Permission.VIEW_CONTENT)
def detail(question_id: str) -> ResponseReturnValue:
    """Show a question with key and feedback, only to people who write questions."""
    edition, lines = read_newest()
    line = next((line for line in lines if line.question.id == question_id), None)
    if edition is None or line is None:
        raise NotFound("soal", question_id)
    with reading_session() as reading:
        rules = read_rules(reading, edition_id=edition.id, citations=line.question.rules)
        modules = list_modules(reading, number=edition.number)
        withdrawal = find_withdrawal(reading, line)
        counts = read_counts(reading, edition_id=edition.id).get(question_id)
    return render_template(
        "soal/rincian.html",
        edition=edition,
        line=line,
        review=lay_out(line.question).review({}),
        rules=rules,
        modules=modules,
        facts=list_facts(line, modules),
        withdrawal=withdrawal,
        answers=list_answers(appraise(line.question, counts)) if counts and not line.module else (),
        may_withdraw=line.module is None and current.actor().may(Permission.PUBLISH_CONTENT),
    )


@bp.route("/soal/<question_id>/tarik", methods=["GET", "POST"])
@requires(Permission.PUBLISH_CONTENT)
def withdraw(question_id: str) -> ResponseReturnValue:
    """Show the effect of withdrawing a wrong question, then withdraw it.

    The papers are graded anew in batches; the sweep goes on with those that one request has no time for.
    """
    form = WithdrawalForm()
    session = current.session()
    if request.method == "GET" or not form.validate():
        preview = preview_withdrawal(session, question_id=question_id, now=current.now())
        page = render_template("soal/tarik.html", preview=preview, form=form)
        return page, 422 if request.method == "POST" else 200
    withdraw_question(session, current.act().within(None), question_id=question_id, reason=typed(form.alasan))
    session.commit()
    for _ in range(MOST_BATCHES):
        closings = regrade(session, current.act().within(None))
        for closing in closings:
            finish(closing)
        session.commit()
        if not closings:
            break
    flash(f"Soal {question_id} ditarik. Ujian yang memuatnya dinilai ulang.", "success")
    return redirect(f"/soal/{question_id}", 303)


@bp.get("/soal/rapor")
@requires(Permission.VIEW_CONTENT)
def board() -> ResponseReturnValue:
    """Show what the answers of all periods say about the questions, those to be read again first."""
    edition, lines = read_newest()
    with reading_session() as reading:
        counts = read_counts(reading, edition_id=edition.id) if edition else {}
        withdrawn = list_withdrawn(reading)
    bank = {line.question.id: line for line in lines if not line.module}
    judged = [(bank[name], appraise(bank[name].question, found)) for name, found in counts.items()]
    return render_template(
        "soal/rapor.html",
        edition=edition,
        listing=cut(sorted(judged, key=urgency), number=page_number()).map(lambda row: as_board_row(*row, withdrawn)),
        base=without_page(request),
        flagged=sum(bool(figures.flags) for _, figures in judged),
        may_withdraw=current.actor().may(Permission.PUBLISH_CONTENT),
    )


def urgency(judged: tuple[QuestionLine, ItemFigures]) -> tuple[float, ...]:
    """Return a key that sorts the gravest flag first, then the lowest discrimination; few answers come last."""
    _, figures = judged
    gravest = list(Flag).index(figures.flags[0]) if figures.flags else len(Flag)
    lowest = 1.0 if figures.discrimination is None else figures.discrimination
    return (figures.strength is None, gravest, lowest, -figures.people)


def as_board_row(line: QuestionLine, figures: ItemFigures, withdrawn: Collection[tuple[str, str]]) -> dict[str, Any]:
    return {
        "id": line.question.id,
        "stem": stem_of(line),
        "figures": figures,
        "facility": None if figures.facility is None else int(1000 * figures.facility),
        "seconds": None if figures.seconds is None else round(figures.seconds),
        "flags": [flag_words(flag, figures) for flag in figures.flags],
        "doubtful": not DOUBTFUL.isdisjoint(figures.flags),
        "withdrawn": (line.question.id, line.content_hash) in withdrawn,
    }


def flag_words(flag: Flag, figures: ItemFigures) -> str:
    if flag is Flag.UNUSED:
        return f"{FLAG_WORDS[flag]}: {', '.join(name_choice(key) for key in figures.unused)}"
    if flag is Flag.UNEQUAL:
        pairs = ((GROUP_NAMES[each.harder_for], GROUP_NAMES[each.easier_for]) for each in figures.unequal)
        return f"{FLAG_WORDS[flag]} {' dan '.join(f'bagi {harder} daripada {easier}' for harder, easier in pairs)}"
    return FLAG_WORDS[flag]


def name_choice(key: str) -> str:
    """Name a choice as its author did: the letter of an option, else the id of a reason or verdict."""
    choice = key.partition(":")[2]
    return choice.upper() if len(choice) == 1 else choice


def list_answers(figures: ItemFigures) -> list[tuple[str, str]]:
    """List the figures of first attempts, and the share of people who took each choice."""
    facts = [("Peserta", number(figures.people))]
    if figures.strength is None:
        return [*facts, ("Angka", "belum cukup jawaban")]
    shares = sorted((figures.shares or {}).items())
    taken = ", ".join(f"{name_part(key)} {percent(int(1000 * share))}" for key, share in shares)
    return [
        *facts,
        ("Tanda", "; ".join(flag_words(flag, figures) for flag in figures.flags) or "tidak ada"),
        ("Kekuatan angka", figures.strength),
        ("Kemudahan", percent(int(1000 * (figures.facility or 0)))),
        ("Daya beda", hundredths(figures.discrimination)),
        ("Yang dipilih", taken or "tidak ada"),
        ("Median detik", f"{figures.seconds:.0f} ({number(figures.timed)} peserta)" if figures.timed else "tidak ada"),
    ]


def name_part(key: str) -> str:
    """Name a choice, after the number of its situation or row where there are several."""
    number_of_part = key.partition(":")[0].partition("-")[2]
    return f"{number_of_part}. {name_choice(key)}" if number_of_part else name_choice(key)


def words_of(kind: str) -> Any:
    """Return the template of a kind, whose attribute NAME is the word for it."""
    return current_app.jinja_env.get_template(f"soal/kinds/{kind}.html").module


def list_facts(line: QuestionLine, modules: dict[str, str]) -> list[tuple[str, str]]:
    question = line.question
    use = f"Latihan di modul {modules.get(line.module, line.module)}, halaman {line.page}" if line.module else "Ujian"
    stages = ", ".join(STAGE_WORDS[stage] for stage in question.stages) or "Semua tahapan"
    facts = [
        ("Jenis", words_of(question.kind).NAME),
        ("Indikator", INDICATORS[question.indicator]),
        ("Dipakai", use),
        ("Tahapan", stages),
        ("Putusan", VERDICT_WORDS[question.verdict] if question.verdict else "Menurut situasi"),
    ]
    if question.audiences:
        facts.append(("Hanya bagi", ", ".join(question.audiences)))
    if question.level:
        facts.append(("Tingkat", question.level.capitalize()))
    if question.twin_group:
        facts.append(("Kelompok kembar", question.twin_group))
    return facts
