"""/isian: a form that was sent with an ended session; shown after signing in, then sent or thrown away."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import BooleanField, Field, SelectFieldBase

from netral.accounts.kept_forms import SentForm
from netral.errors import NetralError
from netral.learning.exams.exam_pages import read_paper
from netral.learning.exams.pretests import PretestState, find_state, read_questions
from netral.learning.periods.enrolments import get_enrolled
from netral.learning.study.practice import PracticePlace, find_practice
from netral.quiz.questions import Answer, Face
from netral.web.edge import current
from netral.web.edge.access import signed_in
from netral.web.edge.forms import Form
from netral.web.edge.keeping import MARK, discard, find_kept
from netral.web.edge.returning import find_view
from netral.web.learner.exam import is_changed, key_of, split_paper
from netral.web.learner.own_corrections import CorrectionForm
from netral.web.office.certificates import RevocationForm
from netral.web.office.corrections import AdviceForm, DeclineForm
from netral.web.office.instansi import ProfileForm
from netral.web.office.participants import ExtraTimeForm, ReasonForm
from netral.web.office.periods import PeriodForm
from netral.web.office.questions import WithdrawalForm
from netral.web.office.sosialisasi import MeetingForm
from netral.web.office.spelling import SpellingForm

bp = Blueprint("kept", __name__)

# The view that a form was sent to -> the purpose of the form.
PURPOSES: Mapping[str, str] = {
    "certificates.reissue": "Menerbitkan ulang sertifikat {code}",
    "certificates.revoke": "Mencabut sertifikat {code}",
    "content.publish_edition": "Menerbitkan edisi",
    "attending.attend": "Kehadiran Anda pada sosialisasi nomor {meeting_id}",
    "corrections.accept": "Menerima permintaan perbaikan data nomor {correction_id}",
    "corrections.check": "Pendapat tentang permintaan perbaikan data nomor {correction_id}",
    "corrections.decline": "Menolak permintaan perbaikan data nomor {correction_id}",
    "exam.hand_in": "Mengumpulkan ujian",
    "exam.save": "Jawaban ujian, soal {n}",
    "exam.save_paper": "Jawaban ujian",
    "exam.start": "Memulai ujian",
    "factor_removal.remove": "Melepas autentikator seorang pegawai",
    "instansi.change": "Pengaturan instansi",
    "instansi.remove": "Menghapus lambang",
    "instansi.upload": "Mengganti lambang",
    "jobs.again": "Memulai lagi pekerjaan latar nomor {job_id}",
    "modules.practise": "Jawaban latihan pada halaman {n}",
    "modules.record": "Menandai halaman modul sebagai dibaca",
    "modules.record_again": "Menandai halaman {n} sebagai dibaca lagi",
    "oversight.draw_new_sample": "Mengambil sampel",
    "own_corrections.ask": "Permintaan perbaikan data Anda",
    "own_corrections.withdraw": "Menarik permintaan perbaikan data Anda",
    "participants.extend_time": "Tambahan waktu seorang peserta periode {kode}",
    "participants.grant_exemption": "Pembebasan seorang peserta periode {kode}",
    "participants.withdraw_exemption": "Mengakhiri pembebasan seorang peserta periode {kode}",
    "people.print_code": "Membuat kode sekali pakai untuk seorang pegawai",
    "people.print_codes": "Membuat kode sekali pakai untuk pegawai satu OPD",
    "periods.close": "Menutup periode {kode}",
    "periods.open_one": "Membuka periode",
    "pledges.answer": "Jawaban Anda pada ikrar",
    "pretests.send": "Jawaban tes awal",
    "pretests.start": "Memulai tes awal",
    "questions.withdraw": "Menarik soal {question_id} dari ujian",
    "raising.move": "Memindahkan periode {kode} ke edisi lain",
    "remembering.practise": "Jawaban soal singkat sesudah lulus",
    "roster.apply": "Menerapkan impor data pegawai",
    "roster_questions.choose_people": "Jawaban tentang orang yang sama pada impor data pegawai",
    "roster_memory.forget_columns": "Melupakan susunan kolom berkas pegawai",
    "roster_memory.forget_name": "Melupakan nama lain unit",
    "roster.discard": "Membatalkan impor data pegawai",
    "roster.undo": "Mengurungkan impor data pegawai",
    "roster.upload": "Mengunggah data pegawai",
    "roster_questions.choose_units": "Pilihan unit pada impor data pegawai",
    "sosialisasi.call": "Sosialisasi baru",
    "sosialisasi.call_off": "Membatalkan sosialisasi nomor {meeting_id}",
    "sosialisasi.call_roll": "Kehadiran pada sosialisasi nomor {meeting_id}",
    "sosialisasi.change": "Perubahan sosialisasi nomor {meeting_id}",
    "sosialisasi.count_hands": "Hitungan tangan pada sosialisasi nomor {meeting_id}",
    "sosialisasi.strike": "Mencoret kehadiran pada sosialisasi nomor {meeting_id}",
    "spelling.spell": "Ejaan nama seorang pegawai",
}
FORMS: Mapping[str, type[Form]] = {
    "certificates.revoke": RevocationForm,
    "corrections.check": AdviceForm,
    "corrections.decline": DeclineForm,
    "instansi.change": ProfileForm,
    "own_corrections.ask": CorrectionForm,
    "participants.extend_time": ExtraTimeForm,
    "participants.grant_exemption": ReasonForm,
    "participants.withdraw_exemption": ReasonForm,
    "periods.open_one": PeriodForm,
    "questions.withdraw": WithdrawalForm,
    "raising.move": ReasonForm,
    "sosialisasi.call": MeetingForm,
    "sosialisasi.call_off": ReasonForm,
    "sosialisasi.change": MeetingForm,
    "spelling.spell": SpellingForm,
}
# Fields of hand-written forms: their labels and, unless people type them freely, the meaning of their values.
OTHERS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "aksi": (
        "Tombol yang ditekan",
        {
            "setuju": "Tandatangani ikrar",
            "tanya-dulu": "Saya ingin bertanya dahulu",
            "menolak": "Saya belum bersedia menandatangani",
        },
    ),
    "boleh": ("Tangan untuk Boleh", {}),
    "buat_unit": ("Unit yang belum dikenal", {"ya": "Dibuat"}),
    "butir": ("Butir yang dicentang", {}),
    "halaman": ("Halaman yang dibaca", {}),
    "hilang": ("Pegawai yang tidak ada di berkas", {"nonaktifkan": "Dinonaktifkan", "biarkan": "Dibiarkan"}),
    "jumlah": ("Jumlah yang dinonaktifkan", {}),
    "konfirmasi": ("Tombol yang ditekan", {"1": "Buka periode"}),
    "kasus": ("Perkara", {}),
    "kode": ("Kode pada layar", {}),
    "lain": ("Unit lain", {}),
    "opd": ("Kode OPD", {}),
    "orang": ("Nomor pegawai", {}),
    "pemberitahuan": ("Pemberitahuan privasi", {"dibaca": "Sudah dibaca"}),
    "pendapat": ("Pendapat", {"dukung": "Dukung", "ragu": "Tidak mendukung"}),
    "tergantung": ("Tangan untuk Tergantung", {}),
    "tidak": ("Tangan untuk Tidak", {}),
    "unit": ("Kode unit", {}),
}


@dataclass(frozen=True, slots=True)
class Target:
    """The view that a kept form was sent to, with the arguments in its address."""

    endpoint: str
    arguments: Mapping[str, Any]

    @property
    def purpose(self) -> str:
        return PURPOSES[self.endpoint].format(**self.arguments)


@bp.get("/isian")
@signed_in
def show() -> ResponseReturnValue:
    sent = find_kept(current.actor().user_id)
    if sent is None:
        return redirect(url_for("account.start"))
    target = Target(*find_view(sent.address, "POST"))
    return render_template(
        "akun/isian.html",
        sent=sent,
        purpose=target.purpose,
        rows=describe(target.endpoint, sent),
        faces=find_faces(target, sent),
        mark=MARK,
    )


@bp.post("/isian/buang")
@signed_in
def throw_away() -> ResponseReturnValue:
    sent = find_kept(current.actor().user_id)
    discard()
    current.session().commit()
    flash("Isian dibuang. Tidak ada yang dikirim.")
    return redirect(sent.page if sent else url_for("account.start"), 303)


def describe(endpoint: str, sent: SentForm) -> list[tuple[str, str]]:
    """Describe each field in words, with the typed or chosen value; fields that only machines read are left out."""
    form = FORMS[endpoint](formdata=None) if endpoint in FORMS else ()
    own = [(field.label.text, tell_value(field, sent.values(field.name))) for field in form]
    named = {field.name for field in form}
    others = [
        (label, ", ".join(filter(str.strip, (words.get(value, "" if words else value) for value in sent.values(name)))))
        for name, (label, words) in OTHERS.items()
        if name not in named
    ]
    return [(label, text) for label, text in own + others if text.strip()]


def tell_value(field: Field, values: list[str]) -> str:
    if isinstance(field, BooleanField):
        return "Ya" if values else "Tidak"
    found: Any = field.iter_choices() if isinstance(field, SelectFieldBase) else ()
    choices = {choice.value: choice.label for choice in found}
    return ", ".join(choices.get(value, value) for value in values)


def find_faces(target: Target, sent: SentForm) -> list[tuple[Face, Answer]]:
    """Return the questions that answers belong to, each with the chosen answer; none that can no longer be shown."""
    actor, asked = current.actor(), parse_qs(urlsplit(sent.address).query).get("periode", [])
    kode = next(iter(sent.values("periode") + asked), None)
    if actor.asn_id is None or kode is None:
        return []
    try:
        if target.endpoint in {"exam.save", "exam.save_paper"}:
            return find_exam_faces(target, sent, asn_id=actor.asn_id, kode=kode)
        if target.endpoint in {"modules.practise", "remembering.practise"}:
            return find_practice_face(target, sent, asn_id=actor.asn_id, kode=kode)
        if target.endpoint == "pretests.send":
            return find_pretest_faces(sent, asn_id=actor.asn_id, kode=kode)
    except NetralError:
        return []
    return []


def find_exam_faces(target: Target, sent: SentForm, *, asn_id: int, kode: str) -> list[tuple[Face, Answer]]:
    """Return those questions of the open paper that the form changes. Raises NotFound or AttemptNotOpen."""
    paper = read_paper(current.session(), asn_id=asn_id, kode=kode, now=current.now())
    if sent.values("percobaan") != [key_of(paper)]:
        return []
    if target.endpoint == "exam.save":
        chosen = {target.arguments["n"]: {name: sent.values(name) for name, _ in sent.fields}}
    else:
        changed = (each for each in split_paper(sent.fields) if is_changed(each[1]))
        chosen = {n: {name: own.getlist(name) for name in own} for n, own in changed}
    return [(each.face, chosen[each.slot]) for each in paper.questions if each.slot in chosen]


def find_practice_face(target: Target, sent: SentForm, *, asn_id: int, kode: str) -> list[tuple[Face, Answer]]:
    reader, names = current.session(), target.arguments
    enrolled = get_enrolled(reader, asn_id=asn_id, kode=kode)
    found = find_practice(reader, enrolled, PracticePlace(names["slug"], names["n"], names["position"]))
    return [(found.layout.face(), {name: sent.values(name) for name, _ in sent.fields})]


def find_pretest_faces(sent: SentForm, *, asn_id: int, kode: str) -> list[tuple[Face, Answer]]:
    """Return the questions of an open pre-test that the form answers."""
    reader = current.session()
    enrolled = get_enrolled(reader, asn_id=asn_id, kode=kode)
    if find_state(reader, enrolled, now=current.now()) is not PretestState.OPEN:
        return []
    chosen = {n: {name: own.getlist(name) for name in own} for n, own in split_paper(sent.fields)}
    return [(each.face, chosen[each.slot]) for each in read_questions(reader, enrolled) if each.slot in chosen]
