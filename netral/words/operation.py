"""Facts that whoever keeps the installation meets at the command line, in words. Read by `wording.py`."""

from netral.database.engines import SqliteTooOld
from netral.errors import NetralError
from netral.migrating import RevisionUnknown
from netral.operation import archive, backing_up, contents, embedded, restoring, served, tools
from netral.settings import UnusableSetting

CLIENT = "Pasang alat PostgreSQL: sudo apt-get install postgresql-client"

OPERATION_WORDING: dict[type[NetralError], tuple[int, str, str]] = {
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
