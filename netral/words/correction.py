"""Corrections of data in words: fields, states, steps, and facts that stop one."""

from netral.corrections.asking import CorrectionSettled, NothingToCorrect
from netral.corrections.claims import (
    ClaimMissing,
    ClaimTooLong,
    ClaimUnprintable,
    ClaimUnusable,
    ClaimWithNik,
    CorrectedField,
    NipImpossible,
    State,
    Step,
)
from netral.corrections.deciding import NipTaken, OwnCorrection
from netral.errors import NetralError

FIELD_WORDS = {
    CorrectedField.NAMA: "Nama",
    CorrectedField.NIP: "NIP",
    CorrectedField.OPD: "Unit kerja",
    CorrectedField.JABATAN: "Jabatan",
}
# The word and the tone of its tag.
STATE_WORDS = {
    State.ASKED: ("Menunggu operator OPD", ""),
    State.CHECKED: ("Menunggu keputusan BKPSDM", "strong"),
    State.ACCEPTED: ("Diterima", "ok"),
    State.DECLINED: ("Ditolak", "warning"),
    State.WITHDRAWN: ("Ditarik kembali", ""),
}
STEP_WORDS = {
    Step.ASKED: "Diajukan",
    Step.SUPPORTED: "Didukung operator OPD",
    Step.DOUBTED: "Tidak didukung operator OPD",
    Step.ACCEPTED: "Diterima BKPSDM",
    Step.DECLINED: "Ditolak BKPSDM",
    Step.WITHDRAWN: "Ditarik kembali",
}
# Messages at the field in which somebody writes what is right.
CLAIM_WORDS: dict[type[NetralError], str] = {
    ClaimMissing: "Tulis isi yang benar",
    ClaimWithNik: "Isi ini memuat 16 angka seperti NIK, yang tidak disimpan di sini. Tulis tanpa NIK",
    ClaimUnusable: "Isi ini tidak dapat dipakai. Ketik ulang dengan huruf biasa",
    ClaimTooLong: "Isi ini paling panjang {0} karakter",
    ClaimUnprintable: "Tulis nama dengan huruf Latin: sertifikat tidak dapat mencetak {0}",
    NipImpossible: "NIP terdiri dari 18 angka: delapan angka pertama tanggal lahir, angka ke-15 adalah 1 atau 2",
    NothingToCorrect: "Isi ini sama dengan yang sudah tercatat",
}
CORRECTION_WORDING: dict[type[NetralError], tuple[int, str, str]] = {
    CorrectionSettled: (
        409,
        "Permintaan ini sudah selesai",
        "Permintaan ini sudah diputuskan atau ditarik kembali. Buka lagi permintaannya untuk melihat hasilnya.",
    ),
    OwnCorrection: (
        409,
        "Ini permintaan Anda sendiri",
        "Permintaan perbaikan data Anda sendiri diperiksa dan diputuskan oleh petugas lain.",
    ),
    NipTaken: (
        409,
        "NIP ini sudah dipakai",
        "NIP yang diajukan milik pegawai lain ({0}). Perbaiki dahulu data pegawai itu, atau tolak permintaan ini.",
    ),
}
