"""Circulars and texts of the pakta integritas at /edaran: drafting, preview, publishing, new versions, withdrawing."""

from typing import NamedTuple

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session

from netral import indonesian
from netral.accounts.access import Permission
from netral.errors import NetralError
from netral.extensions import reading_session
from netral.pledges.circulars import files, issuing
from netral.pledges.circulars.audience import count_audience, name_units
from netral.pledges.circulars.issuing import CircularKind, Draft, stamp_of
from netral.pledges.circulars.models import Circular, CircularVersion
from netral.pledges.circulars.paragraphs import changed_numbers, compare
from netral.pledges.circulars.questions import load
from netral.pledges.circulars.signing import list_objections
from netral.reporting.reports.circulars import count_now
from netral.versions import Outdated
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import Form, ReasonForm, sent_version, show_stored, tell_saved, typed
from netral.web.office.circular_forms import ASN_KINDS, FACTS, LETTERS, DraftForm, as_draft, fill, make_form, show_fact

bp = Blueprint("circular_office", __name__)
manager = requires(Permission.MANAGE_CIRCULARS)

KIND_WORDS = {CircularKind.EDARAN: "Surat Edaran", CircularKind.PAKTA: "Pakta integritas"}
OUTDATED = (
    "Draf ini berubah setelah halaman Anda dibuka, jadi isian Anda belum disimpan. Yang tersimpan disebut pada isian "
    "yang berbeda; simpan lagi bila isian Anda yang benar"
)
NOT_READY: dict[type[NetralError], str] = {
    issuing.FileMissing: "Naskah bertanda tangan (PDF) belum diunggah. Unggah dahulu, lalu terbitkan",
    issuing.QuestionsMissing: "Surat Edaran memerlukan dua pertanyaan. Lengkapi drafnya, lalu terbitkan",
    issuing.DuePassed: "Tenggat pada draf sudah lewat. Ubah tenggatnya, lalu terbitkan",
}
REFUSED: dict[type[NetralError], str] = {
    files.PdfTooLarge: "Berkas paling besar 5 MB dan 100 halaman. Perkecil berkasnya, lalu unggah lagi",
    files.PdfUnreadable: "Berkas ini bukan PDF yang utuh, atau terkunci kata sandi. Simpan ulang, lalu unggah lagi",
}


class FileForm(Form):
    berkas = FileField("Naskah bertanda tangan", validators=[FileRequired("Pilih berkas PDF")])


class Found(NamedTuple):
    """The circular that a page is about, its newest version, and all of them, the newest first."""

    circular: Circular
    newest: CircularVersion
    versions: tuple[CircularVersion, ...]

    @property
    def kind(self) -> CircularKind:
        return CircularKind(self.circular.kind)

    @property
    def draft(self) -> CircularVersion | None:
        return self.newest if self.newest.published_at is None and self.circular.withdrawn_at is None else None

    @property
    def current(self) -> CircularVersion | None:
        return next((each for each in self.versions if each.published_at is not None), None)


def instansi_id() -> int:
    return current.actor().reach(Permission.MANAGE_CIRCULARS).instansi_id


def find(circular_id: int) -> Found:
    """Find a circular of the officer's instansi, reading apart from the request's session. Raises NotFound."""
    with reading_session() as reading:
        circular = issuing.find_circular(reading, instansi_id=instansi_id(), circular_id=circular_id)
        versions = issuing.list_versions(reading, circular_id)
    return Found(circular, versions[0], versions)


def find_with_draft(circular_id: int) -> tuple[Found, CircularVersion]:
    """Find a circular with its draft. Raises CircularWithdrawn, NoDraft."""
    found = find(circular_id)
    if found.circular.withdrawn_at is not None:
        raise issuing.CircularWithdrawn(found.circular.withdrawn_at)
    if found.draft is None:
        raise issuing.NoDraft(circular_id)
    return found, found.draft


@bp.get("/edaran")
@manager
def overview() -> ResponseReturnValue:
    session, lines = current.session(), issuing.list_circulars(current.session(), instansi_id=instansi_id())
    figures = {line.circular.id: count(session, line.circular, line.current, line.done) for line in lines}
    return render_template("edaran/daftar.html", lines=lines, kinds=KIND_WORDS, figures=figures)


def count(session: Session, circular: Circular, shown: CircularVersion | None, done: int) -> tuple[int, int] | None:
    """Count those whom the version in force addresses now and those of them who are done; none for a draft.

    Of a circular that was withdrawn: those whom it addressed as it was published, and all who were done.
    """
    if shown is None:
        return None
    if circular.withdrawn_at is not None:
        return shown.audience or 0, done
    return count_now(session, shown, current.actor().reach(Permission.MANAGE_CIRCULARS))


@bp.get("/edaran/baru", defaults={"jenis": "edaran"})
@bp.get("/edaran/pakta-baru", defaults={"jenis": "pakta"})
@manager
def begin(jenis: str) -> ResponseReturnValue:
    return show_form(make_form(CircularKind(jenis)), CircularKind(jenis))


@bp.post("/edaran/baru", defaults={"jenis": "edaran"})
@bp.post("/edaran/pakta-baru", defaults={"jenis": "pakta"})
@manager
def draft_one(jenis: str) -> ResponseReturnValue:
    """Make a draft; a form that is sent twice finds the first one."""
    kind = CircularKind(jenis)
    form, session = make_form(kind), current.session()
    draft = as_draft(form) if form.validate() else None
    if draft is None:
        return show_form(form, kind)
    try:
        circular_id = issuing.create(session, current.act(), kind=kind, draft=draft)
    except FACTS as fact:
        session.rollback()
        show_fact(form, fact)
        return show_form(form, kind)
    session.commit()
    flash("Draf tersimpan. Belum ada yang melihatnya.", "success")
    return redirect(f"/edaran/{circular_id}/kelola", 303)


def show_form(
    form: DraftForm, kind: CircularKind, draft: CircularVersion | None = None, *, outdated: bool = False
) -> ResponseReturnValue:
    page = render_template(
        "edaran/isi.html",
        form=form,
        kind=kind,
        kinds=KIND_WORDS,
        draft=draft,
        version=stamp_of(draft) if draft else "",
        problems=[{"text": OUTDATED}] if outdated else None,
    )
    return page, 409 if outdated else 422 if form.errors else 200


@bp.get("/edaran/<int:circular_id>/kelola")
@manager
def manage(circular_id: int) -> ResponseReturnValue:
    return show(circular_id)


def show(circular_id: int, upload: FileForm | None = None) -> ResponseReturnValue:
    """Show the circular with its versions, and the upload that has to be corrected, if any."""
    found = find(circular_id)
    with reading_session() as reading:
        line = next(
            each
            for each in issuing.list_circulars(reading, instansi_id=instansi_id())
            if each.circular.id == circular_id
        )
        page = render_template(
            "edaran/kelola.html",
            found=found,
            figures=count(reading, found.circular, found.current, line.done),
            kinds=KIND_WORDS,
            asn_kinds=ASN_KINDS,
            units=name_units(reading, found.newest),
            addressed=count_audience(reading, found.newest),
            objections=list_objections(reading, instansi_id=instansi_id(), circular_id=circular_id),
            upload=upload or FileForm(formdata=None),
            form=upload,
        )
    return page, 422 if upload else 200


@bp.get("/edaran/<int:circular_id>/kelola/ubah")
@manager
def edit(circular_id: int) -> ResponseReturnValue:
    found, draft = find_with_draft(circular_id)
    return show_form(make_form(found.kind, draft), found.kind, draft)


@bp.post("/edaran/<int:circular_id>/kelola/ubah")
@manager
def change(circular_id: int) -> ResponseReturnValue:
    found, shown = find_with_draft(circular_id)
    form, session = make_form(found.kind), current.session()
    draft = as_draft(form) if form.validate() else None
    if draft is None:
        return show_form(form, found.kind, shown)
    try:
        changed = issuing.change(session, current.act(), circular_id=circular_id, draft=draft, version=sent_version())
    except FACTS as fact:
        session.rollback()
        show_fact(form, fact)
        return show_form(form, found.kind, shown)
    except Outdated:
        session.rollback()
        stored = find_with_draft(circular_id)[1]
        show_stored(form, fill(stored))
        return show_form(form, found.kind, stored, outdated=True)
    session.commit()
    tell_saved(f"Draf tersimpan. {tell_moved(circular_id, draft)}".strip(), changed=changed)
    return redirect(f"/edaran/{circular_id}/kelola", 303)


def tell_moved(circular_id: int, sent: Draft) -> str:
    """Say which questions followed their paragraphs to other numbers than those that the form sent."""
    saved = load(find_with_draft(circular_id)[1].questions)
    moved = [
        f"Pertanyaan {at} mengikuti paragrafnya, yang sekarang nomor {new.paragraph}."
        for at, (old, new) in enumerate(zip(sent.questions, saved, strict=True), 1)
        if old.paragraph != new.paragraph
    ]
    return " ".join(moved)


@bp.post("/edaran/<int:circular_id>/kelola/berkas")
@manager
def upload(circular_id: int) -> ResponseReturnValue:
    """Store the signed PDF of the draft; it is read and stored before the write begins."""
    find_with_draft(circular_id)
    form = FileForm()
    if not form.validate():
        return show(circular_id, form)
    try:
        pdf = files.read_pdf(form.berkas.data.read(files.MOST_BYTES + 1))
    except tuple(REFUSED) as fact:
        form.berkas.errors = [REFUSED[type(fact)]]
        return show(circular_id, form)
    hashed = files.keep_pdf(current.settings().document_dir, pdf)
    session = current.session()
    issuing.set_file(
        session, current.act(), circular_id=circular_id, hashed=hashed, pages=pdf.pages, size=len(pdf.content)
    )
    session.commit()
    flash("Naskah bertanda tangan tersimpan.", "success")
    return redirect(f"/edaran/{circular_id}/kelola", 303)


@bp.get("/edaran/<int:circular_id>/kelola/pratinjau")
@manager
def preview(circular_id: int) -> ResponseReturnValue:
    """Show the newest version as its readers will see it, with numbered paragraphs and keys."""
    found = find(circular_id)
    newest = found.newest
    earlier = found.versions[1] if len(found.versions) > 1 else None
    differences = compare(tuple(earlier.paragraphs), tuple(newest.paragraphs)) if earlier else ()
    return render_template(
        "edaran/pratinjau.html",
        found=found,
        kinds=KIND_WORDS,
        letters=LETTERS,
        questions=load(newest.questions),
        earlier=earlier,
        differences=differences,
        changed=changed_numbers(differences),
    )


@bp.post("/edaran/<int:circular_id>/kelola/versi-baru")
@manager
def renew(circular_id: int) -> ResponseReturnValue:
    find(circular_id)
    session = current.session()
    number = issuing.start_version(session, current.act(), circular_id=circular_id)
    session.commit()
    flash(f"Draf versi {number} dimulai dengan naskah versi sebelumnya.")
    return redirect(f"/edaran/{circular_id}/kelola/ubah", 303)


@bp.get("/edaran/<int:circular_id>/kelola/terbitkan")
@manager
def ask_to_publish(circular_id: int) -> ResponseReturnValue:
    return show_publishing(circular_id)


def show_publishing(circular_id: int, problem: str = "", status: int = 200) -> ResponseReturnValue:
    found, draft = find_with_draft(circular_id)
    with reading_session() as reading:
        addressed = count_audience(reading, draft)
        units = name_units(reading, draft)
    page = render_template(
        "edaran/terbitkan.html",
        found=found,
        draft=draft,
        kinds=KIND_WORDS,
        asn_kinds=ASN_KINDS,
        addressed=addressed,
        units=units,
        version=stamp_of(draft),
        problems=[{"text": problem}] if problem else None,
    )
    return page, status


@bp.post("/edaran/<int:circular_id>/kelola/terbitkan")
@manager
def publish(circular_id: int) -> ResponseReturnValue:
    """Publish the draft as the page showed it; a second identical form finds it published."""
    find(circular_id)
    session = current.session()
    try:
        published = issuing.publish(session, current.act(), circular_id=circular_id, version=sent_version())
    except issuing.NoDraft:
        session.rollback()
        flash("Versi ini sudah terbit. Tidak ada yang diterbitkan dua kali.")
    except tuple(NOT_READY) as fact:
        session.rollback()
        return show_publishing(circular_id, NOT_READY[type(fact)], 422)
    except Outdated:
        session.rollback()
        return show_publishing(
            circular_id, "Draf berubah setelah halaman Anda dibuka. Periksa lagi, lalu terbitkan", 409
        )
    else:
        session.commit()
        flash(f"Versi {published.number} terbit untuk {indonesian.number(published.audience or 0)} pegawai.", "success")
    return redirect(f"/edaran/{circular_id}/kelola", 303)


@bp.get("/edaran/<int:circular_id>/kelola/cabut")
@manager
def ask_to_withdraw(circular_id: int) -> ResponseReturnValue:
    return show_withdrawing(circular_id, ReasonForm(formdata=None))


def show_withdrawing(circular_id: int, form: ReasonForm) -> ResponseReturnValue:
    page = render_template("edaran/cabut.html", found=find(circular_id), form=form)
    return page, 422 if form.errors else 200


@bp.post("/edaran/<int:circular_id>/kelola/cabut")
@manager
def withdraw(circular_id: int) -> ResponseReturnValue:
    find(circular_id)
    form, session = ReasonForm(), current.session()
    if not form.validate():
        return show_withdrawing(circular_id, form)
    new = issuing.withdraw(session, current.act(), circular_id=circular_id, reason=typed(form.alasan))
    session.commit()
    tell_saved("Naskah dicabut.", "Naskah ini sudah dicabut. Tidak ada yang berubah.", changed=new)
    return redirect(f"/edaran/{circular_id}/kelola", 303)
