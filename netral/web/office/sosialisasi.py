"""Meetings at /sosialisasi: calling them, the code on the speaker's screen, the roll call, polls by raised hands."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime, time
from html import unescape
from urllib.parse import urlencode

from flask import Blueprint, flash, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import Field, SelectField, SelectMultipleField, StringField
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from netral.accounts.access import Permission, Reach
from netral.accounts.directory import list_tops, list_units
from netral.errors import NotFound
from netral.extensions import reading_session
from netral.indonesian import day, number
from netral.learning.periods.reading import list_periods
from netral.organisation.instansi import find_opd
from netral.outreach.reminders import whatsapp_link, write_invitation
from netral.quiz.questions import Verdict
from netral.settings import make_secret
from netral.sosialisasi import attending, holding, polling
from netral.sosialisasi.holding import Meeting, MeetingPlan, MeetingState
from netral.versions import Outdated, version_of
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.forms import DayField, Form, ReasonForm, at_most, chosen_day, required, sent_version, typed
from netral.web.edge.queries import page_number, read_number, without_page
from netral.web.edge.searching import asked_words

bp = Blueprint("sosialisasi", __name__)

STATE_WORDS = {
    MeetingState.UPCOMING: ("Akan datang", ""),
    MeetingState.OPEN: ("Berlangsung", "strong"),
    MeetingState.OVER: ("Selesai", "ok"),
    MeetingState.CANCELLED: ("Dibatalkan", "warning"),
}
METHOD_WORDS = {attending.BY_CODE: "kode", attending.BY_NAME: "absen", None: "belum tercatat"}
PRESENCE = (("", "Semua"), ("hadir", "Hadir"), ("belum", "Belum tercatat"))
VERDICT_WORDS = {Verdict.BOLEH: "Boleh", Verdict.TIDAK: "Tidak", Verdict.TERGANTUNG: "Tergantung"}
CLOCK = re.compile(r"([01]?\d|2[0-3])[.:]([0-5]\d)")
NO_PERIOD = ""
TAG = re.compile(r"<[^>]+>")
HANDS = "Isi ketiga hitungan dengan bilangan 0 atau lebih; sedikitnya satu tangan"
TOO_MANY_HANDS = f"Jumlah ketiga hitungan paling banyak {number(polling.MOST_HANDS)} tangan"
CASE_GONE = "Perkara itu tidak lagi ditawarkan, jadi hitungannya belum disimpan. Pilih perkara lain"
CHANGED = "Petugas lain mengubah sosialisasi ini setelah halaman Anda dibuka. Periksa lagi isinya"
OVER = "Sosialisasi ini sudah selesai atau sudah dibatalkan. Tidak ada yang berubah."
NOT_HELD = {
    MeetingState.UPCOMING: "Kehadiran dan tangan dicatat mulai 30 menit sebelum acara. Belum ada yang tercatat.",
    MeetingState.CANCELLED: "Sosialisasi ini dibatalkan, jadi tidak ada yang dicatat.",
}


class CheckboxesField(SelectMultipleField):
    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class MeetingForm(Form):
    judul = StringField("Judul", validators=[required("Isi judulnya"), at_most(200, "Judul")])
    tempat = StringField("Tempat", validators=[required("Isi tempatnya"), at_most(200, "Tempat")])
    pembicara = StringField("Pembicara", validators=[required("Isi pembicaranya"), at_most(200, "Pembicara")])
    tanggal = DayField("Tanggal", "Isi tanggalnya")
    mulai = StringField("Mulai pukul", validators=[required("Isi jam mulai")])
    selesai = StringField("Selesai pukul", validators=[required("Isi jam selesai")])
    periode = SelectField("Periode yang hasil ujiannya dibandingkan")
    opd = CheckboxesField("Yang diundang")

    def validate_mulai(self, field: Field) -> None:
        read_time(field)

    def validate_selesai(self, field: Field) -> None:
        read_time(field)

    def offer(self, units: list[tuple[str, str]], periods: list[tuple[str, str]]) -> "MeetingForm":
        self.opd.choices, self.periode.choices = units, [(NO_PERIOD, "Tidak ada"), *periods]
        return self


def read_time(field: Field) -> time:
    found = CLOCK.fullmatch(typed(field).strip())
    if found is None:
        raise ValidationError("Tulis jam seperti 08.30")
    return time(int(found[1]), int(found[2]))


def within() -> int:
    return current.actor().reach(Permission.NOTE_ATTENDANCE).instansi_id


def reach() -> Reach:
    return current.actor().reach(Permission.NOTE_ATTENDANCE)


def find(meeting_id: int) -> Meeting:
    with reading_session() as reading:
        return holding.find_meeting(reading, meeting_id, instansi_id=within())


@bp.get("/sosialisasi")
@requires(Permission.NOTE_ATTENDANCE)
def overview() -> ResponseReturnValue:
    listing = holding.list_meetings(current.session(), instansi_id=within(), page=page_number())
    rows = listing.map(lambda meeting: (meeting, STATE_WORDS[meeting.state(current.now())]))
    return render_template("sosialisasi/daftar.html", listing=rows, base=without_page(request))


@bp.route("/sosialisasi/baru", methods=["GET", "POST"])
@requires(Permission.CALL_MEETINGS)
def call() -> ResponseReturnValue:
    form = offer(MeetingForm())
    if not form.validate_on_submit():
        return show_form(form, "/sosialisasi/baru")

    def save(plan: MeetingPlan) -> int:
        return holding.call_meeting(
            current.session(), current.act(), plan, random_bytes=make_secret(holding.SECRET_BYTES)
        )

    return keep(form, save, "/sosialisasi/baru", "Sosialisasi tersimpan.")


@bp.route("/sosialisasi/<int:meeting_id>/ubah", methods=["GET", "POST"])
@requires(Permission.CALL_MEETINGS)
def change(meeting_id: int) -> ResponseReturnValue:
    meeting, place = find(meeting_id), f"/sosialisasi/{meeting_id}/ubah"
    if not may_change(meeting):
        return tell_over(meeting_id)
    with reading_session() as reading:
        kodes, version = holding.list_invited(reading, meeting_id), version_of(holding.describe(reading, meeting))
        periods = {each.id: each.kode for each in list_periods(reading, instansi_id=within())}
    start, end = (each.astimezone(current.zona()) for each in (meeting.starts_at, meeting.ends_at))
    shown = {
        **{name: getattr(meeting, name) for name in ("judul", "tempat", "pembicara")},
        "tanggal": start.date(),
        "mulai": f"{start:%H.%M}",
        "selesai": f"{end:%H.%M}",
        "opd": kodes,
        "periode": periods.get(meeting.period_id or 0, NO_PERIOD),
    }
    form = offer(MeetingForm(data=shown))
    if not form.validate_on_submit():
        return show_form(form, place, version=version)
    sent = sent_version()

    def save(plan: MeetingPlan) -> int:
        holding.change_meeting(current.session(), current.act(), meeting_id, plan, version=sent)
        return meeting_id

    return keep(form, save, place, "Perubahan tersimpan.", version=version)


def may_change(meeting: Meeting) -> bool:
    return meeting.state(current.now()) in {MeetingState.UPCOMING, MeetingState.OPEN}


def tell_over(meeting_id: int) -> ResponseReturnValue:
    """Lead to a meeting that has ended or was called off, and say that nothing of it was changed."""
    flash(OVER)
    return redirect(f"/sosialisasi/{meeting_id}", 303)


def offer(form: MeetingForm) -> MeetingForm:
    with reading_session() as reading:
        units = list_units(reading, reaches=[Reach(within())])
        tops = [(unit.kode, unit.nama) for unit in units if unit.depth == 0 or unit in list_tops(units)]
        periods = [(each.kode, each.nama) for each in list_periods(reading, instansi_id=within())]
    return form.offer(tops, periods)


def show_form(form: MeetingForm, place: str, *, version: str = "", status: int = 0) -> ResponseReturnValue:
    page = render_template("sosialisasi/isian.html", form=form, place=place, version=version)
    return page, status or (422 if form.errors else 200)


def keep(
    form: MeetingForm, save: Callable[[MeetingPlan], int], place: str, told: str, *, version: str = ""
) -> ResponseReturnValue:
    """Save the plan of a valid form, or show it again with what has to be corrected."""
    session = current.session()
    try:
        meeting_id = save(as_plan(form))
        session.commit()
    except holding.TimesReversed:
        session.rollback()
        form.selesai.errors = ["Jam selesai harus setelah jam mulai, paling lama 12 jam sesudahnya"]
    except holding.NobodyInvited:
        session.rollback()
        form.opd.errors = ["Pilih sedikitnya satu unit"]
    except Outdated:
        session.rollback()
        form.form_errors.append(CHANGED)
        return show_form(form, place, version=version, status=409)
    else:
        seen = may_change(find(meeting_id))
        flash(f"{told} Yang diundang melihatnya di Tugas saya." if seen else told, "success")
        return redirect(f"/sosialisasi/{meeting_id}", 303)
    return show_form(form, place, version=version)


def as_plan(form: MeetingForm) -> MeetingPlan:
    date, zone = chosen_day(form.tanggal), current.zona()
    with reading_session() as reading:
        kodes = form.opd.data or []
        opd_ids = tuple(find_opd(reading, instansi_id=within(), kode=kode).id for kode in kodes)
        periods = {each.kode: each.id for each in list_periods(reading, instansi_id=within())}
    return MeetingPlan(
        **{name: typed(form[name]).strip() for name in ("judul", "tempat", "pembicara")},
        starts_at=datetime.combine(date, read_time(form.mulai), zone),
        ends_at=datetime.combine(date, read_time(form.selesai), zone),
        opd_ids=opd_ids,
        period_id=periods.get(form.periode.data),
    )


@bp.get("/sosialisasi/<int:meeting_id>")
@requires(Permission.NOTE_ATTENDANCE)
def detail(meeting_id: int) -> ResponseReturnValue:
    meeting, session = find(meeting_id), current.session()
    words, presence = asked_words(), request.args.get("kehadiran", "")
    absent = {"hadir": False, "belum": True}.get(presence)
    listing = attending.list_attendees(session, meeting, reach=reach(), words=words, absent=absent, page=page_number())
    present = attending.list_attendees(session, meeting, reach=reach(), absent=False).total
    return render_template(
        "sosialisasi/rincian.html",
        meeting=meeting,
        state=STATE_WORDS[meeting.state(current.now())],
        open=may_change(meeting),
        running=meeting.state(current.now()) is MeetingState.OPEN,
        held=meeting.state(current.now()) in {MeetingState.OPEN, MeetingState.OVER},
        may_change=current.actor().may(Permission.CALL_MEETINGS),
        listing=listing,
        present=present,
        invited=attending.list_attendees(session, meeting, reach=reach()).total,
        words=words,
        presence=presence,
        presences=PRESENCE,
        methods=METHOD_WORDS,
        invitation=(text := write_text(meeting)),
        whatsapp=whatsapp_link(text),
        polls=polling.list_polls(session, meeting_id),
        verdicts=VERDICT_WORDS,
        base=without_page(request),
        query=f"?{urlencode(list(request.args.items(multi=True)))}" if request.args else "",
    )


def write_text(meeting: Meeting) -> str:
    start = meeting.starts_at.astimezone(current.zona())
    return write_invitation(
        judul=meeting.judul,
        when=f"{day(start.date())} pukul {start:%H.%M}",
        tempat=meeting.tempat,
        pembicara=meeting.pembicara,
        address=f"{current.settings().base_url}/hadir/{meeting.id}",
    )


@bp.route("/sosialisasi/<int:meeting_id>/batal", methods=["GET", "POST"])
@requires(Permission.CALL_MEETINGS)
def call_off(meeting_id: int) -> ResponseReturnValue:
    meeting, form = find(meeting_id), ReasonForm()
    if not may_change(meeting):
        return tell_over(meeting_id)
    if form.validate_on_submit():
        holding.call_off(current.session(), current.act(), meeting_id, reason=typed(form.alasan))
        current.session().commit()
        flash("Sosialisasi dibatalkan. Yang diundang tidak lagi melihatnya di Tugas saya.", "success")
        return redirect(f"/sosialisasi/{meeting_id}", 303)
    return render_template("sosialisasi/batal.html", meeting=meeting, form=form), 422 if form.errors else 200


@bp.get("/sosialisasi/<int:meeting_id>/layar")
@requires(Permission.NOTE_ATTENDANCE)
def screen(meeting_id: int) -> ResponseReturnValue:
    """Show the code of this minute in large digits; the page loads again by itself as the next minute begins."""
    meeting, now = find(meeting_id), current.now()
    open_now = meeting.state(now) is MeetingState.OPEN
    page = make_response(
        render_template(
            "sosialisasi/layar.html",
            meeting=meeting,
            cancelled=meeting.cancelled_at is not None,
            code=meeting.code(now) if open_now else None,
            address=f"{current.settings().base_url.split('://', 1)[1]}/hadir/{meeting.id}",
        )
    )
    if open_now:
        page.headers["Refresh"] = str(meeting.seconds_left(now))
    return page


@bp.post("/sosialisasi/<int:meeting_id>/absen")
@requires(Permission.NOTE_ATTENDANCE)
def call_roll(meeting_id: int) -> ResponseReturnValue:
    ticked = [found for text in request.form.getlist("orang") if (found := read_number(text)) is not None]
    try:
        noted = attending.call_roll(current.session(), current.act(), meeting_id, reach=reach(), asn_ids=ticked)
    except attending.MeetingNotOpen as fact:
        current.session().rollback()
        flash(NOT_HELD[fact.args[0]], "warning")
    else:
        current.session().commit()
        flash(f"{number(noted)} orang dicatat hadir." if noted else "Tidak ada yang berubah.", "success")
    return lead_back(meeting_id)


def lead_back(meeting_id: int) -> ResponseReturnValue:
    """Lead back to the part of the list from which the form was sent: a roll of hundreds is called page by page."""
    query = urlencode(list(request.args.items(multi=True)))
    return redirect(f"/sosialisasi/{meeting_id}?{query}" if query else f"/sosialisasi/{meeting_id}", 303)


@bp.post("/sosialisasi/<int:meeting_id>/coret")
@requires(Permission.NOTE_ATTENDANCE)
def strike(meeting_id: int) -> ResponseReturnValue:
    asn_id = read_number(request.form.get("orang", ""))
    if asn_id is None:
        raise NotFound("asn")
    struck = attending.strike(current.session(), current.act(), meeting_id, reach=reach(), asn_id=asn_id)
    current.session().commit()
    flash("Kehadiran dicoret. Anda dapat mencatatnya lagi." if struck else "Tidak ada yang berubah.")
    return lead_back(meeting_id)


@bp.route("/sosialisasi/<int:meeting_id>/tangan", methods=["GET", "POST"])
@requires(Permission.NOTE_ATTENDANCE)
def count_hands(meeting_id: int) -> ResponseReturnValue:
    """Show a case to be read out, then take the counted hands."""
    if (state := find(meeting_id).state(current.now())) in NOT_HELD:
        flash(NOT_HELD[state], "warning")
        return redirect(f"/sosialisasi/{meeting_id}", 303)
    with reading_session() as reading:
        cases = {case.key: case for case in polling.list_cases(reading)}
    case = cases.get(request.values.get("kasus", ""))
    if request.method == "GET":
        return show_hands(meeting_id, cases, case)
    if case is None:
        return show_hands(meeting_id, cases, None, {}, {"text": CASE_GONE, "target": "kasus"})
    counts = {verdict: read_number(request.form.get(verdict.value, "")) for verdict in polling.CHOICES}
    hands = {verdict: count for verdict, count in counts.items() if count is not None}
    if len(hands) == len(counts) and 0 < sum(hands.values()) <= polling.MOST_HANDS:
        polling.count_hands(current.session(), current.act(), meeting_id, case=case, hands=hands)
        current.session().commit()
        flash("Hitungan tersimpan. Bacakan putusan dan alasannya di bawah.", "success")
        return redirect(f"/sosialisasi/{meeting_id}#tangan", 303)
    told = TOO_MANY_HANDS if sum(hands.values()) > polling.MOST_HANDS else HANDS
    return show_hands(meeting_id, cases, case, counts, {"text": told, "target": Verdict.BOLEH.value})


def show_hands(
    meeting_id: int,
    cases: Mapping[str, polling.PollCase],
    case: polling.PollCase | None,
    wrong: Mapping[Verdict, int | None] | None = None,
    problem: dict[str, str] | None = None,
) -> ResponseReturnValue:
    """Show the cases to choose from, or one with its form. `wrong`: counts that were sent and have to be corrected."""
    page = render_template(
        "sosialisasi/tangan.html",
        meeting=find(meeting_id),
        cases=[(key, strip_tags(each.text)[:120]) for key, each in cases.items()],
        case=case,
        counts=wrong or {},
        verdicts=VERDICT_WORDS,
        wrong=wrong is not None,
        problems=[problem] if problem else [],
    )
    return page, 422 if problem else 200


def strip_tags(html: str) -> str:
    return unescape(TAG.sub("", html)).strip()
