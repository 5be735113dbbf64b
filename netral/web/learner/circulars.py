"""A circular as a learner meets it at /edaran/<id>: opening, check questions, acknowledging; signing a pakta."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from netral.accounts.access import Permission
from netral.errors import NotFound
from netral.extensions import reading_session
from netral.indonesian import number
from netral.pledges.circulars.issuing import CircularKind, find_circular, list_versions
from netral.pledges.circulars.reading import (
    AnswersMissing,
    CircularChanged,
    CircularTask,
    Own,
    Progress,
    answer,
    find_own,
    list_tasks,
    may_fetch,
    name_choices,
    open_circular,
)
from netral.pledges.circulars.signing import get_signing, object_to, sign_alone
from netral.web.edge import current
from netral.web.edge.access import requires, signed_in
from netral.web.edge.documents import send_stored_pdf
from netral.web.edge.queries import read_number
from netral.web.learner.learner import asn_id

bp = Blueprint("circulars", __name__)
UNTICKED = {
    CircularKind.EDARAN: "Centang pernyataan bila Anda sudah membaca dan memahaminya",
    CircularKind.PAKTA: "Centang pernyataan bila Anda menyetujuinya",
}
STATUS_WORDS = {
    Progress.NEW: "Belum dimulai",
    Progress.OPENED: "Sedang dikerjakan",
    Progress.DONE: "Selesai",
}
LATE = "Terlambat"


@bp.app_template_global("surat_edaran")
def list_own_tasks() -> list[tuple[CircularTask, str]]:
    """List the circulars of the person signed in, each with the word for its state, for Tugas saya."""
    tasks = list_tasks(current.session(), asn_id=asn_id())
    return [(each, LATE if each.is_late(current.now()) else STATUS_WORDS[each.progress]) for each in tasks]


@bp.get("/edaran/<int:circular_id>")
@requires(Permission.LEARN)
def read(circular_id: int) -> ResponseReturnValue:
    return show(circular_id)


def show(
    circular_id: int,
    problems: list[dict[str, str]] | None = None,
    chosen: Mapping[int, int] | None = None,
    *,
    changed: bool = False,
) -> ResponseReturnValue:
    """Show the page. `changed`: another version came into force after the page that was sent had been opened."""
    with reading_session() as reading:
        own = find_own(reading, asn_id=asn_id(), circular_id=circular_id)
        signing = get_signing(reading, own.signature) if own.signature and own.signature.signing_id else None
        page = render_template(
            "edaran/baca.html",
            own=own,
            signing=signing,
            problems=problems,
            chosen=chosen or {},
            changed=changed,
            ticked="paham" in request.form,
        )
    return page, 409 if changed else 422 if problems else 200


@bp.post("/edaran/<int:circular_id>/buka")
@requires(Permission.LEARN)
def begin(circular_id: int) -> ResponseReturnValue:
    session = current.session()
    open_circular(session, current.act(), asn_id=asn_id(), circular_id=circular_id)
    session.commit()
    return redirect(f"/edaran/{circular_id}", 303)


@bp.post("/edaran/<int:circular_id>")
@requires(Permission.LEARN)
def send(circular_id: int) -> ResponseReturnValue:
    """Keep the answers of a complete form, or the signature; an incomplete one is shown again and changes nothing."""
    with reading_session() as reading:
        own = find_own(reading, asn_id=asn_id(), circular_id=circular_id)
        chosen = name_choices(own, request.form.to_dict(flat=False))
        problems = find_problems(own, chosen)
    if problems and not own.done:
        return show(circular_id, problems, chosen)
    try:
        return sign(circular_id) if own.kind is CircularKind.PAKTA else acknowledge(circular_id, chosen)
    except CircularChanged:
        current.session().rollback()
        return show(circular_id, changed=True)


def find_problems(own: Own, chosen: Mapping[int, int]) -> list[dict[str, str]]:
    left = [position for position in own.unanswered if position not in chosen]
    problems = [ask_for_answer(own, each) for each in left]
    ticked = "paham" in request.form
    return problems if ticked else [*problems, {"text": UNTICKED[own.kind], "target": "paham-ya"}]


def ask_for_answer(own: Own, position: int) -> dict[str, str]:
    alone = len(own.asked) == 1
    return {
        "text": "Jawab pertanyaannya" if alone else f"Jawab pertanyaan {own.number(position)}",
        "target": f"soal-{position}-0",
    }


def shown() -> int | None:
    """Return the id of the version that the page showed."""
    return read_number(request.form.get("naskah", ""))


def acknowledge(circular_id: int, chosen: Mapping[int, int]) -> ResponseReturnValue:
    session, act = current.session(), current.act()
    try:
        answered = answer(session, act, asn_id=asn_id(), circular_id=circular_id, shown=shown(), choices=chosen)
    except AnswersMissing as fact:
        session.rollback()
        with reading_session() as reading:
            own = find_own(reading, asn_id=asn_id(), circular_id=circular_id)
        return show(circular_id, [ask_for_answer(own, each) for each in fact.args], chosen)
    session.commit()
    if answered.wrong:
        flash(
            f"Jawaban tersimpan. {number(len(answered.wrong))} jawaban belum sesuai: baca paragrafnya di bawah "
            "pertanyaan, lalu jawab lagi.",
            "warning",
        )
        return redirect(f"/edaran/{circular_id}#pertanyaan", 303)
    flash("Pernyataan Anda tercatat: sudah membaca dan memahami.", "success")
    return redirect(f"/edaran/{circular_id}", 303)


def sign(circular_id: int) -> ResponseReturnValue:
    session = current.session()
    sign_alone(session, current.act(), asn_id=asn_id(), circular_id=circular_id, shown=shown())
    session.commit()
    flash("Pakta integritas sudah Anda tandatangani.", "success")
    return redirect(f"/edaran/{circular_id}", 303)


@bp.post("/edaran/<int:circular_id>/keberatan")
@requires(Permission.LEARN)
def disown(circular_id: int) -> ResponseReturnValue:
    """Object to a signature that an officer recorded."""
    session = current.session()
    object_to(session, current.act(), asn_id=asn_id(), circular_id=circular_id)
    session.commit()
    flash(f"Keberatan Anda terkirim kepada {current.office_name()}.", "success")
    return redirect(f"/edaran/{circular_id}", 303)


@bp.get("/edaran/<int:circular_id>/<int:nomor_versi>.pdf")
@signed_in
def download(circular_id: int, nomor_versi: int) -> ResponseReturnValue:
    """Send the signed PDF to people whom it addresses or has addressed, and to officers who manage circulars."""
    session, actor = current.session(), current.actor()
    circular = find_circular(session, instansi_id=current.instansi_id(), circular_id=circular_id)
    version = next((each for each in list_versions(session, circular.id) if each.number == nomor_versi), None)
    managed = actor.may(Permission.MANAGE_CIRCULARS)
    if version is None or not (managed or (actor.asn_id and may_fetch(session, version, asn_id=actor.asn_id))):
        raise NotFound("edaran", circular_id)
    return send_stored_pdf(version.file_hash, f"edaran-{circular.id}-versi-{version.number}.pdf")
