"""Corrections in words: fields, states, steps, and faults of a claim."""

from netral.corrections.asking import NothingToCorrect
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
    State.CHECKED: ("Menunggu keputusan", "strong"),
    State.ACCEPTED: ("Diterima", "ok"),
    State.DECLINED: ("Ditolak", "warning"),
    State.WITHDRAWN: ("Ditarik kembali", ""),
}
STEP_WORDS = {
    Step.ASKED: "Diajukan",
    Step.SUPPORTED: "Didukung operator OPD",
    Step.DOUBTED: "Tidak didukung operator OPD",
    Step.ACCEPTED: "Diterima",
    Step.DECLINED: "Ditolak",
    Step.WITHDRAWN: "Ditarik kembali",
}
# Messages at the field for the right value.
CLAIM_WORDS: dict[type[NetralError], str] = {
    ClaimMissing: "Tulis isi yang benar",
    ClaimWithNik: "Isi ini memuat 16 angka seperti NIK, yang tidak disimpan di sini. Tulis tanpa NIK",
    ClaimUnusable: "Isi ini tidak dapat dipakai. Ketik ulang dengan huruf biasa",
    ClaimTooLong: "Isi ini paling panjang {0} karakter",
    ClaimUnprintable: "Tulis nama dengan huruf Latin: sertifikat tidak dapat mencetak {0}",
    NipImpossible: "NIP terdiri dari 18 angka: delapan angka pertama tanggal lahir, angka ke-15 adalah 1 atau 2",
    NothingToCorrect: "Isi ini sama dengan yang sudah tercatat",
}
