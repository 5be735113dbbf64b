"""Periods at /periode: the list, opening one, closing one early."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, Field, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import ValidationError

from netral.accounts.access import Permission
from netral.errors import NetralError, NotFound
from netral.extensions import reading_session
from netral.folding import fold_signs
from netral.indonesian import day, number, within_sentence
from netral.learning.exams.closing import close_attempts_of
from netral.learning.exams.sittings import count_sitting
from netral.learning.periods import opening
from netral.learning.periods.diklat import name_kind
from netral.learning.periods.opening import (
    KodeTaken,
    NoEdition,
    OpeningPreview,
    PeriodKind,
    PeriodPlan,
    close_period,
    decide,
    default_blueprint,
    open_period,
    preview_opening,
)
from netral.learning.periods.participants import HeadCount, count_participants
from netral.learning.periods.reading import PeriodState, PeriodView, choose_period, list_periods
from netral.learning.raising import find_newer, find_present
from netral.quiz.blueprint import Blueprint as ExamBlueprint
from netral.quiz.blueprint import KeysShown
from netral.quiz.chances import chance_to_pass
from netral.quiz.drawing import PoolTooSmall, Shortage
from netral.quiz.questions import Indicator
from netral.web.edge import current
from netral.web.edge.access import requires
from netral.web.edge.completing import finish
from netral.web.edge.forms import (
    DayField,
    Form,
    NumberField,
    at_most,
    check_printable,
    chosen_day,
    folding,
    required,
    typed,
)
from netral.web.office.hours_fields import EXPLAINED_HOURS, kind_field, read_hours
from netral.words.questions import INDICATORS

bp = Blueprint("periods", __name__)

KEYS_WORDS = {
    KeysShown.LULUS: "Langsung kepada yang lulus",
    KeysShown.TENGGAT: "Kepada yang lulus, sesudah tenggat",
    KeysShown.TUTUP: "Sesudah periode ditutup",
    KeysShown.HABIS: "Kepada yang lulus atau habis kesempatannya",
}
KIND_WORDS = {
    PeriodKind.PEMILU: "Pemilu",
    PeriodKind.PILKADA: "Pilkada",
    PeriodKind.PILKADES: "Pilkades",
    PeriodKind.DI_LUAR: "Di luar tahapan",
}
SECONDS = 60
# What the confirmation tells a rule by: the share of the material that somebody knows who is not sure to pass.
KNOWN = 0.75
COUNTS = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh")
# The address of the form itself.
RESERVED = "buka"


def number_field(label: str, *, must: bool = True) -> NumberField:
    message = f"Isi {within_sentence(label.split(' (', maxsplit=1)[0])} dengan bilangan bulat"
    return NumberField(label, message if must else "", unreadable=message)


def quota_name(indicator: Indicator) -> str:
    return f"kuota_{indicator}"


def quota_field(indicator: Indicator) -> NumberField:
    name = INDICATORS[indicator]
    return NumberField(name, unreadable=f"Isi jumlah soal {within_sentence(name)} dengan bilangan bulat")


class PeriodForm(Form):
    kode = StringField(
        "Kode", filters=[folding(fold_signs)], validators=[required("Isi kode periode"), at_most(32, "Kode")]
    )
    nama = StringField("Nama", validators=[required("Isi nama periode"), at_most(200, "Nama")])
    jenis = SelectField("Jenis", choices=[SelectChoice(kind.value, text) for kind, text in KIND_WORDS.items()])
    mulai = DayField("Mulai", "Isi hari pertama periode")
    tenggat = DayField("Tenggat", "Isi tenggat")
    tutup = DayField("Tutup", "Isi hari terakhir ujian dapat dikerjakan")
    berlaku_sampai = DayField("Sertifikat berlaku sampai")
    lulus = number_field("Batas lulus (persen)")
    kesempatan = number_field("Kesempatan ujian")
    jeda = number_field("Jeda antarpercobaan (menit)")
    batas = number_field("Batas waktu ujian (menit)", must=False)
    kuota_karier = quota_field(Indicator.KARIER)
    kuota_partai = quota_field(Indicator.PARTAI)
    kuota_kampanye = quota_field(Indicator.KAMPANYE)
    kuota_layanan = quota_field(Indicator.LAYANAN)
    kuota_umum = quota_field(Indicator.UMUM)
    modul_dulu = BooleanField("Ujian terbuka setelah semua modul dibaca")
    tes_awal = BooleanField("Sebelum membaca, pegawai boleh mencoba tes awal (tidak wajib)")
    cetak_nilai = BooleanField("Nilai dicetak pada sertifikat")
    baca_ulang = BooleanField("Sebelum mengulang, halaman tentang soal yang belum sesuai dibaca lagi")
    kunci_tampil = SelectField(
        "Jawaban yang sesuai ditampilkan",
        choices=[SelectChoice(each.value, text) for each, text in KEYS_WORDS.items() if each is not KeysShown.HABIS],
    )

    jp = number_field("JP (jam pelajaran)", must=False)
    dasar_jp = StringField("Dasar JP", validators=[at_most(200, "Dasar JP")])
    jenis_diklat = kind_field()

    def validate_kode(self, field: Field) -> None:
        if typed(field).strip() == RESERVED:
            raise ValidationError(f"Kode {RESERVED} dipakai untuk alamat halaman ini. Pilih kode lain")

    def validate_nama(self, field: Field) -> None:
        check_printable(field)

    def validate_dasar_jp(self, field: Field) -> None:
        check_printable(field)

    @property
    def quotas(self) -> dict[Indicator, int]:
        return {each: self[quota_name(each)].data for each in Indicator if self[quota_name(each)].data}


def propose(blueprint: ExamBlueprint) -> dict[str, Any]:
    """Return the values of the form that the newest edition proposes."""
    limit = blueprint.limit_seconds
    return {
        "jenis": PeriodKind.PILKADA.value,
        "lulus": blueprint.pass_percent,
        "kesempatan": blueprint.attempts,
        "jeda": blueprint.pause_minutes,
        "batas": -(-limit // SECONDS) if limit else None,
        **{quota_name(each): blueprint.quotas.get(each, 0) for each in Indicator},
        "modul_dulu": blueprint.modules_first,
        "cetak_nilai": blueprint.score_printed,
        "baca_ulang": blueprint.relearn,
        "kunci_tampil": blueprint.keys_shown.value,
        "tes_awal": blueprint.pretest,
    }


def as_plan(form: PeriodForm) -> PeriodPlan:
    """Read the plan from a form that has validated."""
    return PeriodPlan(
        kode=typed(form.kode).strip(),
        nama=typed(form.nama).strip(),
        jenis=PeriodKind(form.jenis.data),
        first_day=chosen_day(form.mulai),
        due_day=chosen_day(form.tenggat),
        last_day=chosen_day(form.tutup),
        valid_until=form.berlaku_sampai.data,
        pass_percent=form.lulus.data,
        attempts=form.kesempatan.data,
        pause_minutes=form.jeda.data,
        limit_seconds=SECONDS * (form.batas.data or 0),
        quotas=form.quotas,
        modules_first=bool(form.modul_dulu.data),
        score_printed=bool(form.cetak_nilai.data),
        relearn=bool(form.baca_ulang.data),
        keys_shown=KeysShown(form.kunci_tampil.data),
        pretest=bool(form.tes_awal.data),
        **asdict(read_hours(form)),
    )


REVERSED = {
    "due_day": ("tenggat", "Tenggat harus pada atau setelah tanggal mulai"),
    "last_day": ("tutup", "Tanggal tutup harus pada atau setelah tenggat"),
    "valid_until": ("berlaku_sampai", "Sertifikat harus berlaku setidaknya sampai tanggal tutup"),
}
SETTING_FIELDS = {
    "pass_percent": ("lulus", 1),
    "attempts": ("kesempatan", 1),
    "pause_minutes": ("jeda", 1),
    "limit_seconds": ("batas", SECONDS),
    "size": (quota_name(Indicator.KARIER), 1),
}
Explained = tuple[str | None, str]


def explain_setting(fact: NetralError) -> Explained:
    name, _, lowest, highest = fact.args
    field, unit = SETTING_FIELDS.get(name, (None, 1))
    what = "Jumlah soal" if name == "size" else "Isian ini"
    return field, f"{what} harus {lowest // unit} sampai {highest // unit}"


def explain_pool(fact: NetralError) -> Explained:
    about = next((short.indicator for short in fact.args if short.indicator), Indicator.KARIER)
    return quota_name(about), "Bank soal tidak cukup. " + "; ".join(map(explain_shortage, fact.args))


def explain_shortage(short: Shortage) -> str:
    name = INDICATORS[short.indicator] if short.indicator else "Soal yang menunjukkan hal boleh atau tergantung"
    whose = f" bagi {short.audience.value}" if short.audience else ""
    return f"{name}{whose}: perlu {short.needed}, tersedia {short.available}"


MALFORMED = "Pakai 1 sampai 32 huruf, angka, titik, garis bawah, atau tanda hubung"
NO_EDITION = "Belum ada edisi yang terbit. Penyunting menerbitkan isi dahulu"
NO_ASN = "Belum ada pegawai aktif. Impor data pegawai dahulu"
EXPLAINED: Mapping[type[NetralError], Callable[[NetralError], Explained]] = {
    opening.KodeMalformed: lambda _: ("kode", MALFORMED),
    opening.KodeTaken: lambda fact: ("kode", f"Sudah ada periode dengan kode {fact.args[0]}. Pilih kode lain"),
    opening.DatesReversed: lambda fact: REVERSED[fact.args[1]],
    opening.PeriodOver: lambda fact: ("tutup", f"Tanggal tutup {day(fact.args[0])} sudah lewat"),
    opening.SettingOutOfRange: explain_setting,
    opening.NoEdition: lambda _: (None, NO_EDITION),
    opening.NoAsn: lambda _: (None, NO_ASN),
    PoolTooSmall: explain_pool,
    **EXPLAINED_HOURS,
}


def show_fact(form: PeriodForm, fact: NetralError) -> None:
    """Show a fact beside the field that it is about, else above the form."""
    name, text = EXPLAINED[type(fact)](fact)
    if name is None:
        form.form_errors.append(text)
    else:
        form[name].errors = [text]


STATE_WORDS = {
    PeriodState.UPCOMING: ("Akan dibuka", ""),
    PeriodState.OPEN: ("Dibuka", "ok"),
    PeriodState.LATE: ("Lewat tenggat", "warning"),
    PeriodState.CLOSED: ("Ditutup", ""),
}


def instansi_id() -> int:
    return current.actor().reach(Permission.MANAGE_PERIODS).instansi_id


def find_period(kode: str) -> PeriodView:
    """Find a period, reading apart from the request's session. Raises NotFound."""
    with reading_session() as reading:
        return choose_period(reading, instansi_id=instansi_id(), kode=kode, now=current.now())


def state_words(period: PeriodView) -> tuple[str, str]:
    """Return the word and the tone of its tag."""
    return STATE_WORDS[period.state(current.now())]


@bp.get("/periode")
@requires(Permission.MANAGE_PERIODS)
def overview() -> ResponseReturnValue:
    session = current.session()
    counts = count_participants(session, instansi_id=instansi_id())
    rows = [
        (period, state_words(period), counts.get(period.id, HeadCount()))
        for period in list_periods(session, instansi_id=instansi_id())
    ]
    return render_template("periode/daftar.html", rows=rows, kinds=KIND_WORDS)


@bp.get("/periode/<kode>")
@requires(Permission.MANAGE_PERIODS)
def detail(kode: str) -> ResponseReturnValue:
    period = find_period(kode)
    counts = count_participants(current.session(), instansi_id=period.instansi_id)
    return render_template(
        "periode/rincian.html",
        period=period,
        state=state_words(period),
        count=counts.get(period.id, HeadCount()),
        sitting=count_sitting(current.session(), period_id=period.id),
        kinds=KIND_WORDS,
        keys_words=KEYS_WORDS,
        indicators=INDICATORS,
        may_close=period.state(current.now()) in {PeriodState.OPEN, PeriodState.LATE},
        present=find_present(current.session(), period),
        newer=find_newer(current.session(), period, now=current.now()),
        diklat=name_kind(period.jenis_diklat),
    )


@bp.route("/periode/buka", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def open_one() -> ResponseReturnValue:
    """Answer a valid form with the effect of opening; only a confirmation opens the period."""
    if request.method == "GET":
        return show_form(PeriodForm(data=read_proposal()))
    form = PeriodForm()
    if not form.validate() or "kembali" in request.form:
        return show_form(form)
    plan = as_plan(form)
    try:
        with reading_session() as reading:
            preview = preview_opening(reading, instansi_id=instansi_id(), plan=plan, now=current.now())
    except tuple(EXPLAINED) as fact:
        if isinstance(fact, KodeTaken) and is_same(plan):
            return tell_opened(plan)
        show_fact(form, fact)
        return show_form(form)
    return confirm(plan) if "konfirmasi" in request.form else ask(form, plan, preview)


def read_proposal() -> dict[str, object]:
    """Return the proposal, empty without an edition: the page then says that one must be published first."""
    try:
        with reading_session() as reading:
            return propose(default_blueprint(reading))
    except NoEdition:
        return {}


def show_form(form: PeriodForm) -> ResponseReturnValue:
    page = render_template(
        "periode/buka.html",
        form=form,
        quotas=[quota_name(each) for each in Indicator],
        empty=request.method == "GET" and form.lulus.data is None,
    )
    return page, 422 if form.errors else 200


def tell_chance(plan: PeriodPlan) -> str:
    """Return in one sentence how strict the officer's settings are."""
    blueprint = decide(plan, ExamBlueprint())
    times = COUNTS[blueprint.attempts] if blueprint.attempts < len(COUNTS) else number(blueprint.attempts)
    often = round(100 * chance_to_pass(KNOWN, blueprint))
    told = {0: "kurang dari 1", 100: "lebih dari 99"}.get(often, str(often))
    return (
        f"Dengan aturan ini, peserta yang menguasai {round(100 * KNOWN)} persen materi lulus "
        f"dalam {times} kesempatan pada {told} dari 100 kali."
    )


def ask(form: PeriodForm, plan: PeriodPlan, preview: OpeningPreview) -> ResponseReturnValue:
    kept = {name: value for name, value in request.form.items() if name in form and name != "csrf_token"}
    return render_template(
        "periode/konfirmasi.html",
        plan=plan,
        preview=preview,
        chance=tell_chance(plan),
        kept=kept,
        kinds=KIND_WORDS,
        keys_words=KEYS_WORDS,
        indicators=INDICATORS,
        states=[state_words(period)[0] for period in preview.overlapping],
        diklat=name_kind(plan.jenis_diklat),
    )


def confirm(plan: PeriodPlan) -> ResponseReturnValue:
    session = current.session()
    try:
        opened = open_period(session, current.act(), plan)
    except KodeTaken:
        session.rollback()
        if is_same(plan):
            return tell_opened(plan)
        raise
    session.commit()
    flash(f"Periode {opened.period.nama} dibuka untuk {opened.enrolled} pegawai.", "success")
    return redirect("/periode", 303)


def is_same(plan: PeriodPlan) -> bool:
    """Return whether exactly this plan was opened already, as when a form is sent twice."""
    try:
        period = find_period(plan.kode)
    except NotFound:
        return False
    days = (plan.nama, plan.jenis.value, plan.first_day, plan.valid_until, plan.quotas)
    opened = period.opens_at.astimezone(current.zona()).date()
    return days == (period.nama, period.jenis, opened, period.valid_until, period.blueprint.quotas)


def tell_opened(plan: PeriodPlan) -> ResponseReturnValue:
    flash(f"Periode {plan.nama} sudah dibuka. Tidak ada yang dibuka dua kali.")
    return redirect("/periode", 303)


@bp.route("/periode/<kode>/tutup", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def close(kode: str) -> ResponseReturnValue:
    """Close a period. Sent twice, or again after a fault, it grades the attempts that are still open."""
    period = find_period(kode)
    session, now = current.session(), current.now()
    if request.method == "GET":
        count = count_participants(session, instansi_id=period.instansi_id).get(period.id, HeadCount())
        sitting = count_sitting(session, period_id=period.id)
        state = period.state(now)
        return render_template("periode/tutup.html", period=period, count=count, sitting=sitting, state=state)
    close_period(session, current.act(), kode=kode)
    session.commit()
    graded = grade_open_attempts(period.id)
    flash(f"Periode {period.nama} ditutup. {graded} ujian yang masih dikerjakan dinilai.", "success")
    return redirect("/periode", 303)


def grade_open_attempts(period_id: int) -> int:
    """Grade in batches, so that nobody waits long for the lock; a pass may complete a signed ikrar's certificate."""
    session, graded = current.session(), 0
    while closings := close_attempts_of(session, period_id=period_id, now=current.now()):
        for closing in closings:
            finish(closing)
        session.commit()
        graded += len(closings)
    session.rollback()
    return graded
