"""Each alarm and its remedy in one or two sentences: for `/sehat`, `flask health` and docs/operasi.md."""

from typing import Any

from netral.operation.health import Alarm, Health

ALARMS = {
    Alarm.DATABASE_AWAY: "Basis data tidak menjawab. Periksa layanan PostgreSQL atau folder data.",
    Alarm.DATABASE_READ_ONLY: "Basis data hanya dapat dibaca. Periksa pemilik folder data dan keadaan disk.",
    Alarm.MIGRATION_PENDING: "Basis data belum mutakhir. Jalankan: .venv/bin/flask db upgrade",
    Alarm.DISK_FULL: "Disk hampir penuh: ruang kosong kurang dari 1 GiB. Kosongkan sebagian atau tambah ruang.",
    Alarm.CLOCK_BACK: "Jam server mundur: lebih awal daripada catatan terakhir. Setel jam, lalu periksa timedatectl.",
    Alarm.NO_SIGNING_KEY: "Kunci tanda tangan sertifikat tidak terbaca. Kembalikan folder kunci dari cadangannya.",
    Alarm.PROXY_UNTRUSTED: (
        "Permintaan datang lewat proksi, padahal NETRAL_PROXY_HOPS 0: semua orang terhitung satu alamat. "
        "Setel NETRAL_PROXY_HOPS, lalu mulai ulang layanan."
    ),
    Alarm.WORKER_STILL: (
        "Pekerjaan latar menunggu lebih dari sepuluh menit. Jalankan layanan netral-worker, atau .venv/bin/flask worker"
    ),
    Alarm.SWEEP_STILL: (
        "Penilaian berkala tidak selesai lebih dari sepuluh menit. Sebabnya ada di halaman Pekerjaan dan di catatan "
        "netral-worker."
    ),
}


def as_document(found: Health) -> dict[str, Any]:
    return {
        "alarms": [{"code": alarm.value, "message": ALARMS[alarm]} for alarm in found.alarms],
        "revision": found.revision,
        "newest_revision": found.newest_revision,
        "free_bytes": found.space.free,
        "total_bytes": found.space.total,
        "now": found.now.isoformat(timespec="seconds"),
        "newest": found.newest.isoformat(timespec="seconds") if found.newest else None,
    }
