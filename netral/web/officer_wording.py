"""Facts that officers meet, in words: people and codes, periods, content. Read by `wording.py`."""

from netral.accounts.directory import NobodyToInvite, OfficerBeyondReach, TooManyCodes
from netral.errors import NetralError

OFFICER_WORDING: dict[type[NetralError], tuple[int, str, str]] = {
    NobodyToInvite: (
        409,
        "Tidak ada kode yang perlu dibuat",
        "Semua pegawai di unit ini sudah punya kata sandi, atau kodenya dibuat oleh petugas di atasnya.",
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
}
