"""What every figure of a report means, as files and pages explain it."""

from netral.reporting.follow_up import Step

# In the order of the columns of a completion table.
DEFINITIONS: tuple[tuple[str, str], ...] = (
    (
        "Wajib",
        "Pegawai peserta periode ini, tanpa yang dibebaskan dan yang keluar. Yang pindah dihitung di OPD barunya.",
    ),
    ("Belum mulai", "Belum membuka halaman modul, belum ikut ujian, dan belum menandatangani ikrar."),
    ("Sedang", "Sudah mulai tetapi belum lulus ujian; juga yang sertifikatnya dicabut atau menunggu ejaan nama."),
    ("Lulus saja", "Sudah lulus ujian, tetapi belum menandatangani ikrar."),
    ("Ikrar saja", "Sudah menandatangani ikrar, tetapi belum lulus ujian."),
    ("Selesai", "Lulus ujian dan menandatangani ikrar, dan sertifikatnya terbit dan tidak dicabut."),
    ("Terlambat", "Bagian dari yang selesai: selesainya setelah tenggat."),
    ("Persen selesai", "Selesai dibagi wajib (penyebutnya), dibulatkan ke bawah sampai satu angka di belakang koma."),
    (
        "Perubahan 7 hari",
        "Berapa poin persen yang ditambahkan pegawai yang selesai hari ini dan dalam 6 hari sebelumnya.",
    ),
    ("Bebas", "Pegawai yang dibebaskan dari kewajiban; dihitung terpisah dan tidak termasuk wajib."),
    ("Keluar", "Pegawai yang keluar dari instansi setelah periode dibuka; tidak termasuk wajib."),
)

STEPS: dict[Step, str] = {
    Step.START: "Mulai belajar",
    Step.EXAM: "Lulus ujian",
    Step.PLEDGE: "Menandatangani ikrar",
    Step.CERTIFICATE: "Sertifikat",
}
