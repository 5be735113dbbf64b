"""Signing in and out, activation, password, and sessions on other devices."""

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import PasswordField, StringField

from netral.accounts import codes, factors, limits, passwords, users
from netral.accounts.access import Actor, Role
from netral.accounts.codes import CodeRefused
from netral.accounts.proposals import list_about
from netral.accounts.sessions import OpenSession, end_one_session, end_other_sessions, list_sessions, record_own
from netral.accounts.users import Credentials
from netral.audit.events import Act
from netral.errors import NetralError
from netral.extensions import reading_session
from netral.reporting.own_activity import FINISHED, Activity, Happened, list_activities
from netral.web.edge import current, sign_in
from netral.web.edge.access import public, signed_in, wants_json
from netral.web.edge.filters import tanggal_waktu
from netral.web.edge.forms import Form, at_most, login_field, required, typed
from netral.web.edge.keeping import Reason, find_kept, lead_on
from netral.web.edge.proving import (
    check_credentials,
    count_failure,
    find_mark,
    forgive,
    guess_at,
    remember_browser,
)
from netral.web.edge.returning import safe_target

bp = Blueprint("account", __name__)
sessions_bp = Blueprint("own_sessions", __name__)

# After signing in, the first of these roles that a person holds decides the landing page.
LANDING = (
    (Role.BKPSDM, "/dasbor"),
    (Role.OPERATOR_OPD, "/dasbor"),
    (Role.INSPEKTORAT, "/pengawasan"),
    (Role.PIMPINAN, "/ringkasan"),
    (Role.PENYUNTING, "/konten"),
    (Role.PENGELOLA, "/pengelola"),
    (Role.PESERTA, "/tugas"),
)
WEAK = {
    passwords.PasswordTooShort: "Kata sandi minimal 12 karakter; boleh berupa kalimat",
    passwords.PasswordTooLong: "Kata sandi paling panjang 200 karakter",
    passwords.PasswordGuessable: "Kata sandi ini mudah ditebak. Pilih kalimat yang tidak memuat nama atau NIP Anda",
    passwords.PasswordCommon: "Kata sandi ini terlalu sering dipakai orang. Pilih kalimat dari beberapa kata",
}
REFUSED = "NIP atau nama masuk tidak cocok dengan kata sandinya"
OLD_REFUSED = "Kata sandi sekarang tidak cocok"
REASONS = {
    Reason.ENDED: "Sesi Anda berakhir. Masuk lagi untuk melanjutkan. Jawaban yang sudah tersimpan tidak hilang.",
    Reason.KEPT: "Sesi Anda berakhir. Masuk lagi untuk melanjutkan; isian Anda disimpan 30 menit.",
    Reason.TOO_LARGE: (
        "Sesi Anda berakhir, dan isian Anda terlalu besar untuk disimpan. Setelah masuk, isi dan kirim lagi."
    ),
    Reason.NOT_KEPT: "Sesi Anda berakhir, dan yang baru saja dikirim tidak disimpan. Setelah masuk, kirim lagi.",
}
CODE_REFUSED = (
    "NIP atau nama masuk tidak cocok dengan kodenya, atau kode sudah dipakai atau lewat 72 jam. "
    "Minta kode baru kepada operator OPD Anda"
)


HAPPENED = {
    Happened.CODE_MADE: "kode dibuat",
    Happened.CODE_USED: "kode dipakai untuk membuat kata sandi",
    Happened.EXAM_STARTED: "ujian dimulai",
    Happened.EXAM_CLOSED: "ujian selesai",
    Happened.IKRAR: "ikrar ditandatangani",
}


class SignInForm(Form):
    nip = login_field()
    kata_sandi = PasswordField("Kata sandi", validators=[required("Isi kata sandi Anda"), at_most(200, "Kata sandi")])


class ActivationForm(Form):
    nip = login_field()
    kode = StringField(
        "Kode sekali pakai",
        validators=[required("Isi kode dari operator OPD Anda"), at_most(40, "Kode")],
        render_kw={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"},
    )
    kata_sandi = PasswordField("Kata sandi baru", validators=[required("Buat kata sandi")])


class PasswordForm(Form):
    lama = PasswordField("Kata sandi sekarang", validators=[required("Isi kata sandi Anda sekarang")])
    kata_sandi = PasswordField("Kata sandi baru", validators=[required("Buat kata sandi baru")])


@bp.get("/mulai")
@signed_in
def start() -> ResponseReturnValue:
    """Redirect to a form that waits to be sent, to new recovery codes if none are left, or to the landing page.

    Without recovery codes, people who lose their telephone could no longer sign in.
    """
    actor = current.actor()
    if find_kept(actor.user_id):
        return redirect(url_for("kept.show"))
    if actor.proof.has_factor and not factors.read_factor(current.session(), user_id=actor.user_id).recovery_left:
        return redirect(url_for("factor.renew_codes"))
    return redirect(landing(actor))


def landing(actor: Actor) -> str:
    return next((path for role, path in LANDING if role in actor.roles), "/profil")


@bp.route("/masuk", methods=["GET", "POST"])
@public
def sign_in_page() -> ResponseReturnValue:
    if request.method == "GET" and current_user.is_authenticated:
        return redirect(url_for("account.start"))
    form = SignInForm()
    if form.validate_on_submit():
        user = check_credentials(typed(form.nip), typed(form.kata_sandi))
        if user is not None and sign_in_user(user, typed(form.kata_sandi)):
            return let_in(lead_on(user.user_id, safe_target(request.values.get("lanjut", ""))))
        form.form_errors.append(REFUSED)
    return answer(form, draw_sign_in(form))


def draw_sign_in(form: SignInForm | None = None, trouble: str = "") -> str:
    """Draw the sign-in page with the typed NIP but never the password. `trouble`: why the form is shown again."""
    return render_template(
        "akun/masuk.html",
        form=form or SignInForm(),
        target=safe_target(request.values.get("lanjut", "")),
        reason=reason if (reason := request.values.get("sebab")) in REASONS else None,
        reasons=REASONS,
        trouble=trouble,
    )


def let_in(place: str) -> ResponseReturnValue:
    """Lead on after signing in: a script is told the address and goes there, other browsers are redirected."""
    return jsonify(next=place) if wants_json() else redirect(place, 303)


def answer(form: Form, page: str) -> ResponseReturnValue:
    """Show the fault of a form: in its page, or as an answer to the script, which leaves the page as it is."""
    if form.errors and wants_json():
        return jsonify(message=next(iter(form.errors.values()))[0]), 422
    return page, 422 if form.errors else 200


def sign_in_user(user: Credentials, password: str) -> bool:
    """Sign the user in; returns False if the password was changed while this one was being verified."""
    stored = user.password_hash or ""
    kept = passwords.hash_password(password, person=user.login) if passwords.needs_rehash(stored) else stored
    session = current.session()
    if not users.is_current(session, user):
        session.rollback()
        return False
    forgive(guess_at(user.login, user))
    if kept != stored:
        users.keep_rehashed(session, user_id=user.user_id, password_hash=kept)
    if sign_in.begin(user.user_id) is None:
        record_own(session, Act(user.user_id, current.now(), user.instansi_id), "user.signed_in")
    session.commit()
    if find_mark(user) is None:
        tell_before(user.user_id)
    remember_browser(user.user_id, kept)
    return True


def tell_before(user_id: int) -> None:
    """Tell somebody who is new to this browser what was done in their name before, if a course was finished."""
    with reading_session() as reading:
        found = list_activities(reading, user_id=user_id)
    if any(each.what is Happened.CODE_USED for each in found) and any(each.what in FINISHED for each in found):
        told = "; ".join(
            map(tell_activity, [each for each in reversed(found) if each.what is not Happened.EXAM_STARTED])
        )
        flash(
            f"Sebelum Anda masuk dari perangkat ini: {told}. Bila ada yang bukan Anda kerjakan, ganti kata sandi di "
            "Profil saya, lalu sampaikan kepada Inspektorat atau BKPSDM."
        )


def tell_activity(activity: Activity) -> str:
    maker = f" oleh {activity.by or 'pengelola'}" if activity.what is Happened.CODE_MADE else ""
    return f"{HAPPENED[activity.what]}{maker} pada {tanggal_waktu(activity.at)}"


@bp.post("/keluar")
@signed_in
def sign_out() -> ResponseReturnValue:
    act = current.act()
    sign_in.end(current_user.token)
    record_own(current.session(), act, "user.signed_out")
    current.session().commit()
    flash("Anda sudah keluar.")
    response = redirect(url_for("public.home"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


@bp.get("/lupa")
@public
def forgotten() -> ResponseReturnValue:
    return render_template("akun/lupa.html")


@bp.route("/aktivasi", methods=["GET", "POST"])
@public
def activate() -> ResponseReturnValue:
    """Set the first password or a new one by a one-time code, on the same page."""
    form = ActivationForm()
    if form.validate_on_submit() and set_first_password(form):
        return let_in(url_for("account.start"))
    return answer(form, draw_activation(form))


def draw_activation(form: ActivationForm | None = None, trouble: str = "") -> str:
    """Draw the activation page with the typed NIP but never the password; after trouble also without the code."""
    form = form or ActivationForm()
    if trouble:
        form.kode.data = ""
    return render_template("akun/aktivasi.html", form=form, trouble=trouble)


def set_first_password(form: ActivationForm) -> bool:
    """Set the password if the code is right, whatever wrong codes others have tried.

    Raises TooManyFailures, PasswordsBusy.
    """
    login, code, password = typed(form.nip), typed(form.kode), typed(form.kata_sandi)
    session, now = current.session(), current.now()
    try:
        with reading_session() as reading:
            name = codes.check_code(reading, login=login, code=code, now=now).nama
        passwords.check_password(password, login=login, nama=name, instansi=current.instansi_name())
        hashed = passwords.hash_password(password, person=login)
        user_id = codes.redeem_code(session, login=login, code=code, password_hash=hashed, now=now)
    except CodeRefused:
        session.rollback()
        refuse_code(login)
        form.kode.errors = [CODE_REFUSED]
        return False
    except tuple(WEAK) as fact:
        form.kata_sandi.errors = [WEAK[type(fact)]]
        return False
    forgive(limits.guess_activation(login, address=current.remote_address()))
    sign_in.begin(user_id)
    session.commit()
    remember_browser(user_id, hashed)
    flash("Kata sandi Anda tersimpan. Lain kali masuk dengan NIP dan kata sandi ini.")
    return True


def refuse_code(login: str) -> None:
    """Count a wrong one-time code; raises TooManyFailures."""
    guess, now = limits.guess_activation(login, address=current.remote_address()), current.now()
    with reading_session() as reading:
        limits.check_pair(reading, guess, now=now)
        slowed = limits.is_slowed(reading, guess, now=now)
        unknown = users.find_credentials(reading, login) is None
    if slowed:
        limits.wait_behind(limits.SLOWED_CODES, guess)
    count_failure(guess, unknown=unknown)


@bp.route("/profil", methods=["GET", "POST"])
@signed_in
def profile() -> ResponseReturnValue:
    form = PasswordForm()
    if form.validate_on_submit() and change_password(form):
        flash("Kata sandi diganti. Perangkat lain yang memakai akun Anda sudah keluar.")
        return redirect(url_for("account.profile"), 303)
    with reading_session() as reading:
        person = users.describe_person(reading, user_id=current.actor().user_id)
        proposed = list_about(reading, user_id=current.actor().user_id, now=current.now())
        activities = list_activities(reading, user_id=current.actor().user_id)
    page = render_template(
        "akun/profil.html",
        form=form,
        person=person,
        proposed=proposed,
        activities=list(map(tell_activity, activities)),
        sessions=read_sessions(),
    )
    return page, 422 if form.errors else 200


def change_password(form: PasswordForm) -> bool:
    """Change the password. Wrong old passwords are counted, so that an open session cannot be used to guess it.

    Raises TooManyFailures, PasswordsBusy.
    """
    actor = current.actor()
    with reading_session() as reading:
        login = users.read_credentials(reading, user_id=actor.user_id).login
    user = check_credentials(login, typed(form.lama))
    if user is None:
        form.lama.errors = [OLD_REFUSED]
        return False
    try:
        passwords.check_password(typed(form.kata_sandi), login=user.login, nama=user.nama, instansi=actor.instansi)
    except NetralError as fact:
        form.kata_sandi.errors = [WEAK[type(fact)]]
        return False
    hashed = passwords.hash_password(typed(form.kata_sandi), person=user.login)
    session = current.session()
    if not users.is_current(session, user):
        session.rollback()
        form.lama.errors = [OLD_REFUSED]
        return False
    forgive(guess_at(user.login, user))
    codes.set_password(session, current.act(), hashed)
    sign_in.begin(actor.user_id, factor=True)
    session.commit()
    remember_browser(actor.user_id, hashed)
    return True


def read_sessions() -> tuple[OpenSession, ...]:
    with reading_session() as reading:
        return list_sessions(reading, user_id=current.actor().user_id, token=current_user.token, now=current.now())


@sessions_bp.post("/profil/sesi/<int:session_id>/akhiri")
@signed_in
def end_one(session_id: int) -> ResponseReturnValue:
    """End one of the person's own sessions; doing it twice has no further effect."""
    end_one_session(current.session(), current.act(), session_id=session_id)
    current.session().commit()
    flash("Perangkat itu sudah keluar.")
    return redirect("/profil#sesi", 303)


@sessions_bp.post("/profil/sesi/akhiri-lainnya")
@signed_in
def end_others() -> ResponseReturnValue:
    end_other_sessions(current.session(), current.act(), token=current_user.token)
    current.session().commit()
    flash("Semua perangkat lain sudah keluar.")
    return redirect("/profil#sesi", 303)
