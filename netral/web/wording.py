"""Facts in words for people: (status, title, what it means and what to do). `{0}` is the fact's first argument.

A fact that no page can meet needs no entry; one that is missing here is treated as a fault of ours.
"""

from netral.accounts.codes import CodeRefused
from netral.accounts.users import LastOfficer, LoginTaken
from netral.errors import NetralError

WORDING: dict[type[NetralError], tuple[int, str, str]] = {
    CodeRefused: (
        422,
        "Kode tidak dapat dipakai",
        "NIP dan kode tidak cocok, sudah dipakai, atau lewat 72 jam. Minta kode baru kepada operator OPD Anda.",
    ),
    LoginTaken: (409, "Nama masuk sudah dipakai", "Nama masuk {0} sudah dipakai pengguna lain. Pilih nama lain."),
    LastOfficer: (
        409,
        "Petugas terakhir tidak dapat dicabut",
        "Ini pemegang terakhir peran {0}. Tunjuk penggantinya dahulu, lalu cabut peran ini.",
    ),
}
