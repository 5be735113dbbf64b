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
from netral.sheets.rows import MAX_COLUMNS, column_letters
from netral.web.edge import current
from netral.web.edge.access import signed_in
from netral.web.edge.forms import Form, ReasonForm
from netral.web.edge.keeping import MARK, discard, find_kept
from netral.web.edge.returning import find_view
from netral.web.learner.exam import is_changed, key_of, split_paper
from netral.web.learner.own_corrections import CorrectionForm
from netral.web.office.certificates import ReissueForm, RevocationForm
from netral.web.office.circular_forms import DraftForm
from netral.web.office.corrections import AdviceForm, DeclineForm
from netral.web.office.extending import GroupForm
from netral.web.office.hours import HoursForm, RenewalForm
from netral.web.office.instansi import ProfileForm
from netral.web.office.letterhead import LetterheadForm
from netral.web.office.newcomer import NewcomerForm
from netral.web.office.officers import NamingForm
from netral.web.office.participants import AttemptsForm, EndingForm, ExemptionForm, ExtraTimeForm, MinutesForm
from netral.web.office.period_changes import EndsForm, PeriodCorrectionForm, WideningForm
from netral.web.office.period_forms import PeriodForm
from netral.web.office.periods import CloseForm
from netral.web.office.person import EndPlaceForm, FurtherForm, LeaveForm, UnitForm
from netral.web.office.person_transcripts import TranscriptForm
from netral.web.office.questions import WithdrawalForm
from netral.web.office.roster_columns import FIELD
from netral.web.office.signings import ApelForm
from netral.web.office.sosialisasi import MeetingForm
from netral.web.office.spelling import SpellingForm
from netral.web.office.two_persons import ProposingForm
from netral.words.roster import ASKED_FIELDS

bp = Blueprint("kept", __name__)

# The view that a form was sent to -> the purpose of the form.
PURPOSES: Mapping[str, str] = {
    "bundles.fetch": "Mengunduh berkas sertifikat",
    "bundles.order": "Meminta berkas sertifikat OPD {kode}",
    "certificates.fetch": "Mengunduh sertifikat {code}",
    "circular_office.change": "Draf Surat Edaran atau pakta integritas",
    "circular_office.draft_one": "Draf Surat Edaran atau pakta integritas yang baru",
    "circular_office.publish": "Menerbitkan Surat Edaran atau pakta integritas",
    "circular_office.renew": "Memulai versi baru sebuah naskah",
    "circular_office.upload": "Mengunggah naskah bertanda tangan",
    "circular_office.withdraw": "Mencabut Surat Edaran atau pakta integritas",
    "circulars.begin": "Membuka Surat Edaran atau pakta integritas",
    "circulars.disown": "Keberatan atas catatan tanda tangan Anda",
    "circulars.send": "Pernyataan Anda pada Surat Edaran atau pakta integritas",
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
    "extending.extend_outage": "Tambahan waktu karena gangguan, periode {kode}",
    "extending.give": "Tambahan untuk sekelompok peserta periode {kode}",
    "extending.replace_outage": "Kesempatan pengganti karena gangguan, periode {kode}",
    "factor_removal.remove": "Melepas autentikator seorang pegawai",
    "hours.renew": "Menerbitkan ulang sertifikat periode {kode}",
    "hours.change": "JP periode {kode}",
    "instansi.change": "Pengaturan instansi",
    "instansi.remove": "Menghapus lambang",
    "instansi.upload": "Mengganti lambang",
    "letterhead.change": "Penerbit dan nomor sertifikat",
    "jobs.again": "Memulai lagi pekerjaan latar nomor {job_id}",
    "modules.practise": "Jawaban latihan pada halaman {n}",
    "modules.record": "Menandai halaman modul sebagai dibaca",
    "modules.record_again": "Menandai halaman {n} sebagai dibaca lagi",
    "officers.apply": "Menunjuk operator dari daftar",
    "officers.name": "Menunjuk seorang petugas",
    "officers.revoke": "Mencabut peran seorang petugas",
    "officers.upload": "Mengunggah daftar operator",
    "oversight.draw_new_sample": "Mengambil sampel",
    "own_corrections.ask": "Permintaan perbaikan data Anda",
    "own_corrections.withdraw": "Menarik permintaan perbaikan data Anda",
    "exemptions.complete_exemption": "Dokumen pembebasan seorang peserta periode {kode}",
    "extending.extend_time": "Tambahan waktu seorang peserta periode {kode}",
    "extending.give_attempts": "Kesempatan tambahan seorang peserta periode {kode}",
    "extending.give_minutes": "Tambahan waktu ujian yang sedang dikerjakan, periode {kode}",
    "exemptions.grant_exemption": "Pembebasan seorang peserta periode {kode}",
    "exemptions.withdraw_exemption": "Mengakhiri pembebasan seorang peserta periode {kode}",
    "newcomer.add": "Menambah seorang pegawai",
    "people.print_code": "Membuat kode sekali pakai untuk seorang pegawai",
    "people.print_codes": "Membuat kode sekali pakai untuk pegawai satu OPD",
    "period_changes.archive": "Mengarsipkan periode {kode}, atau mengeluarkannya dari arsip",
    "period_changes.change": "Perubahan periode {kode}",
    "period_changes.extend": "Memperpanjang periode {kode}",
    "period_opening.open_saved": "Membuka periode {kode} dari drafnya",
    "period_changes.reopen": "Membuka lagi periode {kode}",
    "period_changes.widen": "Menambah peserta periode {kode}",
    "person.assign": "Penugasan seorang pegawai",
    "person.come_back": "Mengembalikan seorang pegawai",
    "person.finish": "Mengakhiri penugasan seorang pegawai",
    "person.leave": "Mencatat seorang pegawai berhenti",
    "person.move": "Memindahkan seorang pegawai",
    "person.withdraw": "Membatalkan rencana seorang pegawai",
    "periods.close": "Menutup periode {kode}",
    "period_opening.open_one": "Membuka periode",
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
    "roster_uploads.choose_columns": "Jawaban tentang kolom berkas data pegawai",
    "roster_uploads.upload": "Mengunggah data pegawai",
    "roster_questions.choose_units": "Pilihan unit pada impor data pegawai",
    "units.apply": "Menerapkan perubahan unit kerja",
    "units.upload": "Mengunggah daftar unit kerja",
    "transcripts.make": "Membuat transkrip Anda",
    "siasn.corrected": "Menandai koreksi SIASN sudah diurus",
    "siasn.make": "Membuat bagian berkas SIASN",
    "siasn.sent": "Menandai bagian berkas SIASN sudah dikirim",
    "signings.decide_objection": "Keputusan atas keberatan seorang pegawai",
    "signings.record": "Catatan penandatanganan pakta saat apel",
    "sosialisasi.call": "Sosialisasi baru",
    "sosialisasi.call_off": "Membatalkan sosialisasi nomor {meeting_id}",
    "sosialisasi.call_roll": "Kehadiran pada sosialisasi nomor {meeting_id}",
    "sosialisasi.change": "Perubahan sosialisasi nomor {meeting_id}",
    "sosialisasi.count_hands": "Hitungan tangan pada sosialisasi nomor {meeting_id}",
    "sosialisasi.strike": "Mencoret kehadiran pada sosialisasi nomor {meeting_id}",
    "person_transcripts.make": "Membuat transkrip pemegang sertifikat {code}",
    "spelling.spell": "Ejaan nama seorang pegawai",
    "two_persons.decide": "Keputusan tentang usulan nomor {proposal_id}",
    "two_persons.propose": "Usulan tentang seorang petugas",
    "two_persons.revoke": "Mencabut peran seorang petugas pengawasan",
}
FORMS: Mapping[str, type[Form]] = {
    "certificates.reissue": ReissueForm,
    "circular_office.change": DraftForm,
    "circular_office.draft_one": DraftForm,
    "circular_office.withdraw": ReasonForm,
    "certificates.revoke": RevocationForm,
    "corrections.check": AdviceForm,
    "corrections.decline": DeclineForm,
    "extending.extend_outage": MinutesForm,
    "extending.give": GroupForm,
    "extending.replace_outage": ReasonForm,
    "hours.change": HoursForm,
    "hours.renew": RenewalForm,
    "instansi.change": ProfileForm,
    "letterhead.change": LetterheadForm,
    "officers.name": NamingForm,
    "own_corrections.ask": CorrectionForm,
    "extending.extend_time": ExtraTimeForm,
    "period_changes.change": PeriodCorrectionForm,
    "period_changes.extend": EndsForm,
    "period_changes.reopen": EndsForm,
    "period_changes.widen": WideningForm,
    "periods.close": CloseForm,
    "extending.give_attempts": AttemptsForm,
    "extending.give_minutes": MinutesForm,
    "exemptions.complete_exemption": ExemptionForm,
    "exemptions.grant_exemption": ExemptionForm,
    "exemptions.withdraw_exemption": EndingForm,
    "newcomer.add": NewcomerForm,
    "person.assign": FurtherForm,
    "person.come_back": UnitForm,
    "person.finish": EndPlaceForm,
    "person.leave": LeaveForm,
    "person.move": UnitForm,
    "period_opening.open_one": PeriodForm,
    "questions.withdraw": WithdrawalForm,
    "raising.move": ReasonForm,
    "signings.decide_objection": ReasonForm,
    "signings.record": ApelForm,
    "sosialisasi.call": MeetingForm,
    "sosialisasi.call_off": ReasonForm,
    "sosialisasi.change": MeetingForm,
    "person_transcripts.make": TranscriptForm,
    "spelling.spell": SpellingForm,
    "two_persons.propose": ProposingForm,
}
LETTERS = {str(index): column_letters(index) for index in range(MAX_COLUMNS)}
# Fields of hand-written forms: their labels and, unless people type them freely, the meaning of their values.
OTHERS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "aksi": (
        "Tombol yang ditekan",
        {
            "lihat": "Lihat contoh nomor",
            "setuju": "Tandatangani ikrar",
            "tanya-dulu": "Saya ingin bertanya dahulu",
            "menolak": "Saya belum bersedia menandatangani",
        },
    ),
    "boleh": ("Tangan untuk Boleh", {}),
    "buat_unit": ("Unit yang belum dikenal", {"ya": "Dibuat"}),
    "butir": ("Butir yang dicentang", {}),
    "halaman": ("Halaman yang dibaca", {}),
    "draf": ("Tombol yang ditekan", {"1": "Simpan draf"}),
    "hilang": ("Pegawai yang tidak ada di berkas", {"nonaktifkan": "Dinonaktifkan", "biarkan": "Dibiarkan"}),
    **{f"{FIELD}{field}": (f"Kolom berisi {label}", LETTERS) for field, label, _ in ASKED_FIELDS},
    "jumlah": ("Jumlah yang dinonaktifkan", {}),
    "kasus": ("Perkara", {}),
    "kode": ("Kode pada layar", {}),
    "konfirmasi": ("Tombol yang ditekan", {"1": "Konfirmasi", "beri": "Beri sekarang"}),
    "lain": ("Unit lain", {}),
    "opd": ("Kode OPD", {}),
    "orang": ("Nomor pegawai", {}),
    "paham": ("Pernyataan", {"ya": "Sudah membaca"}),
    "pemberitahuan": ("Pemberitahuan privasi", {"dibaca": "Sudah dibaca"}),
    "pendapat": ("Pendapat", {"dukung": "Dukung", "ragu": "Tidak mendukung"}),
    "tindakan": ("Tindakan", {"archive": "Arsipkan", "restore": "Keluarkan dari arsip"}),
    "tergantung": ("Tangan untuk Tergantung", {}),
    "tidak": ("Tangan untuk Tidak", {}),
    "tahun": ("Tahun", {}),
    "simpan": ("Tombol yang ditekan", {"ya": "Simpan perubahan"}),
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
