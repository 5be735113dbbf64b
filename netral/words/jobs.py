"""Jobs in words: the name of each kind, and the state of one."""

import errno
from datetime import datetime

from netral.certificates.issue import renewing
from netral.exports.bundles import KIND as BUNDLE
from netral.exports.siasn import SIASN
from netral.indonesian import number
from netral.jobs.models import Job
from netral.jobs.queue import DONE, FAILED, SWEEP
from netral.roster import previews, uploads

KINDS = {
    BUNDLE: "Berkas ZIP sertifikat",
    SIASN: "Menyiapkan sertifikat untuk SIASN",
    SWEEP: "Penilaian dan penghitungan berkala",
    uploads.JOB: "Membaca berkas data pegawai",
    previews.JOB: "Menerapkan impor data pegawai",
    renewing.KIND: "Menerbitkan ulang sertifikat dengan JP baru",
}
# Faults of the data folder, for officers who do not know of it; the rest names no path, since it may hold a NIP.
FULL = dict.fromkeys(
    (errno.ENOSPC, errno.EDQUOT), "Disk server penuh, jadi berkasnya tidak dapat ditulis. Pengelola mengosongkan ruang"
)
FILE_FAULT = "Server tidak dapat menulis atau membaca berkasnya ({0}). Pengelola memeriksa pemilik dan isi folder data"
# The end of a sentence that names a fault of the program itself.
PROGRAM_FAULT = "Kesalahan program ({0}). Pengelola menemukan sebabnya di catatan layanan netral-worker"


def tell_kind(kind: str) -> str:
    return KINDS.get(kind, kind)


def tell_state(job: Job, now: datetime) -> tuple[str, str]:
    """Return the word for the state of a job and the tone of its tag."""
    if job.state == DONE:
        return "Selesai", "ok"
    if job.state == FAILED:
        return "Gagal", "error"
    if job.fault:
        return "Diulang", "warning"
    if job.repeats:
        return "Berkala", ""
    return ("Berjalan", "strong") if job.claims else ("Menunggu", "")


def tell_progress(job: Job) -> str:
    return f"{number(job.done)} dari {number(job.total)}" if job.total else ""
