"""The second factor at /autentikator: asking for its code, setting it up, recovery codes, switching it off."""

import secrets
from collections.abc import Callable

import pyotp
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from netral.accounts import factors, limits
from netral.accounts.access import Awaited
from netral.accounts.factors import Factor, FactorCodeRefused, NothingProposed, RecoveryCodesNewer
from netral.accounts.sealing import NONCE_BYTES, SealBroken
from netral.accounts.sessions import end_session, record_own
from netral.certificates.proof.qr import draw_svg, encode_qr
from netral.errors import NotFound, NotPermitted
from netral.extensions import reading_session
from netral.web.account.account import landing
from netral.web.edge import current, sign_in
from netral.web.edge.access import awaiting, public
from netral.web.edge.forms import Form, at_most, required, typed
from netral.web.edge.keeping import lead_on
from netral.web.edge.proving import (
    CODE_KEYS,
    CODE_REFUSED,
    SIX_DIGITS,
    ConfirmedForm,
    check_code,
    count_failure,
    seal_key,
)
from netral.web.edge.returning import safe_target

bp = Blueprint("factor", __name__)

ISSUER = "Netralitas ASN"
FEW = 3


class CodeForm(Form):
    kode = StringField(
        SIX_DIGITS, validators=[required("Isi kode enam angka"), at_most(40, "Kode")], render_kw=CODE_KEYS
    )


class RecoveryForm(Form):
    kode = StringField(
        "Kode pemulihan",
        validators=[required("Isi salah satu kode pemulihan Anda"), at_most(40, "Kode")],
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class RenewingForm(ConfirmedForm):
    """A form that asks before recovery codes are renewed; `terakhir` names the set of codes that the page knows of."""

    terakhir = StringField()


@bp.route("/masuk/kode", methods=["GET", "POST"])
@awaiting(Awaited.CODE)
def ask_code() -> ResponseReturnValue:
    return ask(CodeForm(), draw_code)


@bp.route("/masuk/kode-pemulihan", methods=["GET", "POST"])
@awaiting(Awaited.CODE)
def ask_recovery_code() -> ResponseReturnValue:
    return ask(RecoveryForm(), draw_recovery)


def draw_code(form: CodeForm | None = None, trouble: str = "") -> str:
    """Draw the page that asks for a code. `trouble`: why the code, which is not shown, must be typed again."""
    form = form or CodeForm(formdata=None)
    return render_template("autentikator/kode.html", form=form, target=asked_target(), trouble=trouble)


def draw_recovery(form: RecoveryForm | None = None, trouble: str = "") -> str:
    form = form or RecoveryForm(formdata=None)
    return render_template("autentikator/pulih.html", form=form, target=asked_target(), trouble=trouble)


def asked_target() -> str | None:
    return safe_target(request.values.get("lanjut", ""))


def ask(form: CodeForm | RecoveryForm, draw: Callable[..., str]) -> ResponseReturnValue:
    user_id = sign_in.actor_at_hand().user_id
    if form.validate_on_submit() and enter(form):
        return redirect(lead_on(user_id, asked_target()), 303)
    return draw(form), 422 if form.errors else 200


def enter(form: CodeForm | RecoveryForm) -> bool:
    """End the session of the password and begin a new one."""
    actor, session = sign_in.actor_at_hand(), current.session()
    checked = check_code(actor.user_id, typed(form.kode))
    if checked.refusal:
        form.kode.errors = [checked.refusal]
        return False
    left = factors.read_factor(session, user_id=actor.user_id).recovery_left
    change_session(actor.user_id)
    record_own(session, actor.act(current.now()), "user.signed_in")
    session.commit()
    if checked.recovery or left <= FEW:
        flash(tell_left(left), "warning")
    return True


def change_session(user_id: int) -> None:
    end_session(current.session(), token=sign_in.token_at_hand(), now=current.now())
    sign_in.begin(user_id, factor=True)


def tell_left(left: int) -> str:
    count = f"Sisa kode pemulihan Anda {left}." if left else "Kode pemulihan Anda habis."
    return f"{count} Buka Profil saya, lalu Autentikator, untuk membuat yang baru atau memasang ponsel lain."


@bp.post("/masuk/batal")
@public
def give_up() -> ResponseReturnValue:
    """End a session that waits for its code: a person who is not signed in cannot sign out."""
    waiting = sign_in.waiting()
    if waiting:
        sign_in.end(waiting.token)
        current.session().commit()
    return redirect(url_for("account.sign_in_page"), 303)


@bp.get("/autentikator")
@awaiting(Awaited.ENROLMENT)
def overview() -> ResponseReturnValue:
    factor = read_own()
    if factor.confirmed_at is None:
        return redirect(url_for("factor.start"))
    return render_template("autentikator/ringkasan.html", factor=factor, few=FEW, obliged=is_obliged())


@bp.route("/autentikator/mulai", methods=["GET", "POST"])
@awaiting(Awaited.ENROLMENT)
def start() -> ResponseReturnValue:
    """Make the secret, by a POST, since a GET writes nothing."""
    form = ConfirmedForm()
    if form.validate_on_submit():
        factors.propose(
            current.session(),
            user_id=sign_in.actor_at_hand().user_id,
            secret=pyotp.random_base32(),
            key=seal_key(),
            nonce=secrets.token_bytes(NONCE_BYTES),
        )
        current.session().commit()
        return redirect(url_for("factor.set_up"), 303)
    page = render_template(
        "autentikator/mulai.html",
        form=form,
        replacing=read_own().confirmed_at is not None,
        obliged=is_obliged(),
        waiting=sign_in.waiting(),
    )
    return page, 422 if form.errors else 200


@bp.route("/autentikator/pasang", methods=["GET", "POST"])
@awaiting(Awaited.ENROLMENT)
def set_up() -> ResponseReturnValue:
    form = CodeForm()
    actor = sign_in.actor_at_hand()
    try:
        if form.validate_on_submit() and confirm(form):
            return redirect(url_for("factor.renew_codes"), 303)
        secret = factors.read_proposed(current.session(), user_id=actor.user_id, key=seal_key())
    except NothingProposed:
        current.session().rollback()
        return redirect(url_for("factor.overview"), 303)
    except SealBroken:
        current.session().rollback()
        return redirect(url_for("factor.start"), 303)
    address = factors.tell_address(secret, nama=actor.nama, issuer=ISSUER)
    page = render_template(
        "autentikator/pasang.html",
        form=form,
        qr=draw_svg(encode_qr(address), label="Kode QR untuk aplikasi autentikator"),
        address=address,
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        waiting=sign_in.waiting(),
    )
    return page, 422 if form.errors else 200


def confirm(form: CodeForm) -> bool:
    """Begin a new session. Raises NothingProposed, SealBroken or TooManyFailures."""
    session, now = current.session(), current.now()
    waited, actor = sign_in.waiting() is not None, sign_in.actor_at_hand()
    user_id, guess = actor.user_id, limits.guess_factor(actor.user_id)
    factors.lock_factor(session, user_id=user_id)
    limits.check_pair(session, guess, now=now)
    try:
        factors.confirm(session, user_id=user_id, code=typed(form.kode), key=seal_key(), now=now)
    except FactorCodeRefused:
        count_failure(guess, unknown=False)
        form.kode.errors = [CODE_REFUSED]
        return False
    limits.forgive(session, guess)
    sign_in.begin(user_id, factor=True)
    if waited:
        record_own(session, actor.act(now), "user.signed_in")
    session.commit()
    return True


@bp.route("/autentikator/kode-pemulihan", methods=["GET", "POST"])
@awaiting(Awaited.ENROLMENT)
def renew_codes() -> ResponseReturnValue:
    """Make new recovery codes as a step of its own after setting up.

    A form that is sent twice asks first, since its earlier codes may have been written down.
    """
    require_factor()
    form, newer = RenewingForm(), False
    if form.validate_on_submit():
        try:
            return show_codes(seen=typed(form.terakhir))
        except RecoveryCodesNewer:
            current.session().rollback()
            newer = True
    with reading_session() as reading:
        user_id = current.actor().user_id
        left = factors.read_factor(reading, user_id=user_id).recovery_left
        seen = factors.name_recovery_codes(reading, user_id=user_id)
    page = render_template(
        "autentikator/kode-baru.html", form=form, left=left, seen=seen, newer=newer, landing=landing(current.actor())
    )
    return page, 409 if newer else 422 if form.errors else 200


def show_codes(*, seen: str) -> ResponseReturnValue:
    """Answer with the new recovery codes, which are stored nowhere in this form. Every other session ends.

    Raises RecoveryCodesNewer.
    """
    actor, now = current.actor(), current.now()
    codes = factors.make_recovery_codes(
        current.session(),
        user_id=actor.user_id,
        new_code=current.settings().new_code,
        now=now,
        token=sign_in.token_at_hand(),
        seen=seen,
    )
    current.session().commit()
    return render_template("autentikator/kode-pemulihan.html", codes=codes, nama=actor.nama, at=now)


@bp.route("/autentikator/lepas", methods=["GET", "POST"])
@awaiting(Awaited.ENROLMENT)
def switch_off() -> ResponseReturnValue:
    require_factor()
    if is_obliged():
        raise NotPermitted("autentikator")
    form = ConfirmedForm()
    if form.validate_on_submit():
        actor = sign_in.actor_at_hand()
        factors.remove_factor(current.session(), actor.act(current.now()), user_id=actor.user_id)
        sign_in.begin(actor.user_id)
        current.session().commit()
        flash("Autentikator dilepas. Perangkat lain yang memakai akun Anda sudah keluar.", "success")
        return redirect("/profil", 303)
    return render_template("autentikator/lepas.html", form=form), 422 if form.errors else 200


def read_own() -> Factor:
    return factors.read_factor(current.session(), user_id=sign_in.actor_at_hand().user_id)


def require_factor() -> None:
    if not sign_in.actor_at_hand().proof.has_factor:
        raise NotFound("autentikator")


def is_obliged() -> bool:
    return sign_in.actor_at_hand().must_have_factor and not current.settings().demo
