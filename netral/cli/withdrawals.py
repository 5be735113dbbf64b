"""flask content withdraw: taking a wrong exam question out."""

import click
from flask.cli import with_appcontext

from netral.audit.events import Act
from netral.cli.commands import LINE, answer, json_option, now, session
from netral.cli.periods import close_and_issue
from netral.learning.exams.withdrawing import preview_withdrawal, regrade, withdraw_question


@click.command("withdraw")
@click.argument("question_id", metavar="ID", type=LINE)
@click.option("--alasan", "reason", type=LINE, help="Apa yang keliru. Tanpa ini, hanya akibatnya yang disebut.")
@json_option
@with_appcontext
def withdraw_command(question_id: str, reason: str | None, as_json: bool) -> None:
    """Tarik soal ujian yang keliru: tidak ditarik lagi dari bank, dan bernilai penuh bagi semua."""
    preview = preview_withdrawal(session(), question_id=question_id, now=now())
    counts = {"open": preview.open_papers, "closed": preview.closed_papers, "passing": preview.passing}
    about = f"{preview.open_papers} ujian berjalan dan {preview.closed_papers} ujian selesai memuatnya"
    if reason is None:
        text = f"Soal {question_id}: {about}. {preview.passing} peserta akan menjadi lulus. Tarik dengan --alasan."
        answer(counts | {"withdrawn": False}, as_json=as_json, text=text)
        return
    withdraw_question(session(), Act(None, now()), question_id=question_id, reason=reason)
    session().commit()
    regraded = close_and_issue(lambda moment: regrade(session(), Act(None, moment)))
    text = f"Soal {question_id} ditarik. {about}. {regraded} ujian dinilai ulang."
    answer(counts | {"withdrawn": True, "regraded": regraded}, as_json=as_json, text=text)
