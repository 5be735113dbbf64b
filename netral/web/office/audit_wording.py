"""The audit trail in words for people. An action without words here is shown as it is recorded."""

from typing import Any

from netral.audit.events import INSTALLATION

ACTIONS = {
    "attempt.expired": "Waktu ujian habis",
    "attempt.started": "Ujian dimulai",
    "attempt.submitted": "Ujian dikumpulkan",
    "certificate.issued": "Sertifikat terbit",
    "certificate.restored": "Sertifikat diterbitkan lagi setelah dicabut",
    "certificate.revoked": "Sertifikat dicabut",
    "certificate.superseded": "Sertifikat diganti",
    "code.issued": "Kode aktivasi dibuat",
    "correction.accepted": "Perbaikan data diterima",
    "correction.asked": "Perbaikan data diajukan",
    "correction.declined": "Perbaikan data ditolak",
    "correction.doubted": "Perbaikan data tidak didukung operator",
    "correction.supported": "Perbaikan data didukung operator",
    "correction.withdrawn": "Perbaikan data ditarik kembali",
    "edition.published": "Edisi konten diterbitkan",
    "enrolment.exempted": "Pegawai dibebaskan",
    "enrolment.exemption_ended": "Pembebasan diakhiri",
    "enrolment.extra_time_given": "Tambahan waktu diberikan",
    "enrolment.notice_read": "Pemberitahuan privasi dibaca",
    "ikrar.question_asked": "Ikrar: tanya dulu",
    "ikrar.refused": "Ikrar: menolak",
    "ikrar.signed": "Ikrar ditandatangani",
    "installation.restored": "Data dipulihkan dari cadangan",
    "instansi.changed": "Pengaturan instansi diubah",
    "instansi.emblem_changed": "Lambang instansi diganti",
    "instansi.emblem_removed": "Lambang instansi dihapus",
    "instansi.made": "Instansi dibuat",
    "opd.imported": "Data OPD diimpor",
    "period.closed": "Periode ditutup",
    "period.opened": "Periode dibuka",
    "period.roster_followed": "Peserta periode disesuaikan dengan data pegawai",
    "role.granted": "Peran diberikan",
    "role.revoked": "Peran dicabut",
    "roster.applied": "Data pegawai diterapkan",
    "roster.undone": "Impor data pegawai diurungkan",
    "sample.drawn": "Sampel acak diambil",
    "user.activated": "Akun diaktifkan",
    "user.factor_enrolled": "Autentikator dipasang",
    "user.factor_removed": "Autentikator dilepas",
    "user.made": "Akun dibuat",
    "user.other_sessions_ended": "Keluar dari perangkat lain",
    "user.password_changed": "Kata sandi diganti",
    "user.password_reset": "Kata sandi diatur ulang",
    "user.recovery_code_used": "Kode pemulihan dipakai",
    "user.recovery_codes_made": "Kode pemulihan dibuat",
    "user.session_ended": "Keluar dari satu perangkat lain",
    "user.signed_in": "Masuk",
    "user.signed_out": "Keluar",
    "user.signed_out_everywhere": "Keluar dari semua perangkat",
}
OBJECTS = {
    "attempt": "ujian",
    "backup": "cadangan",
    "certificate": "sertifikat",
    "correction": "perbaikan data",
    "edition": "edisi",
    "enrolment": "kepesertaan",
    "instansi": "instansi",
    "period": "periode",
    "roster_import": "impor data pegawai",
    "sample": "sampel",
    "user": "akun",
}
DETAILS = {
    "added": "baru",
    "changed": "berubah",
    "contact_email": "surel",
    "contact_hours": "jam layanan",
    "contact_name": "kontak",
    "contact_phone": "telepon",
    "count": "jumlah",
    "enrolled": "peserta",
    "field": "isian",
    "hash": "sidik",
    "joined": "masuk",
    "kode": "kode",
    "left": "keluar",
    "left_alone": "dibiarkan",
    "made_at": "dibuat pada",
    "missing": "tidak ada di berkas",
    "moved": "pindah",
    "nama": "nama",
    "nomor": "nomor",
    "number": "nomor",
    "percent": "persen",
    "period": "periode",
    "purpose": "keperluan",
    "reason": "alasan",
    "reissued": "sertifikat baru",
    "restored": "dikembalikan",
    "returned": "kembali",
    "role": "peran",
    "signatory_name": "nama pejabat",
    "signatory_title": "jabatan pejabat",
    "size": "banyaknya",
    "successor": "pengganti",
    "updated": "diperbarui",
    "zona": "zona waktu",
}


def tell_action(action: str) -> str:
    return ACTIONS.get(action, action)


def tell_object(kind: str, object_id: str) -> str:
    return f"{OBJECTS.get(kind, kind)} {object_id}"


def tell_detail(detail: dict[str, Any]) -> str:
    """`alasan: data keliru; periode: pilkada-2029`."""
    return "; ".join(f"{DETAILS.get(name, name)}: {value}" for name, value in sorted(detail.items()))


def tell_chain(chain: int) -> str:
    return "Seluruh pemasangan" if chain == INSTALLATION else "Instansi Anda"
