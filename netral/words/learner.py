"""Facts that a learner can meet, in words: a form that was altered, a page that was open too long."""

from netral.errors import NetralError
from netral.learning.exams.saving import BadSequence
from netral.pledges.signing import IkrarClosed, IkrarSigned
from netral.quiz.layouts import AnswerNotOffered

LEARNER_WORDING: dict[type[NetralError], tuple[int, str, str]] = {
    AnswerNotOffered: (
        400,
        "Pilihan tidak dikenal",
        "Jawaban yang dikirim tidak ada di antara pilihan soal ini, jadi tidak disimpan. Muat ulang soalnya.",
    ),
    BadSequence: (
        400,
        "Kiriman tidak dapat dibaca",
        "Nomor urut jawaban tidak dapat dibaca, jadi jawaban tidak disimpan. Muat ulang soalnya.",
    ),
    IkrarClosed: (
        409,
        "Ikrar tidak dapat ditandatangani sekarang",
        "Periode ini belum mulai atau sudah ditutup, jadi pilihan Anda tidak dicatat.",
    ),
    IkrarSigned: (
        409,
        "Ikrar sudah Anda tandatangani",
        "Ikrar yang sudah ditandatangani tidak dapat diubah. Bila keberatan, hubungi BKPSDM instansi Anda.",
    ),
}
