"""Periods at /periode: the list, opening one, closing one early."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, Field, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import ValidationError

from netral.accounts.access import Permission
from netral.errors import NetralError, NotFound
from netral.extensions import reading_session
from netral.folding import fold_signs
from netral.indonesian import day, day_and_time, last_day, number, within_sentence
from netral.learning.exams.closing import close_attempts_of
from netral.learning.exams.sittings import count_sitting
from netral.learning.periods import opening
from netral.learning.periods.audience import Audience, UnitsUnknown, find_units, list_choices, name_units
from netral.learning.periods.diklat import Hours
from netral.learning.periods.drafts import Draft, find_draft, list_drafts, save_draft
from netral.learning.periods.lifecycle import (
    AudienceNarrowed,
    DayBackwards,
    Life,
    Move,
    copy_plan,
    life_of,
    list_moves,
    move_plan,
)
from netral.learning.periods.opening import (
    SIGN_DAYS,
    KodeTaken,
    NoEdition,
    OpeningPreview,
    PeriodKind,
    PeriodPlan,
    decide,
    default_blueprint,
    open_period,
    preview_opening,
)
from netral.learning.periods.participants import HeadCount, count_participants
from netral.learning.periods.reading import PeriodView, choose_period, list_periods
from netral.learning.raising import find_newer, find_present
from netral.organisation.kinds import AsnKind
from netral.quiz.blueprint import Blueprint as ExamBlueprint
from netral.quiz.blueprint import KeysShown
from netral.quiz.chances import chance_to_pass
from netral.quiz.drawing import PoolTooSmall, Shortage
from netral.quiz.questions import Indicator
from netral.reporting.final import close_and_freeze, list_frozen
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
from netral.words.periods import KEYS_WORDS, KIND_WORDS, LIFE_WORDS, MOVE_WORDS, describe_plan
from netral.words.questions import INDICATORS

bp = Blueprint("periods", __name__)

SECONDS = 60
# What the confirmation tells a rule by: the share of the material that somebody knows who is not sure to pass.
KNOWN = 0.75
COUNTS = ("", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh")
# The address of the form itself.
RESERVED = "buka"
BUTTONS = frozenset({"csrf_token", "konfirmasi", "kembali", "draf"})
A_MOMENT = timedelta(microseconds=1)
MOVE_ADDRESSES: Mapping[Move, str] = {
    Move.EDIT: "ubah",
    Move.OPEN: "buka",
    Move.CORRECT: "ubah",
    Move.WIDEN: "peserta-baru",
    Move.EXTEND: "perpanjang",
    Move.CLOSE: "tutup",
    Move.REOPEN: "buka-lagi",
    Move.ARCHIVE: "arsip",
    Move.RESTORE: "arsip",
}


def number_field(label: str, *, must: bool = True) -> NumberField:
    message = f"Isi {within_sentence(label.split(' (', maxsplit=1)[0])} dengan bilangan bulat"
    return NumberField(label, message if must else "", unreadable=message)


def quota_name(indicator: Indicator) -> str:
    return f"kuota_{indicator}"


def quota_field(indicator: Indicator) -> NumberField:
    name = INDICATORS[indicator]
    return NumberField(name, unreadable=f"Isi jumlah soal {within_sentence(name)} dengan bilangan bulat")


class AudienceForm(Form):
    """The part of a form that chooses who takes part; nothing chosen is everybody."""

    opd = SelectMultipleField("Perangkat daerah", choices=[], validate_choice=False)
    unit = StringField("Unit lain (kode, dipisahkan koma)", validators=[at_most(1000, "Unit lain")])
    jenis_pegawai = SelectMultipleField(
        "Jenis pegawai", choices=[SelectChoice(kind.value, kind.value) for kind in AsnKind]
    )

    def find_audience(self) -> Audience:
        """Return the chosen audience. Raises UnitsUnknown."""
        typed_kode = [fold_signs(kode) for kode in typed(self.unit).split(",") if kode.strip()]
        with reading_session() as reading:
            units = find_units(reading, instansi_id=instansi_id(), kode=[*(self.opd.data or ()), *typed_kode])
        return Audience(units, tuple(AsnKind(kind) for kind in self.jenis_pegawai.data or ()))


class RulesForm(Form):
    """Name, days and rules of a period."""

    nama = StringField("Nama", validators=[required("Isi nama periode"), at_most(200, "Nama")])
    jenis = SelectField("Jenis", choices=[SelectChoice(kind.value, text) for kind, text in KIND_WORDS.items()])
    mulai = DayField("Mulai", "Isi hari pertama periode")
    tenggat = DayField("Tenggat", "Isi tenggat")
    tutup = DayField("Tutup", "Isi hari terakhir ujian dapat dikerjakan")
    hari_ikrar = number_field("Ikrar sesudah tutup (hari)", must=False)
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

    def validate_nama(self, field: Field) -> None:
        check_printable(field)

    @property
    def quotas(self) -> dict[Indicator, int]:
        return {each: self[quota_name(each)].data for each in Indicator if self[quota_name(each)].data}

    @property
    def size(self) -> int:
        """Return the sum of the quotas that the page is drawn with."""
        return sum(self.quotas.values())


class DraftForm(RulesForm, AudienceForm):
    """The plan of a draft, whose kode stays."""

    jp = number_field("JP (jam pelajaran)", must=False)
    dasar_jp = StringField("Dasar JP", validators=[at_most(200, "Dasar JP")])
    jenis_diklat = kind_field()

    def validate_dasar_jp(self, field: Field) -> None:
        check_printable(field)


class PeriodForm(DraftForm):
    kode = StringField(
        "Kode", filters=[folding(fold_signs)], validators=[required("Isi kode periode"), at_most(32, "Kode")]
    )

    def validate_kode(self, field: Field) -> None:
        if typed(field).strip() == RESERVED:
            raise ValidationError(f"Kode {RESERVED} dipakai untuk alamat halaman ini. Pilih kode lain")


def propose(blueprint: ExamBlueprint) -> dict[str, Any]:
    """Return the values of the form that the newest edition proposes."""
    rules = {each.name: getattr(blueprint, each.name) for each in fields(ExamBlueprint)}
    return {"jenis": PeriodKind.PILKADA.value, "hari_ikrar": SIGN_DAYS, **fill_rules(rules)}


def fill_rules(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of the form that show these rules, named as in `PeriodPlan`."""
    limit, shown, quotas = rules["limit_seconds"], rules["keys_shown"], rules["quotas"] or {}
    return {
        "lulus": rules["pass_percent"],
        "kesempatan": rules["attempts"],
        "jeda": rules["pause_minutes"],
        "batas": -(-limit // SECONDS) if limit else None,
        **{quota_name(each): quotas.get(each, 0) for each in Indicator},
        "modul_dulu": rules["modules_first"],
        "cetak_nilai": rules["score_printed"],
        "baca_ulang": rules["relearn"],
        "kunci_tampil": shown.value if shown else None,
        "tes_awal": rules["pretest"],
    }


def fill_plan(plan: PeriodPlan) -> dict[str, Any]:
    """Return the values of the form that show a plan."""
    rules = {each.name: getattr(plan, each.name) for each in fields(plan)}
    return {
        "kode": plan.kode,
        "nama": plan.nama,
        "jenis": plan.jenis.value,
        "mulai": plan.first_day,
        "tenggat": plan.due_day,
        "tutup": plan.last_day,
        "hari_ikrar": plan.sign_days,
        "berlaku_sampai": plan.valid_until,
        **fill_audience(plan.audience),
        "jp": plan.jp,
        "dasar_jp": plan.jp_dasar,
        "jenis_diklat": str(plan.jenis_diklat or ""),
        **fill_rules(rules),
    }


def fill_audience(audience: Audience) -> dict[str, Any]:
    with reading_session() as reading:
        named = [kode for kode, _ in name_units(reading, audience, instansi_id=instansi_id())]
        offered = {kode for kode, _ in list_choices(reading, instansi_id=instansi_id())}
    return {
        "opd": [kode for kode in named if kode in offered],
        "unit": ", ".join(kode for kode in named if kode not in offered),
        "jenis_pegawai": [kind.value for kind in audience.kinds],
    }


def as_plan(form: RulesForm, *, kode: str, audience: Audience, hours: Hours) -> PeriodPlan:
    """Read the plan from a form that has validated."""
    days = form.hari_ikrar.data
    return PeriodPlan(
        kode=kode,
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
        audience=audience,
        sign_days=SIGN_DAYS if days is None else days,
        **asdict(hours),
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
    "sign_days": ("hari_ikrar", 1),
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
NOBODY = "Tidak ada pegawai aktif pada unit dan jenis yang dipilih"
BACKWARDS = {"due_day": "tenggat", "last_day": "tutup", "valid_until": "berlaku_sampai"}
EXPLAINED: Mapping[type[NetralError], Callable[[NetralError], Explained]] = {
    opening.KodeMalformed: lambda _: ("kode", MALFORMED),
    opening.KodeTaken: lambda fact: ("kode", f"Sudah ada periode dengan kode {fact.args[0]}. Pilih kode lain"),
    opening.DatesReversed: lambda fact: REVERSED[fact.args[1]],
    opening.PeriodOver: lambda fact: ("tutup", f"Tanggal tutup {day(fact.args[0])} sudah lewat"),
    opening.SettingOutOfRange: explain_setting,
    opening.NoEdition: lambda _: (None, NO_EDITION),
    opening.NoAsn: lambda _: (None, NO_ASN),
    opening.AudienceEmpty: lambda _: (None, NOBODY),
    PoolTooSmall: explain_pool,
    UnitsUnknown: lambda fact: ("unit", f"Tidak ada unit dengan kode {fact.args[0]} di instansi ini"),
    DayBackwards: lambda fact: (
        BACKWARDS[fact.args[0]],
        f"Hanya dapat diundur: pilih {day(fact.args[1])} atau sesudahnya",
    ),
    AudienceNarrowed: lambda _: (None, "Peserta hanya dapat ditambah. Sertakan semua yang sudah dipilih sebelumnya"),
    **EXPLAINED_HOURS,
}


def show_fact(form: Form, fact: NetralError) -> None:
    """Show a fact beside the field that it is about, else above the form."""
    name, text = EXPLAINED[type(fact)](fact)
    if name is None:
        form.form_errors.append(text)
    else:
        form[name].errors = [text]


def instansi_id() -> int:
    return current.actor().reach(Permission.MANAGE_PERIODS).instansi_id


def find_period(kode: str) -> PeriodView:
    """Find a period, reading apart from the request's session. Raises NotFound."""
    with reading_session() as reading:
        return choose_period(reading, instansi_id=instansi_id(), kode=kode, now=current.now())


def state_words(period: PeriodView) -> tuple[str, str]:
    """Return the word and the tone of its tag."""
    return LIFE_WORDS[life_of(period, current.now())]


@bp.get("/periode")
@requires(Permission.MANAGE_PERIODS)
def overview() -> ResponseReturnValue:
    """List drafts and periods, or with `?arsip=1` what was archived."""
    session, archived = current.session(), request.args.get("arsip") == "1"
    counts = count_participants(session, instansi_id=instansi_id())
    rows = [
        (period, state_words(period), counts.get(period.id, HeadCount()))
        for period in list_periods(session, instansi_id=instansi_id())
        if (period.archived_at is not None) == archived
    ]
    drafts = list_drafts(session, instansi_id=instansi_id(), archived=archived)
    return render_template(
        "periode/daftar.html",
        rows=rows,
        drafts=drafts,
        draft_state=LIFE_WORDS[Life.ARCHIVED if archived else Life.DRAFT],
        kinds=KIND_WORDS,
        archived=archived,
    )


@bp.get("/periode/<kode>")
@requires(Permission.MANAGE_PERIODS)
def detail(kode: str) -> ResponseReturnValue:
    try:
        period = find_period(kode)
    except NotFound:
        return show_draft(find_saved(kode))
    session, life = current.session(), life_of(period, current.now())
    counts = count_participants(session, instansi_id=period.instansi_id)
    with reading_session() as reading:
        plan = copy_plan(reading, period)
    return render_template(
        "periode/rincian.html",
        period=period,
        state=state_words(period),
        life=life.value,
        count=counts.get(period.id, HeadCount()),
        sitting=count_sitting(session, period_id=period.id),
        lines=describe_period(period, plan),
        moves=list_links(life),
        frozen=list_frozen(session, instansi_id=period.instansi_id, period_id=period.id),
        present=find_present(session, period),
        newer=find_newer(session, period, now=current.now()),
    )


def describe_period(period: PeriodView, plan: PeriodPlan) -> dict[str, str]:
    """Return the settings in words; ends within a day are told with their time."""
    lines = describe(plan)
    if life_of(period, current.now()) in {Life.CLOSED, Life.ARCHIVED}:
        lines["Tutup"] = day_and_time(period.closes_at - A_MOMENT, period.zona)
    if period.sign_until > period.closes_at:
        lines["Ikrar sesudah tutup"] = f"Bagi yang lulus, sampai {day(last_day(period.sign_until, period.zona))}"
    return lines


def describe(plan: PeriodPlan) -> dict[str, str]:
    with reading_session() as reading:
        units = [nama for _, nama in name_units(reading, plan.audience, instansi_id=instansi_id())]
    return describe_plan(plan, units)


def list_links(life: Life) -> list[tuple[str, str]]:
    """Return word and address of each change that the state allows."""
    return [(MOVE_WORDS[move], MOVE_ADDRESSES[move]) for move in list_moves(life)]


def find_saved(kode: str) -> Draft:
    """Find a draft. Raises NotFound."""
    with reading_session() as reading:
        return find_draft(reading, instansi_id=instansi_id(), kode=kode)


def show_draft(draft: Draft) -> ResponseReturnValue:
    life = draft.life or Life.DRAFT
    return render_template(
        "periode/draf.html", draft=draft, state=LIFE_WORDS[life], lines=describe(draft.plan), moves=list_links(life)
    )


@bp.route("/periode/buka", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def open_one() -> ResponseReturnValue:
    """Answer a valid form with the effect of opening; only a confirmation opens the period. A draft opens nothing."""
    if request.method == "GET":
        return show_form(PeriodForm(data=read_proposal(request.args.get("dari"))))
    form = PeriodForm()
    if not form.validate() or "kembali" in request.form:
        return show_form(form)
    plan = None
    try:
        plan = as_plan(form, kode=typed(form.kode).strip(), audience=form.find_audience(), hours=read_hours(form))
        if "draf" in request.form:
            return keep_draft(plan)
        with reading_session() as reading:
            preview = preview_opening(reading, instansi_id=instansi_id(), plan=plan, now=current.now())
    except tuple(EXPLAINED) as fact:
        current.session().rollback()
        if plan and isinstance(fact, KodeTaken) and is_same(plan):
            return tell_opened(plan)
        show_fact(form, fact)
        return show_form(form)
    return confirm(plan) if "konfirmasi" in request.form else ask(plan, preview, "/periode/buka")


def keep_draft(plan: PeriodPlan) -> ResponseReturnValue:
    """Save a new draft. The same form sent twice saves one. Raises the errors of `save_draft`."""
    session = current.session()
    try:
        save_draft(session, current.act(), plan)
    except KodeTaken:
        session.rollback()
        with reading_session() as reading:
            kept = list_drafts(reading, instansi_id=instansi_id())
        if plan not in [draft.plan for draft in kept]:
            raise
    session.commit()
    flash(f"Draf {plan.nama} tersimpan. Pegawai belum melihat apa pun.", "success")
    return redirect(f"/periode/{plan.kode}", 303)


def read_proposal(source: str | None) -> dict[str, Any]:
    """Return what the form proposes: an earlier period or draft on new days, else what the newest edition has.

    Without an edition it is empty: the page then says that one must be published first. Raises NotFound.
    """
    if source:
        return fill_plan(move_plan(find_plan(source), current.now().astimezone(current.zona()).date()))
    try:
        with reading_session() as reading:
            return propose(default_blueprint(reading))
    except NoEdition:
        return {}


def find_plan(kode: str) -> PeriodPlan:
    """Return the plan of a period or draft. Raises NotFound."""
    try:
        period = find_period(kode)
    except NotFound:
        return find_saved(kode).plan
    with reading_session() as reading:
        return copy_plan(reading, period)


def show_form(form: DraftForm, *, draft: Draft | None = None, status: int = 422) -> ResponseReturnValue:
    page = render_template(
        "periode/buka.html",
        form=form,
        draft=draft,
        empty=request.method == "GET" and form.lulus.data is None and draft is None,
        **list_offers(),
    )
    return page, status if form.errors or form.form_errors else 200


def list_offers() -> dict[str, Any]:
    """Return what the forms of a period offer to choose."""
    with reading_session() as reading:
        units = list_choices(reading, instansi_id=instansi_id())
    return {"quotas": [quota_name(each) for each in Indicator], "units": units, "asn_kinds": list(AsnKind)}


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


def ask(plan: PeriodPlan, preview: OpeningPreview, action: str, *, version: str = "") -> ResponseReturnValue:
    """Show the effect of opening. `version`: of the draft that is opened, if it is one."""
    return render_template(
        "periode/konfirmasi.html",
        plan=plan,
        preview=preview,
        chance=tell_chance(plan),
        lines=describe(plan) | {"Edisi isi": number(preview.edition)},
        kept=list_sent(),
        action=action,
        version=version,
        states=[state_words(period)[0] for period in preview.overlapping],
    )


def list_sent() -> list[tuple[str, str]]:
    """Return the fields of this form, which a confirmation sends again."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in BUTTONS]


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


class CloseForm(Form):
    alasan = TextAreaField("Alasan (boleh kosong)", validators=[at_most(500, "Alasan")])


@bp.route("/periode/<kode>/tutup", methods=["GET", "POST"])
@requires(Permission.MANAGE_PERIODS)
def close(kode: str) -> ResponseReturnValue:
    """Close a period. Sent twice, or again after a fault, it grades the attempts that are still open."""
    period, form = find_period(kode), CloseForm()
    session, now = current.session(), current.now()
    if request.method == "GET" or not form.validate():
        count = count_participants(session, instansi_id=period.instansi_id).get(period.id, HeadCount())
        sitting = count_sitting(session, period_id=period.id)
        shown = {"count": count, "sitting": sitting, "state": period.state(now), "form": form}
        return render_template("periode/tutup.html", period=period, **shown), 422 if form.errors else 200
    close_and_freeze(session, current.act(), kode=kode, reason=typed(form.alasan))
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
