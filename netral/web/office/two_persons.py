"""Proposals that two officers decide together: /usulan. The officers of oversight: /pengelola/petugas."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import RadioField, TextAreaField
from wtforms.validators import InputRequired

from netral.accounts import officers, proposals
from netral.accounts.access import Actor, Permission, Role
from netral.accounts.codes import IssuedCode
from netral.accounts.officers import OVERSIGHT, Place
from netral.accounts.proposals import Choice, ProposalOpen, ProposalSettled, ProposalView, Target
from netral.accounts.two_persons import Kind, State
from netral.accounts.users import describe_person
from netral.errors import NotFound
from netral.extensions import reading_session
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import SelectChoice, at_most, required, typed
from netral.web.edge.proving import ConfirmedForm
from netral.web.edge.queries import page_number, without_page
from netral.web.edge.searching import asked_words
from netral.web.edge.tracing import mark_place
from netral.web.office.officers import ROLE_WORDS, ask_and_revoke
from netral.web.office.people import Slip, name_login, show_slips

bp = Blueprint("two_persons", __name__)
officer = requires(Permission.DECIDE_PROPOSALS)
keeper = requires(Permission.MANAGE_OVERSIGHT)

KIND_WORDS = {
    Kind.CODE: "Kode sekali pakai",
    Kind.FACTOR: "Pelepasan autentikator",
    Kind.ROLE: "Penunjukan",
}
STATE_WORDS = {
    State.OPEN: "Menunggu petugas lain",
    State.CONFIRMED: "Disetujui",
    State.DECLINED: "Ditolak",
    State.WITHDRAWN: "Ditarik kembali",
    State.VOID: "Gugur karena perubahan peran",
    State.EXPIRED: "Lewat 72 jam",
}


def by_code(choices: Iterable[Choice]) -> dict[str, Choice]:
    """Return choices by the value that stands for each in a form."""
    return {choice.role.value if choice.role else choice.kind.value: choice for choice in choices}


CHOICES = by_code([Choice(Kind.CODE), Choice(Kind.FACTOR), *(Choice(Kind.ROLE, role) for role in OVERSIGHT)])
OPEN_ALREADY = "Hal yang sama sudah diusulkan dan menunggu petugas lain"


class ProposingForm(ConfirmedForm):
    hal: Any = RadioField("Yang diusulkan", validators=[InputRequired("Pilih yang diusulkan")])
    alasan = TextAreaField("Alasan", validators=[required("Tulis alasannya"), at_most(300, "Alasan")])

    def __init__(self, choices: Mapping[str, Choice] = CHOICES, **more: Any) -> None:
        super().__init__(**more)
        self.hal.choices = [
            SelectChoice(code, tell(choice.kind, choice.role or "")) for code, choice in choices.items()
        ]
        if self.hal.data is None and len(choices) == 1:
            self.hal.data = next(iter(choices))


def tell(kind: Kind, role: str) -> str:
    return f"{KIND_WORDS[kind]} sebagai {ROLE_WORDS[Role(role)]}" if role else KIND_WORDS[kind]


@bp.get("/usulan")
@officer
def overview() -> ResponseReturnValue:
    actor = current.actor()
    listing = proposals.list_proposals(
        current.session(), actor_id=actor.user_id, grants=actor.grants, now=current.now(), page=page_number()
    )
    return render_template(
        "usulan/daftar.html", listing=listing, tell=tell, states=STATE_WORDS, base=without_page(request)
    )


def count_proposals(actor: Actor) -> int:
    """Count the open proposals that wait for this officer's decision."""
    with reading_session() as reading:
        return proposals.count_deciding(reading, actor_id=actor.user_id, grants=actor.grants, now=current.now())


@bp.route("/usulan/baru/<int:person_id>", methods=["GET", "POST"])
@officer
def propose(person_id: int) -> ResponseReturnValue:
    """Propose something about a person; raises NotFound where this officer may propose nothing."""
    target, choices = find_choices(person_id)
    form, opened = ProposingForm(choices), None
    if form.validate_on_submit():
        try:
            return make(target, choices[form.hal.data], typed(form.alasan))
        except ProposalOpen as fact:
            current.session().rollback()
            (opened,) = fact.args
            form.hal.errors = [OPEN_ALREADY]
    page = render_template("usulan/baru.html", form=form, target=target, opened=opened)
    return page, 409 if opened else 422 if form.errors else 200


def find_choices(person_id: int) -> tuple[Target, dict[str, Choice]]:
    """Return a person and what this officer may propose about them, by the value of the form. Raises NotFound."""
    actor = current.actor()
    with reading_session() as reading:
        target = proposals.find_target(reading, user_id=person_id)
    found = proposals.list_choices(target, actor_id=actor.user_id, grants=actor.grants)
    if not found:
        raise NotFound("user", person_id)
    return target, by_code(found)


def make(target: Target, choice: Choice, reason: str) -> ResponseReturnValue:
    """Raises ProposalOpen."""
    session, grants = current.session(), current.actor().grants
    proposal_id = proposals.propose(
        session, current.act(), grants=grants, user_id=target.user_id, choice=choice, reason=reason
    )
    session.commit()
    flash("Usulan dicatat. Petugas lain menyetujuinya dalam 72 jam.", "success")
    return redirect(url_for("two_persons.decide", proposal_id=proposal_id), 303)


@bp.route("/usulan/<int:proposal_id>", methods=["GET", "POST"])
@officer
def decide(proposal_id: int) -> ResponseReturnValue:
    """Show a proposal, and confirm, decline or withdraw it. Only the answer to a confirmation shows a code."""
    view = find_view(proposal_id)
    form, wanted = ConfirmedForm(), request.form.get("tindakan", "")
    try:
        if request.method == "POST" and wanted in {"tarik", "tolak"}:
            return end(proposal_id, wanted)
        if wanted == "setujui" and form.validate_on_submit():
            return confirm(view)
    except ProposalSettled:
        current.session().rollback()
        return show(find_view(proposal_id), form), 409
    return show(view, form), 422 if form.errors else 200


def find_view(proposal_id: int) -> ProposalView:
    actor = current.actor()
    with reading_session() as reading:
        return proposals.read_proposal(
            reading, actor_id=actor.user_id, grants=actor.grants, proposal_id=proposal_id, now=current.now()
        )


def show(view: ProposalView, form: ConfirmedForm) -> str:
    actor = current.actor()
    with reading_session() as reading:
        may_decide = proposals.may_decide(reading, view, actor_id=actor.user_id, grants=actor.grants)
        confirmers = proposals.list_confirmers(reading, view) if view.state is State.OPEN else ()
        nobody = bool(confirmers) and not proposals.has_confirmer(reading, view)
    return render_template(
        "usulan/satu.html",
        view=view,
        form=form,
        what=tell(view.kind, view.role),
        state=STATE_WORDS[view.state],
        is_open=view.state is State.OPEN,
        may_decide=may_decide,
        confirmers=" atau ".join(ROLE_WORDS[role] for role in confirmers),
        nobody=nobody,
        may_withdraw=view.proposed_by == actor.user_id,
        gives_code=view.kind is not Kind.FACTOR,
        takes_factor=view.kind is Kind.FACTOR,
        names=view.kind is Kind.ROLE,
    )


def end(proposal_id: int, wanted: str) -> ResponseReturnValue:
    """Withdraw or decline. Raises NotFound, OwnProposal, NotPermitted or ProposalSettled."""
    session, act = current.session(), current.act()
    if wanted == "tarik":
        proposals.withdraw(session, act, proposal_id=proposal_id)
    else:
        proposals.decline(session, act, grants=current.actor().grants, proposal_id=proposal_id)
    session.commit()
    flash("Usulan ditarik kembali." if wanted == "tarik" else "Usulan ditolak. Tidak ada yang berubah.")
    return redirect("/usulan", 303)


def confirm(view: ProposalView) -> ResponseReturnValue:
    """Raises OwnProposal, NotPermitted or ProposalSettled."""
    session = current.session()
    issued = proposals.confirm(
        session,
        current.act(),
        grants=current.actor().grants,
        proposal_id=view.id,
        new_code=current.settings().new_code,
        place=mark_place(),
    )
    session.commit()
    if issued is None:
        flash(f"Disetujui. {tell(view.kind, view.role)} untuk {view.target} sudah berlaku.", "success")
        return redirect(url_for("two_persons.decide", proposal_id=view.id), 303)
    return show_code(issued)


def show_code(issued: IssuedCode) -> str:
    with reading_session() as reading:
        person = describe_person(reading, user_id=issued.user_id)
    slip = Slip(issued.nama, person.opd or "", name_login(issued.login, person.nip), issued.code)
    return show_slips([slip], until=issued.expires_at, back=("Usulan", "/usulan"))


@bp.get("/pengelola/petugas")
@keeper
def oversight() -> ResponseReturnValue:
    """List the officers of oversight of the chosen instansi and those of the installation, and find people to name."""
    session, words = current.session(), asked_words()
    rows = officers.list_places(session)
    chosen = choose_instansi(rows)
    return render_template(
        "pengelola/petugas.html",
        rows=rows,
        chosen=chosen,
        named=officers.list_officers(session, instansi_id=chosen.id, roles=OVERSIGHT).items if chosen else (),
        keepers=officers.list_officers(session, instansi_id=None, roles=OVERSIGHT).items,
        candidates=officers.find_candidates(session, instansi_id=chosen.id, words=words).items if chosen else (),
        words=words,
        role_words=ROLE_WORDS,
    )


def choose_instansi(rows: Sequence[Place]) -> Place | None:
    """Return the instansi of `?instansi=`, else the first one; none where there is none. Raises NotFound."""
    kode = request.args.get("instansi", "")
    found = next((row for row in rows if row.kode == kode or not kode), None)
    if kode and found is None:
        raise NotFound("instansi", kode)
    return found


@bp.route("/pengelola/petugas/cabut/<int:held_id>", methods=["GET", "POST"])
@keeper
def revoke(held_id: int) -> ResponseReturnValue:
    """Revoke a role of oversight, which one pengelola may do alone: it lets nobody in."""
    with reading_session() as reading:
        place = officers.find_place_of(reading, grant_id=held_id)
    back = ("Petugas pengawasan", "/pengelola/petugas")
    return ask_and_revoke(held_id, instansi_id=place, roles=OVERSIGHT, back=back)
