"""Facts in words for people: (status, title, meaning and advice). `{0}` is the fact's first argument.

A fact that no page can meet needs no entry; one that is missing here is treated as a fault of ours.
"""

from netral.accounts.codes import CodeRefused
from netral.accounts.directory import NobodyToInvite, OfficerBeyondReach, TooManyCodes
from netral.accounts.users import GrantedAlready, LastOfficer, LoginTaken, RoleNeedsInstansi, RoleNeedsOpd
from netral.certificates.issue.issuing import CertificateNotValid, NameUnprintable, RevocationReasonMissing
from netral.certificates.proof.identifiers import MalformedCode
from netral.certificates.proof.keys import ExposedKey, NoSigningKey, UnusableKey
from netral.content.edition import LibraryHasErrors
from netral.corrections.asking import CorrectionSettled
from netral.corrections.deciding import NipTaken, OwnCorrection
from netral.database.engines import SqliteTooOld
from netral.demo import marker
from netral.errors import NetralError
from netral.learning import raising
from netral.learning.editions.publishing import PublishingBusy
from netral.learning.exams.saving import BadSequence
from netral.learning.exams.withdrawing import QuestionWithdrawn
from netral.learning.periods import opening
from netral.learning.periods.enrolments import ExtraTimeOutOfRange, ReasonMissing, StandingUnchanged
from netral.migrating import RevisionUnknown
from netral.operation import archive, backing_up, contents, embedded, restoring, served, tools
from netral.organisation.instansi import InstansiNotNamed, KodeTaken, KodeUnusable, ZoneUnknown
from netral.pledges.signing import IkrarClosed, IkrarSigned
from netral.quiz.drawing import PoolTooSmall
from netral.quiz.questions import AnswerNotOffered
from netral.roster.applying import DeactivationUnconfirmed, RosterHasErrors
from netral.roster.opd_import import OpdHasErrors, UnitsInCircle
from netral.roster.previews import ImportUnderReview, PreviewGone, PreviewOutdated
from netral.roster.undoing import NotUndoable
from netral.settings import UnusableSetting
from netral.sheets import refusals
from netral.versions import Outdated

CLIENT = "Pasang alat PostgreSQL: sudo apt-get install postgresql-client"

WORDING: dict[type[NetralError], tuple[int, str, str]] = {
    # Pages that are old, accounts, roles and instansi.
    CodeRefused: (
        422,
        "Kode tidak dapat dipakai",
        "NIP atau nama masuk dan kode tidak cocok, sudah dipakai, atau lewat 72 jam. Minta kode baru ke operator.",
    ),
    Outdated: (
        409,
        "Halaman ini sudah lama",
        "Data ini berubah setelah halaman Anda dibuka, jadi yang Anda kirim belum disimpan. Buka lagi halamannya.",
    ),
    QuestionWithdrawn: (
        409,
        "Soal sudah ditarik",
        "Soal {0} sudah ditarik dari ujian, jadi tidak ada yang berubah.",
    ),
    GrantedAlready: (409, "Peran sudah ada", "Pengguna ini sudah memegang peran {0} di sana."),
    InstansiNotNamed: (
        422,
        "Instansi belum dipilih",
        "Ada beberapa instansi. Sebutkan salah satu: --instansi KODE.",
    ),
    KodeTaken: (409, "Kode sudah dipakai", "Kode {0} sudah dipakai. Pilih kode lain."),
    KodeUnusable: (
        422,
        "Kode tidak dapat dipakai",
        "Kode {0} tidak dapat dipakai. Pakai 1 sampai 32 huruf, angka, titik, garis bawah, atau tanda hubung.",
    ),
    RoleNeedsInstansi: (422, "Peran memerlukan instansi", "Peran {0} melekat pada instansi. Sebutkan instansinya."),
    RoleNeedsOpd: (422, "Peran memerlukan OPD", "Peran {0} melekat pada sebuah OPD. Sebutkan kodenya: --opd KODE."),
    ZoneUnknown: (
        422,
        "Zona waktu tidak dikenal",
        "Zona waktu {0} tidak dikenal. Contoh: Asia/Jakarta, Asia/Makassar, Asia/Jayapura.",
    ),
    LoginTaken: (409, "Nama masuk sudah dipakai", "Nama masuk {0} sudah dipakai pengguna lain. Pilih nama lain."),
    LastOfficer: (
        409,
        "Petugas terakhir tidak dapat dicabut",
        "Ini pemegang terakhir peran {0}. Tunjuk penggantinya dahulu, lalu cabut peran ini.",
    ),
    # Learners.
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
    # Officers: codes, periods, participants, content, certificates, the example.
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
    raising.PeriodClosed: (
        409,
        "Periode sudah ditutup",
        "Periode ini sudah ditutup, jadi edisinya tidak dapat diganti.",
    ),
    raising.EditionInUse: (
        409,
        "Edisi ini sudah dipakai",
        "Periode ini sudah memakai edisi {0}, jadi tidak ada yang berubah.",
    ),
    raising.EditionNotNewer: (
        409,
        "Edisi tidak dapat diturunkan",
        "Periode ini memakai edisi {0} dan tidak dapat kembali ke edisi {1}.",
    ),
    raising.EditionMovedMeanwhile: (
        409,
        "Edisi sudah berganti",
        "Periode ini sudah pindah ke edisi {0} sejak halaman Anda dibuka. Periksa lagi perubahannya.",
    ),
    raising.EditionTooSmall: (
        422,
        "Bank soal tidak cukup",
        "Bank soal edisi itu tidak cukup untuk kuota periode ini. Penyunting menerbitkan soal tambahan dahulu.",
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
    # Corrections.
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
    # Files of people and units.
    refusals.FileEmpty: (422, "Berkas kosong", "Berkas ini tidak berisi baris. Periksa berkasnya, lalu impor lagi."),
    refusals.FileTooLarge: (
        422,
        "Berkas terlalu besar",
        "Berkas melebihi {0} MB. Hapus gambar dan kolom yang tidak diperlukan, lalu impor lagi.",
    ),
    refusals.FileForeign: (
        422,
        "Jenis berkas tidak cocok",
        "Berkas harus .xlsx atau .csv; isi berkas ini berjenis {0}. Simpan sebagai .xlsx, lalu impor lagi.",
    ),
    refusals.FileEncrypted: (
        422,
        "Berkas memakai kata sandi",
        "Berkas ini terkunci dengan kata sandi. Simpan tanpa kata sandi, lalu impor lagi.",
    ),
    refusals.FileBroken: (
        422,
        "Berkas tidak terbaca",
        "Berkas rusak atau tidak lengkap (di: {0}). Buka berkasnya, simpan lagi sebagai .xlsx, lalu impor lagi.",
    ),
    refusals.FileOversized: (
        422,
        "Isi berkas terlalu besar",
        "Isi berkas ini terlalu besar ({0}). Salin hanya kolom yang diperlukan ke buku kerja baru, lalu impor lagi.",
    ),
    refusals.FileUntrusted: (
        422,
        "Berkas tidak dapat dipercaya",
        "Berkas memuat perintah asing (di: {0}), jadi tidak dibuka. Salin isinya ke buku kerja baru, lalu impor lagi.",
    ),
    refusals.HeaderMissing: (
        422,
        "Judul kolom tidak ditemukan",
        "Tidak ada baris judul kolom seperti {0}. Yang ditemukan: {1}. Tambahkan baris judul itu, lalu impor lagi.",
    ),
    refusals.ColumnMissing: (
        422,
        "Ada kolom yang kurang",
        (
            "Baris judul ditemukan di baris {0} lembar {2}, tetapi kolom {1} tidak ada. Kolom yang ditemukan: {3}. "
            "Ubah salah satunya menjadi {1}, atau tambahkan kolom itu, lalu impor lagi."
        ),
    ),
    refusals.NikInstead: (
        422,
        "NIK tidak dipakai",
        (
            "Baris judul di baris {0} lembar {1} memuat NIK, tetapi tidak memuat NIP. NIK tidak boleh dipakai: hapus "
            "kolomnya. Untuk PPNPN tambahkan kolom NO PESERTA, lalu impor lagi."
        ),
    ),
    refusals.ColumnAmbiguous: (
        422,
        "Dua kolom berjudul sama",
        (
            "Judul di baris {0} lembar {1} sama artinya di beberapa kolom: {2}. Hapus atau ganti judul kolom yang "
            "tidak dipakai, lalu impor lagi."
        ),
    ),
    refusals.FileWithoutPeople: (
        422,
        "Tidak ada pegawai di berkas",
        (
            "Di bawah judul kolom (baris {0} lembar {1}) tidak ada pegawai yang masih aktif. Periksa berkasnya, "
            "lalu impor lagi."
        ),
    ),
    refusals.FileWithoutUnits: (
        422,
        "Tidak ada unit di berkas",
        "Di bawah judul kolom (baris {0} lembar {1}) tidak ada unit. Periksa berkasnya, lalu impor lagi.",
    ),
    RosterHasErrors: (
        422,
        "Ada baris yang perlu diperbaiki",
        "{0} baris perlu diperbaiki, jadi belum ada yang diterapkan. Perbaiki di berkas, atau lewati.",
    ),
    DeactivationUnconfirmed: (
        422,
        "Jumlah yang dinonaktifkan belum ditegaskan",
        "{0} pegawai akan dinonaktifkan, dan jumlah itu belum ditegaskan, jadi belum ada yang diterapkan.",
    ),
    OpdHasErrors: (422, "Ada baris yang perlu diperbaiki", "{0} galat di berkas, jadi belum ada yang diterapkan."),
    UnitsInCircle: (422, "Induk melingkar", "Unit {0} menjadi induk dirinya sendiri. Perbaiki kolom induk."),
    ImportUnderReview: (
        409,
        "Impor lain sedang ditinjau",
        "Petugas lain sedang meninjau berkas pegawai. Tunggu sampai selesai, atau minta ia membatalkannya.",
    ),
    PreviewGone: (
        409,
        "Pratinjau sudah tidak ada",
        "Pratinjau ini sudah diterapkan, diganti unggahan lain, atau lewat 24 jam. Unggah lagi berkasnya.",
    ),
    PreviewOutdated: (
        409,
        "Data pegawai sudah berubah",
        "Data pegawai berubah sejak pratinjau dibuat. Periksa pratinjau yang baru, lalu terapkan.",
    ),
    NotUndoable: (
        409,
        "Impor ini tidak dapat diurungkan",
        "Hanya impor terakhir yang dapat diurungkan, hanya satu kali, dan hanya selama 7 hari.",
    ),
    # For the operator of the installation: settings, backups, the database.
    UnusableSetting: (500, "Setelan tidak dapat dipakai", "Setelan {0} {1}."),
    RevisionUnknown: (
        409,
        "Revisi tidak dikenal",
        "Revisi basis data ini tidak dikenal versi Netral yang terpasang. Pasang versi yang sama atau lebih baru.",
    ),
    SqliteTooOld: (
        500,
        "SQLite terlalu lama",
        "SQLite {0} dapat merusak data, jadi tidak dipakai. Pasang ulang dengan make install, atau pakai PostgreSQL.",
    ),
    archive.BackupExists: (409, "Berkas sudah ada", "Berkas {0} sudah ada dan tidak ditimpa. Pilih nama lain."),
    archive.NotABackup: (422, "Bukan cadangan", "Berkas {0} bukan cadangan Netral yang utuh."),
    archive.ForeignMember: (
        422,
        "Isi cadangan tidak semestinya",
        "Cadangan ini memuat {0!r}, yang tidak pernah ditulis Netral. Tidak ada yang dipulihkan.",
    ),
    archive.BackupDamaged: (
        422,
        "Cadangan rusak",
        "Bagian {0} pada cadangan ini rusak atau tidak lengkap. Tidak ada yang dipulihkan; pakai cadangan lain.",
    ),
    backing_up.NothingToKeep: (422, "Jumlah keliru", "Nilai untuk --keep paling sedikit 1."),
    contents.NothingThere: (
        409,
        "Basis data belum disiapkan",
        "Basis data belum disiapkan. Jalankan: .venv/bin/flask db upgrade",
    ),
    embedded.DatabaseInUse: (
        409,
        "Basis data sedang dipakai",
        "Basis data sedang dipakai. Hentikan layanan dahulu: sudo systemctl stop netral",
    ),
    embedded.DatabaseDamaged: (
        409,
        "Basis data rusak",
        "Berkas {0} tidak terbaca sebagai basis data. Pindahkan berkas itu ke tempat lain, lalu ulangi.",
    ),
    embedded.NoSpaceLeft: (507, "Disk penuh", "Disk penuh. Kosongkan ruang, lalu ulangi."),
    embedded.CopyUnsound: (
        422,
        "Cadangan rusak",
        "Basis data pada cadangan ini rusak ({0}). Tidak ada yang dipulihkan; pakai cadangan lain.",
    ),
    restoring.TargetNotEmpty: (
        409,
        "Sudah ada data",
        "Di sini sudah ada data. Tambahkan --replace bila data itu memang harus diganti seluruhnya.",
    ),
    restoring.BackupOfOtherKind: (
        409,
        "Jenis basis data berbeda",
        "Cadangan ini dari {0}, sedangkan NETRAL_DATABASE_URL menunjuk {1}. Pulihkan ke jenis yang sama.",
    ),
    restoring.BackupFromNewer: (
        409,
        "Cadangan dari versi yang lebih baru",
        "Cadangan ini dari versi Netral yang lebih baru (revisi {0}). Perbarui Netral dahulu, lalu ulangi.",
    ),
    served.MayNotCreate: (
        409,
        "Hak basis data kurang",
        "Pengguna basis data {0} memerlukan hak CREATEDB untuk memulihkan. Caranya ada di docs/operasi.md.",
    ),
    tools.ToolMissing: (409, "Alat belum terpasang", f"Program {{0}} tidak ditemukan. {CLIENT}"),
    tools.ToolTooOld: (
        409,
        "Alat terlalu lama",
        f"Program {{0}} versi {{1}} lebih lama daripada server PostgreSQL versi {{2}}. {CLIENT}-{{2}}",
    ),
    tools.ToolFailed: (500, "Alat gagal", "Program {0} gagal: {1}"),
}
