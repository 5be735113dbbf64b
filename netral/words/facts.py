"""Facts in words for people: (status, title, what it means and what to do). `{0}` is the fact's first argument.

A fact that no page can meet needs no entry; one that is missing here is treated as a fault of ours.
"""

from netral.accounts.codes import CodeRefused
from netral.accounts.users import GrantedAlready, LastOfficer, LoginTaken, RoleNeedsInstansi, RoleNeedsOpd
from netral.errors import NetralError
from netral.organisation.instansi import InstansiNotNamed, KodeTaken, KodeUnusable, ZoneUnknown
from netral.versions import Outdated
from netral.words.correction import CORRECTION_WORDING
from netral.words.learner import LEARNER_WORDING
from netral.words.officer import OFFICER_WORDING
from netral.words.operation import OPERATION_WORDING
from netral.words.roster import ROSTER_WORDING

WORDING: dict[type[NetralError], tuple[int, str, str]] = (
    OFFICER_WORDING
    | OPERATION_WORDING
    | CORRECTION_WORDING
    | LEARNER_WORDING
    | ROSTER_WORDING
    | {
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
    }
)
