"""Facts that officers meet, in words: people and codes, periods, content. Read by `wording.py`."""

from netral.accounts.directory import NobodyToInvite, OfficerBeyondReach, TooManyCodes
from netral.certificates.issue.issuing import CertificateNotValid, NameUnprintable, RevocationReasonMissing
from netral.certificates.proof.identifiers import MalformedCode
from netral.certificates.proof.keys import ExposedKey, NoSigningKey, UnusableKey
from netral.content.edition import LibraryHasErrors
from netral.demo import marker
from netral.errors import NetralError
from netral.learning.editions.publishing import PublishingBusy
from netral.learning.periods import opening
from netral.learning.periods.enrolments import ExtraTimeOutOfRange, ReasonMissing, StandingUnchanged
from netral.quiz.drawing import PoolTooSmall

OFFICER_WORDING: dict[type[NetralError], tuple[int, str, str]] = {
    NobodyToInvite: (
        409,
        "Tidak ada kode yang perlu dibuat",
        "Semua pegawai di unit ini sudah punya kata sandi, atau kodenya dibuat oleh petugas di atasnya.",
    ),
    NameUnprintable: (
        409,
        "Nama ini belum dapat dicetak",
        "Sertifikat tidak dapat mencetak {1} pada nama {0}. Perbaiki namanya dengan huruf Latin, lalu terbitkan lagi.",
    ),
    OfficerBeyondReach: (
        409,
        "Kode ini dibuat oleh petugas di atasnya",
        "{0} memegang peran di luar jangkauan Anda. Mintalah kodenya kepada BKPSDM atau pengelola sistem.",
    ),
    TooManyCodes: (
        422,
        "Terlalu banyak kode untuk satu lembar cetak",
        "Unit ini memerlukan {0} kode, paling banyak 5.000 sekaligus. Cetak per unit di bawahnya.",
    ),
    opening.KodeMalformed: (
        422,
        "Kode periode tidak dapat dipakai",
        "Kode {0} tidak dapat dipakai. Pakai 1 sampai 32 huruf, angka, titik, garis bawah, atau tanda hubung.",
    ),
    opening.KodeTaken: (409, "Kode periode sudah dipakai", "Sudah ada periode dengan kode {0}. Pilih kode lain."),
    opening.DatesReversed: (
        422,
        "Urutan tanggal keliru",
        "Urutannya: mulai, tenggat, tutup, lalu berlaku sampai. Perbaiki tanggal yang mendahului.",
    ),
    opening.PeriodOver: (422, "Periode sudah lewat", "Tanggal tutup {0} sudah lewat. Pilih tanggal yang akan datang."),
    opening.PeriodNotBegun: (409, "Periode belum mulai", "Periode ini belum mulai, jadi belum dapat ditutup."),
    opening.SettingOutOfRange: (422, "Isian di luar batas", "Nilai {1} di luar batas. Pakai {2} sampai {3}."),
    opening.NoEdition: (
        409,
        "Belum ada isi yang terbit",
        "Belum ada edisi yang terbit. Penyunting menerbitkan isi dahulu, lalu periode dapat dibuka.",
    ),
    opening.NoAsn: (409, "Belum ada pegawai", "Belum ada pegawai aktif. Impor data pegawai dahulu."),
    PoolTooSmall: (
        422,
        "Bank soal tidak cukup",
        "Bank soal edisi terbaru tidak cukup untuk kuota ini. Kurangi kuota, atau terbitkan soal tambahan dahulu.",
    ),
    ReasonMissing: (422, "Alasan belum diisi", "Tuliskan alasannya, lalu kirim lagi."),
    StandingUnchanged: (
        409,
        "Tidak ada yang berubah",
        "Kedudukan pegawai ini sudah {0}. Muat ulang halaman untuk melihat keadaan terbaru.",
    ),
    ExtraTimeOutOfRange: (422, "Waktu tambahan di luar batas", "Waktu tambahan 0 sampai 300 persen, bukan {0}."),
    LibraryHasErrors: (
        422,
        "Isi masih mengandung galat",
        "Isi belum dapat diterbitkan karena masih ada galat. Perbaiki yang ditunjukkan, lalu coba lagi.",
    ),
    PublishingBusy: (
        503,
        "Sedang ada penerbitan lain",
        "Ada penerbitan lain pada saat yang sama. Coba lagi sebentar lagi.",
    ),
    NoSigningKey: (
        503,
        "Kunci sertifikat belum dibuat",
        "Kunci sertifikat belum dibuat. Pengelola menjalankan: .venv/bin/flask key make",
    ),
    UnusableKey: (503, "Kunci sertifikat tidak terbaca", "Berkas kunci {0} tidak dapat dibaca sebagai kunci Ed25519."),
    ExposedKey: (
        503,
        "Kunci sertifikat dapat dibaca orang lain",
        "Berkas kunci {0} dapat dibaca semua orang di mesin ini. Jalankan: chmod 600 pada berkas itu.",
    ),
    marker.DatabaseNotEmpty: (
        409,
        "Basis data tidak kosong",
        "Basis data ini sudah berisi. Data contoh hanya dimuat ke folder data yang kosong: pakai NETRAL_DATA_DIR lain.",
    ),
    marker.DemoNotAsked: (
        403,
        "Bukan salinan contoh",
        "Data contoh hanya dimuat dengan NETRAL_DEMO=1, seperti pada: make run",
    ),
    marker.DemoNeedsEmbedded: (
        403,
        "Basis data bukan yang tertanam",
        "Data contoh hanya untuk basis data tertanam di NETRAL_DATA_DIR. Kosongkan NETRAL_DATABASE_URL.",
    ),
    marker.DemoNotLoaded: (404, "Belum ada data contoh", "Data contoh belum dimuat di folder ini. Jalankan: make run"),
    MalformedCode: (
        400,
        "Kode tidak terbaca",
        "Kode {0} bukan kode sertifikat. Kode sertifikat terdiri dari 26 huruf dan angka.",
    ),
    CertificateNotValid: (
        409,
        "Sertifikat sudah tidak berlaku",
        "Sertifikat ini sudah berstatus {0}, jadi tindakan ini tidak dapat dilakukan.",
    ),
    RevocationReasonMissing: (422, "Alasan belum diisi", "Tuliskan alasan pencabutannya, lalu kirim lagi."),
}
