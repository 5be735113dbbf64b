"""Facts in words for people: (status, title, meaning and advice). `{0}` is the fact's first argument.

A fact that no page can meet needs no entry; one that is missing here is treated as a fault of ours.
"""

from netral.accounts.codes import CodeRefused
from netral.accounts.directory import NobodyToInvite, OfficerBeyondReach, TooManyCodes, TwoPersonsNeeded
from netral.accounts.officers import NamesOverseer
from netral.accounts.proposals import FactorMissing, OwnProposal, ProposalSettled
from netral.accounts.users import (
    GrantedAlready,
    HolderGone,
    LastOfficer,
    LoginTaken,
    OwnMatter,
    RoleNeedsInstansi,
    RoleNeedsOpd,
)
from netral.certificates.issue import renewing, transcripts
from netral.certificates.issue.issuing import CertificateNotValid, NameUnprintable, RevocationReasonMissing
from netral.certificates.issue.numbering import IssuerNameless, LetterheadTooLong, NumberRepeats
from netral.certificates.paper.document import SheetUnprintable
from netral.certificates.paper.files import PdfAltered
from netral.certificates.proof import numbers
from netral.certificates.proof.identifiers import MalformedCode
from netral.certificates.proof.keys import ExposedKey, NoSigningKey, UnusableKey
from netral.content.edition import LibraryHasErrors
from netral.corrections.asking import CorrectionSettled
from netral.corrections.deciding import NipTaken
from netral.database.engines import SqliteTooOld
from netral.demo import marker
from netral.errors import NetralError
from netral.exports import siasn, siasn_files
from netral.exports.bundles import NoCertificates, TooManyCertificates
from netral.learning import raising
from netral.learning.editions.publishing import PublishingBusy
from netral.learning.exams.compensating import CompensatedAlready, NothingToReplace
from netral.learning.exams.extending import MinutesOutOfRange, NoOpenAttempt
from netral.learning.exams.granting import AttemptOfNoUse, AttemptsOutOfRange, NobodyUsedUp
from netral.learning.exams.saving import BadSequence
from netral.learning.exams.withdrawing import QuestionWithdrawn
from netral.learning.periods import diklat, lifecycle, opening
from netral.learning.periods.audience import UnitsUnknown
from netral.learning.periods.enrolments import ExtraTimeOutOfRange, ReasonMissing, StandingUnchanged
from netral.migrating import RevisionUnknown
from netral.operation import archive, backing_up, contents, embedded, restoring, served, tools
from netral.organisation.instansi import InstansiNotNamed, KodeTaken, KodeUnusable, ZoneUnknown
from netral.pledges.circulars.files import PdfLost
from netral.pledges.circulars.issuing import CircularWithdrawn, NoDraft
from netral.pledges.circulars.reading import CircularChanged, CircularClosed
from netral.pledges.circulars.signing import DayAhead, DayBeforeText, NobodyPresent, ObjectionDecided, OwnSignature
from netral.pledges.signing import IkrarClosed, IkrarSigned
from netral.quiz.drawing import PoolTooSmall
from netral.quiz.questions import AnswerNotOffered
from netral.reporting.packet import PacketTooLarge
from netral.roster.applying import DeactivationUnconfirmed, RosterHasErrors
from netral.roster.changing import NotPlanned
from netral.roster.opd_import import OpdHasErrors, UnitsInCircle
from netral.roster.operators import TooManyOperators
from netral.roster.previews import ImportUnderReview, PreviewGone, PreviewOutdated
from netral.roster.undoing import NotUndoable
from netral.roster.uploads import FileGone
from netral.settings import UnusableSetting
from netral.sheets import refusals
from netral.sosialisasi.holding import MeetingOver
from netral.versions import Outdated

KODE_UNUSABLE = (
    "Kode {0} tidak dapat dipakai. "
    "Pakai 1 sampai 32 huruf, angka, titik, garis bawah, atau tanda hubung, bukan tanda saja."
)
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
    CircularClosed: (
        409,
        "Naskah tidak berlaku lagi bagi Anda",
        "Naskah ini dicabut atau tidak lagi ditujukan kepada unit Anda, jadi tidak ada yang berubah.",
    ),
    CircularChanged: (
        409,
        "Versi baru sudah terbit",
        "Versi baru terbit setelah halaman Anda dibuka, jadi belum ada yang disimpan. Buka lagi halamannya.",
    ),
    CircularWithdrawn: (409, "Naskah sudah dicabut", "Naskah ini sudah dicabut, jadi tidak ada yang berubah."),
    NoDraft: (
        409,
        "Tidak ada draf",
        "Versi ini sudah terbit dan tidak dapat diubah. Tulis versi baru dari halaman naskahnya.",
    ),
    PdfLost: (
        503,
        "Berkas tidak dapat diambil",
        "Berkas hilang atau rusak. Hubungi kantor kepegawaian; teks naskah tetap dapat dibaca pada halamannya.",
    ),
    MeetingOver: (
        409,
        "Sosialisasi sudah selesai",
        "Sosialisasi ini sudah selesai atau dibatalkan. Tidak ada yang berubah.",
    ),
    NobodyPresent: (422, "Belum ada yang dicentang", "Centang pegawai yang menandatangani, lalu kirim lagi."),
    DayBeforeText: (422, "Tanggal apel mendahului naskah", "Apel tidak mungkin sebelum tanggal naskahnya."),
    DayAhead: (422, "Tanggal apel belum tiba", "Catat penandatanganan sesudah apelnya."),
    OwnSignature: (409, "Tanda tangan Anda sendiri", "Naskah ini Anda tandatangani sendiri, bukan dicatat petugas."),
    ObjectionDecided: (409, "Keberatan sudah diputuskan", "Keberatan ini sudah diputuskan kantor kepegawaian."),
    QuestionWithdrawn: (
        409,
        "Soal sudah ditarik",
        "Soal {0} sudah ditarik dari ujian, jadi tidak ada yang berubah.",
    ),
    GrantedAlready: (409, "Peran sudah ada", "Orang ini sudah memegang peran {0} di sana."),
    InstansiNotNamed: (
        422,
        "Instansi belum dipilih",
        "Ada beberapa instansi. Sebutkan salah satu: --instansi KODE.",
    ),
    KodeTaken: (409, "Kode sudah dipakai", "Kode {0} sudah dipakai. Pilih kode lain."),
    KodeUnusable: (
        422,
        "Kode tidak dapat dipakai",
        KODE_UNUSABLE,
    ),
    RoleNeedsInstansi: (422, "Peran memerlukan instansi", "Peran {0} melekat pada instansi. Sebutkan instansinya."),
    RoleNeedsOpd: (422, "Peran memerlukan OPD", "Peran {0} melekat pada sebuah OPD. Sebutkan kodenya: --opd KODE."),
    ZoneUnknown: (
        422,
        "Zona waktu tidak dikenal",
        "Zona waktu {0} tidak dikenal. Contoh: Asia/Jakarta, Asia/Makassar, Asia/Jayapura.",
    ),
    LoginTaken: (409, "Nama masuk sudah dipakai", "Nama masuk {0} sudah dipakai pengguna lain. Pilih nama lain."),
    HolderGone: (
        409,
        "Orang ini sudah tidak bertugas",
        "{0} sudah tidak bertugas menurut data pegawai, jadi tidak dapat diberi peran. Aktifkan lagi lebih dahulu.",
    ),
    NamesOverseer: (
        409,
        "Orang ini mengawasi",
        "{0} memegang peran Inspektorat atau pengelola, jadi tidak diberi peran lain di sini. Tunjuk orang lain.",
    ),
    OwnMatter: (
        409,
        "Ini urusan Anda sendiri",
        "Yang menyangkut diri Anda diputuskan petugas lain. Tidak ada yang berubah. Minta rekan Anda yang memutuskan.",
    ),
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
        "Ikrar yang sudah ditandatangani tidak dapat diubah. Bila keberatan, hubungi kantor kepegawaian instansi Anda.",
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
        "{0} memegang peran di luar jangkauan Anda. Mintalah kodenya kepada kantor kepegawaian atau pengelola sistem.",
    ),
    TwoPersonsNeeded: (
        409,
        "Ini memerlukan dua petugas",
        "{0} memegang peran pengawasan. Seorang petugas mengusulkannya di halaman Usulan, petugas lain menyetujuinya.",
    ),
    OwnProposal: (
        409,
        "Petugas lain yang memutuskan",
        "Usulan Anda sendiri, dan usulan tentang akun Anda, disetujui oleh petugas lain. Tidak ada yang berubah.",
    ),
    ProposalSettled: (
        409,
        "Usulan ini sudah tidak terbuka",
        "Usulan sudah diputuskan, gugur, atau lewat 72 jam, jadi tidak ada yang berubah. Buka halaman Usulan.",
    ),
    FactorMissing: (
        409,
        "Autentikatornya sudah tidak ada",
        "Orang ini tidak lagi memiliki autentikator, jadi tidak ada yang perlu dilepas.",
    ),
    TooManyOperators: (
        422,
        "Daftar terlalu panjang",
        "Daftar ini berisi {0} baris, paling banyak 500. Bagi menjadi beberapa berkas.",
    ),
    TooManyCodes: (
        422,
        "Terlalu banyak kode untuk satu lembar cetak",
        "Unit ini memerlukan {0} kode, paling banyak 5.000 sekaligus. Cetak per unit di bawahnya.",
    ),
    numbers.NumberSignUnusable: (
        422,
        "Nomor tidak dapat dipakai",
        "Tanda {0} tidak dapat dipakai pada nomor. Pakai huruf, angka, spasi, dan / . , : - _ ( ).",
    ),
    numbers.NumberFieldUnknown: (
        422,
        "Nomor tidak dapat dipakai",
        "Isian {{{0}}} tidak dikenal. Yang ada: {{urut}}, {{klasifikasi}}, {{unit}}, {{bulan}}, {{romawi}}, {{tahun}}.",
    ),
    numbers.NumberFieldEmpty: (
        422,
        "Nomor tidak dapat dipakai",
        "Templat nomor memakai {{{0}}}, tetapi isinya kosong. Isi dahulu, atau hapus {{{0}}} dari templat.",
    ),
    numbers.NumberWithoutSequence: (
        422,
        "Nomor tidak dapat dipakai",
        "Templat nomor harus memuat {{urut}} tepat satu kali, supaya setiap sertifikat bernomor lain.",
    ),
    numbers.NumberSequenceAdjoined: (
        422,
        "Nomor tidak dapat dipakai",
        "Pisahkan {{urut}} dari huruf, angka, atau isian lain di sebelahnya, misalnya dengan garis miring.",
    ),
    numbers.NumberTooLong: (
        422,
        "Nomor tidak dapat dipakai",
        f"Nomor dapat menjadi {{0}} huruf, paling banyak {numbers.LONGEST_NUMBER}. Ringkas templat atau isinya.",
    ),
    IssuerNameless: (422, "Penerbit belum bernama", "Isi singkatan penerbit, misalnya BKPSDM atau BKD."),
    LetterheadTooLong: (422, "Isian terlalu panjang", "Paling panjang {1} karakter: {0}..."),
    NumberRepeats: (
        422,
        "Nomor tidak dapat dipakai",
        "Dengan templat ini nomor {0}, yang sudah terbit, dapat terbit lagi. Ubah letak atau tanda pemisah isiannya.",
    ),
    PacketTooLarge: (
        409,
        "Terlalu banyak pegawai untuk satu paket",
        "Unit ini punya {0} pegawai wajib, paling banyak {1} dalam satu paket. Pilih unit di bawahnya.",
    ),
    NoCertificates: (
        409,
        "Belum ada sertifikat",
        "Belum ada sertifikat terbit di unit ini pada periode ini, jadi tidak ada berkas yang dibuat.",
    ),
    TooManyCertificates: (
        409,
        "Terlalu banyak sertifikat untuk satu berkas",
        "Unit ini punya {0} sertifikat, paling banyak {1} dalam satu berkas. Pilih unit di bawahnya.",
    ),
    NotPlanned: (
        409,
        "Sudah berlaku",
        "Rencana ini sudah berlaku, jadi tidak dapat dibatalkan. Catat perubahan baru pada halaman pegawainya.",
    ),
    opening.KodeMalformed: (
        422,
        "Kode periode tidak dapat dipakai",
        KODE_UNUSABLE,
    ),
    opening.KodeTaken: (409, "Kode periode sudah dipakai", "Sudah ada periode dengan kode {0}. Pilih kode lain."),
    opening.DatesReversed: (
        422,
        "Urutan tanggal keliru",
        "Urutannya: mulai, tenggat, tutup, lalu berlaku sampai. Perbaiki tanggal yang mendahului.",
    ),
    opening.PeriodOver: (422, "Periode sudah lewat", "Tanggal tutup {0} sudah lewat. Pilih tanggal yang akan datang."),
    opening.AudienceEmpty: (
        409,
        "Belum ada peserta",
        "Tidak ada pegawai aktif pada unit dan jenis yang dipilih. Periksa pilihan pesertanya.",
    ),
    UnitsUnknown: (
        422,
        "Unit tidak dikenal",
        "Tidak ada unit dengan kode {0} di instansi ini. Periksa kodenya pada daftar OPD.",
    ),
    lifecycle.NotDraft: (
        409,
        "Bukan draf lagi",
        "Periode ini sudah dibuka atau drafnya sudah diarsipkan. Buka halaman periodenya untuk melihat keadaannya.",
    ),
    lifecycle.PeriodBegun: (
        409,
        "Periode sudah mulai",
        "Aturan periode tidak dapat dikoreksi setelah periode mulai. Tenggat dan tutup masih dapat diperpanjang.",
    ),
    lifecycle.PeriodNotBegun: (409, "Periode belum mulai", "Periode ini belum mulai, jadi belum dapat ditutup."),
    lifecycle.PeriodNotRunning: (
        409,
        "Periode tidak sedang berjalan",
        "Periode ini tidak sedang berjalan. Yang belum mulai dapat dikoreksi, yang sudah ditutup dapat dibuka lagi.",
    ),
    lifecycle.PeriodNotClosed: (
        409,
        "Periode belum ditutup, atau di arsip",
        (
            "Hanya periode yang sudah ditutup yang dapat dibuka lagi atau diarsipkan. Tutup dahulu periode yang masih "
            "berjalan; yang sudah di arsip keluarkan dahulu di halaman periodenya."
        ),
    ),
    lifecycle.PeriodNotArchived: (
        409,
        "Tidak ada di arsip",
        "Periode ini tidak ada di arsip. Tidak ada yang berubah.",
    ),
    lifecycle.DayBackwards: (
        422,
        "Tanggal hanya dapat diundur",
        "Tanggal yang sudah diumumkan hanya dapat diundur. Pilih {1} atau sesudahnya.",
    ),
    lifecycle.AudienceNarrowed: (
        422,
        "Peserta hanya dapat ditambah",
        "Unit dan jenis pegawai yang sudah menjadi peserta tidak dapat dikeluarkan. Sertakan semuanya, lalu tambahkan.",
    ),
    opening.SettingOutOfRange: (422, "Isian di luar batas", "Nilai {1} di luar batas. Pakai {2} sampai {3}."),
    opening.NoEdition: (
        409,
        "Belum ada isi yang terbit",
        "Belum ada edisi yang terbit. Penyunting menerbitkan isi dahulu, lalu periode dapat dibuka.",
    ),
    diklat.JpOutOfRange: (422, "JP di luar batas", "JP {1} sampai {2}, bukan {0}."),
    diklat.JpWithoutBasis: (
        422,
        "Dasar JP belum diisi",
        "Sebutkan dasar JP, misalnya nomor keputusan atau kurikulum, lalu kirim lagi.",
    ),
    diklat.BasisWithoutJp: (422, "JP belum diisi", "Isi JP, atau kosongkan dasarnya, lalu kirim lagi."),
    diklat.DiklatUnknown: (
        422,
        "Jenis diklat tidak dikenal",
        "Nomor jenis diklat {0} tidak dikenal. Pakai 3, 4, 7, 8, 9, 11, 16, 17, atau 22.",
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
    AttemptsOutOfRange: (422, "Kesempatan di luar batas", "Kesempatan tambahan 1 sampai 5 sekaligus, bukan {0}."),
    AttemptOfNoUse: (
        409,
        "Kesempatan tambahan tidak berguna",
        "Periode sudah ditutup, atau pegawai ini sudah lulus atau sudah keluar, jadi tidak ada yang diberikan.",
    ),
    NobodyUsedUp: (
        409,
        "Tidak ada yang kehabisan kesempatan",
        "Tidak ada pegawai yang belum lulus dan kehabisan kesempatan di sana, jadi tidak ada yang diberikan.",
    ),
    MinutesOutOfRange: (422, "Tambahan waktu di luar batas", "Tambahan waktu 1 sampai 240 menit, bukan {0}."),
    NoOpenAttempt: (
        409,
        "Tidak ada ujian yang sedang dikerjakan",
        "Tidak ada yang sedang mengerjakan ujian di sana, jadi waktunya tidak ditambah.",
    ),
    CompensatedAlready: (
        409,
        "Gangguan ini sudah diganti waktunya",
        "Waktu gangguan ini sudah ditambahkan sendiri oleh layanan. Bila perlu, tambah waktu untuk orangnya.",
    ),
    NothingToReplace: (
        409,
        "Tidak ada kesempatan yang perlu diganti",
        "Tidak ada ujian yang waktunya habis dalam gangguan ini dan belum diganti, jadi tidak ada yang diberikan.",
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
    renewing.NothingOutdated: (
        409,
        "Tidak ada yang perlu diterbitkan ulang",
        "Semua sertifikat periode {0} yang masih berlaku sudah memuat JP dan jenis diklat periode itu.",
    ),
    siasn.SiasnIdMissing: (
        409,
        "ID instansi SIASN belum diisi",
        "Isi ID instansi SIASN pada Pengaturan instansi, lalu ulangi.",
    ),
    siasn.NothingToExport: (
        409,
        "Tidak ada sertifikat baru untuk SIASN",
        "Semua sertifikat periode {0} yang dapat dikirim sudah masuk sebuah bagian.",
    ),
    siasn.PartSent: (409, "Sudah ditandai dikirim", "Bagian {0} sudah ditandai dikirim, jadi tidak ada yang berubah."),
    siasn_files.CertificateTampered: (
        409,
        "Sertifikat tidak cocok dengan tanda tangannya",
        "Isi sertifikat {0} berubah sejak terbit. Pengelola menjalankan: .venv/bin/flask certificate audit",
    ),
    PdfAltered: (
        409,
        "Berkas sertifikat rusak",
        (
            "Berkas PDF sertifikat {0} di server tidak sama dengan yang pertama kali dibuat, jadi tidak diberikan. "
            "Sertifikatnya tetap dapat diperiksa dengan kodenya. Pengelola memulihkan berkas itu dari cadangan."
        ),
    ),
    SheetUnprintable: (
        409,
        "Sertifikat tidak dapat dicetak",
        (
            "Isinya tidak muat pada satu halaman, atau kode QR-nya tidak terbaca kembali, jadi berkasnya tidak dibuat. "
            "Beri tahu pengelola; sertifikatnya tetap dapat diperiksa dengan kodenya."
        ),
    ),
    transcripts.NothingToList: (
        409,
        "Belum ada yang dapat dicantumkan",
        "Tidak ada sertifikat tahun {0} yang tidak dicabut atau diganti, jadi transkrip tidak dibuat.",
    ),
    RevocationReasonMissing: (422, "Alasan belum diisi", "Tuliskan alasan pencabutannya, lalu kirim lagi."),
    # Corrections.
    CorrectionSettled: (
        409,
        "Permintaan ini sudah selesai",
        "Permintaan ini sudah diputuskan atau ditarik kembali. Buka lagi permintaannya untuk melihat hasilnya.",
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
    refusals.FileMisnamed: (
        422,
        "Nama berkas tidak sesuai isinya",
        "Isi berkas ini .{0}, tetapi namanya tidak berakhiran .{0}. Ganti nama berkasnya, lalu impor lagi.",
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
        "Impor ini sudah diterapkan, dibatalkan, diganti unggahan lain, atau lewat waktu. Unggah lagi berkasnya.",
    ),
    FileGone: (
        409,
        "Berkas sudah dihapus",
        "Berkas ini sudah dihapus dari server sebelum sempat dibaca. Unggah lagi.",
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
