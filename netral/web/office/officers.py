"""Officers by role, whom BKPSDM names and revokes: /petugas. Officers of oversight are proposed: `two_persons`."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired
from wtforms import Field, HiddenField, RadioField, SelectField
from wtforms.validators import InputRequired, ValidationError

from netral.accounts import officers
from netral.accounts.access import Permission, Reach, Role
from netral.accounts.directory import UnitLine, list_units
from netral.accounts.officers import NAMED_ALONE, Candidate
from netral.accounts.users import GrantedAlready
from netral.extensions import reading_session
from netral.indonesian import number
from netral.roster.operators import MOST, OperatorPlan, OperatorRow, Pair, describe_pairs, read_operator_file
from netral.sheets.refusals import FileRefused
from netral.versions import Outdated, check_version, version_of
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import Form, SelectChoice, required, sent_version
from netral.web.edge.proving import ConfirmedForm
from netral.web.edge.queries import page_number, read_number, without_page
from netral.web.edge.searching import asked_words
from netral.words.facts import WORDING
from netral.words.roster import say_problem

bp = Blueprint("officers", __name__, url_prefix="/petugas")
manager = requires(Permission.MANAGE_OFFICERS)

ROLE_WORDS = {
    Role.PESERTA: "Peserta",
    Role.OPERATOR_OPD: "Operator OPD",
    Role.PENYUNTING: "Penyunting",
    Role.PIMPINAN: "Pimpinan",
    Role.INSPEKTORAT: "Inspektorat",
    Role.BKPSDM: "BKPSDM",
    Role.PENGELOLA: "Pengelola",
}
# Roles that are seen on the page of an instansi; a pengelola belongs to the installation.
SEEN = (*NAMED_ALONE, Role.INSPEKTORAT, Role.BKPSDM)
ALREADY = "Orang ini sudah memegang peran itu di sana"


class NamingForm(ConfirmedForm):
    peran: Any = RadioField(
        "Peran",
        choices=[SelectChoice(role.value, ROLE_WORDS[role]) for role in NAMED_ALONE],
        validators=[InputRequired("Pilih peran")],
    )
    opd: Any = SelectField("OPD yang dipegang operator", default="")

    def __init__(self, units: Sequence[UnitLine] = (), **more: Any) -> None:
        super().__init__(**more)
        self.opd.choices = [
            SelectChoice("", "Pilih OPD"),
            *(SelectChoice(unit.kode, "– " * unit.depth + unit.nama) for unit in units),
        ]

    def validate_opd(self, field: Field) -> None:
        if self.peran.data == Role.OPERATOR_OPD and not field.data:
            raise ValidationError("Pilih OPD yang dipegang operator")


class UploadForm(Form):
    berkas = FileField("Daftar operator", validators=[FileRequired("Pilih berkas .xlsx atau .csv")])


class ListForm(ConfirmedForm):
    """The confirmation of a list; `baris` holds its pairs as the preview showed them."""

    baris: Any = HiddenField(validators=[required("Unggah lagi daftarnya")])


@bp.get("")
@manager
def overview() -> ResponseReturnValue:
    role, opd_kode = request.args.get("peran", ""), request.args.get("opd", "")
    roles = [each for each in SEEN if each.value == role] or list(SEEN)
    session = current.session()
    return render_template(
        "petugas/daftar.html",
        listing=officers.list_officers(
            session, instansi_id=instansi_id(), roles=roles, opd_kode=opd_kode, page=page_number()
        ),
        without=officers.list_opd_without_operator(session, instansi_id=instansi_id()),
        units=list_units(session, reaches=reaches()),
        roles=[("", "Semua peran"), *((each.value, ROLE_WORDS[each]) for each in SEEN)],
        role=role,
        opd_kode=opd_kode,
        words=ROLE_WORDS,
        named_alone=NAMED_ALONE,
        base=without_page(request),
    )


@bp.get("/tunjuk")
@manager
def choose() -> ResponseReturnValue:
    words = asked_words()
    return render_template(
        "petugas/cari.html",
        words=words,
        listing=officers.find_candidates(current.session(), instansi_id=instansi_id(), words=words, page=page_number()),
        role_words=ROLE_WORDS,
        base=without_page(request),
    )


@bp.route("/tunjuk/<int:user_id>", methods=["GET", "POST"])
@manager
def name(user_id: int) -> ResponseReturnValue:
    with reading_session() as reading:
        candidate = officers.find_candidate(reading, user_id=user_id, instansi_id=instansi_id())
        units = list_units(reading, reaches=reaches())
    form, taken = NamingForm(units), False
    if form.validate_on_submit():
        try:
            return give(candidate, Role(form.peran.data), form.opd.data or "")
        except GrantedAlready:
            current.session().rollback()
            form.peran.errors, taken = [ALREADY], True
    page = render_template("petugas/orang.html", form=form, candidate=candidate, role_words=ROLE_WORDS)
    return page, 409 if taken else 422 if form.errors else 200


def give(candidate: Candidate, role: Role, opd_kode: str) -> ResponseReturnValue:
    """Raises GrantedAlready."""
    session = current.session()
    officers.name_officer(session, current.act(), user_id=candidate.user_id, role=role, opd_kode=opd_kode)
    session.commit()
    flash(f"{candidate.nama} sekarang {ROLE_WORDS[role]}. Sesi dan kode lamanya berakhir.", "success")
    return redirect("/petugas", 303)


@bp.route("/cabut/<int:grant_id>", methods=["GET", "POST"])
@manager
def revoke(grant_id: int) -> ResponseReturnValue:
    return ask_and_revoke(grant_id, instansi_id=instansi_id(), roles=NAMED_ALONE, back=("Petugas", "/petugas"))


def ask_and_revoke(
    grant_id: int, *, instansi_id: int | None, roles: Sequence[Role], back: tuple[str, str]
) -> ResponseReturnValue:
    """Ask for confirmation, then revoke one of these roles. Raises NotFound, Outdated or LastOfficer."""
    with reading_session() as reading:
        officer = officers.find_officer(reading, grant_id=grant_id, instansi_id=instansi_id, roles=roles)
    form, version = ConfirmedForm(), version_of(officer.user_id, officer.role, officer.opd)
    if form.validate_on_submit():
        check_version(sent_version(), officer.user_id, officer.role, officer.opd)
        act = current.act().within(instansi_id)
        officers.revoke_officer(current.session(), act, grant_id=grant_id, roles=roles)
        current.session().commit()
        flash(f"Peran {ROLE_WORDS[officer.role]} dicabut dari {officer.nama}.", "success")
        return redirect(back[1], 303)
    page = render_template(
        "petugas/cabut.html", form=form, officer=officer, version=version, words=ROLE_WORDS, back=back
    )
    return page, 422 if form.errors else 200


@bp.route("/daftar", methods=["GET", "POST"])
@manager
def upload() -> ResponseReturnValue:
    """Read a list and show what it would do. Nothing of it is kept: the next form holds what was shown."""
    form = UploadForm()
    if form.validate_on_submit():
        try:
            return show_plan(read_upload(form.berkas.data))
        except FileRefused as fact:
            form.berkas.errors = [WORDING[type(fact)][2].format(*fact.args)]
    page = render_template("petugas/unggah.html", form=form, most=MOST)
    return page, 422 if form.errors else 200


def read_upload(sent: Any) -> OperatorPlan:
    """Raises a FileRefused or TooManyOperators."""
    with reading_session() as reading:
        return read_operator_file(
            reading, sent.read(), sent.filename or "", instansi_id=instansi_id(), today=current.today()
        )


def show_plan(plan: OperatorPlan) -> ResponseReturnValue:
    page = render_template(
        "petugas/pratinjau.html",
        rows=plan.rows,
        problems=[],
        errors=[(error, say_problem(error)) for error in plan.errors],
        form=ListForm(formdata=None, data={"baris": write_pairs(plan.rows)}),
    )
    return page, 422 if plan.errors else 200


@bp.post("/daftar/terapkan")
@manager
def apply() -> ResponseReturnValue:
    """Make operators of everybody on the list that was shown, all or nobody."""
    form = ListForm()
    pairs = read_pairs(form.baris.data or "")
    if not pairs:
        return redirect("/petugas/daftar", 303)
    with reading_session() as reading:
        rows = describe_pairs(reading, pairs, instansi_id=instansi_id())
    if not form.validate():
        return render_template("petugas/pratinjau.html", rows=rows, errors=[], form=form), 422
    session = current.session()
    # Once more in the transaction, since people and units may have changed while the password was checked.
    describe_pairs(session, pairs, instansi_id=instansi_id())
    new = officers.name_operators(session, current.act(), pairs=pairs)
    session.commit()
    known = f" {number(len(pairs) - new)} lainnya sudah memegang perannya." if new < len(pairs) else ""
    flash(f"{number(new)} operator ditunjuk.{known}", "success")
    return redirect("/petugas", 303)


def write_pairs(rows: Sequence[OperatorRow]) -> str:
    return ",".join(f"{user_id}:{opd_id}" for user_id, opd_id in (row.pair for row in rows))


def read_pairs(text: str) -> list[Pair]:
    """Read what `write_pairs` wrote. Raises Outdated for any other text."""
    pairs = []
    for part in filter(None, text.split(",")):
        user_id, opd_id = (read_number(each) for each in (*part.split(":"), "")[:2])
        if user_id is None or opd_id is None:
            raise Outdated
        pairs.append((user_id, opd_id))
    if len(pairs) > MOST:
        raise Outdated
    return pairs


def instansi_id() -> int:
    return current.actor().reach(Permission.MANAGE_OFFICERS).instansi_id


def reaches() -> tuple[Reach, ...]:
    return current.actor().reaches(Permission.MANAGE_OFFICERS)
