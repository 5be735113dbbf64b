"""A small content directory about nobody, and the findings of its check."""

from datetime import date
from pathlib import Path

from netral.content.contents import Library
from netral.content.findings import Finding
from netral.content.library import read_library

TODAY = date(2026, 11, 24)

NORMS = """\
UU-8-2014:
  judul: Undang-undang lama
  nomor: UU 8/2014
  tingkat: UU
  status: dicabut
  dicabut_oleh: UU-9-2023
  aturan:
    ps.2: {isi: Asas lama., status: pasti}
UU-9-2023:
  judul: Undang-undang contoh
  nomor: UU 9/2023
  tingkat: UU
  status: berlaku
  tinjau_sebelum: 2027-10-16
  aturan:
    ps.9-2:
      isi: Pegawai bebas dari pengaruh partai.
      status: pasti
    ps.9-2-tingkat:
      isi: Tingkat hukumannya berbeda menurut sumber.
      status: diperdebatkan
"""

EXAM = """\
soal: 2
kuota: {kampanye: 1, umum: 1}
lulus: 80
kesempatan: 3
jeda_menit: 60
batas_detik: null
minimal_boleh_tergantung_persen: 30
modul_dulu: true
nilai_dicetak: true
"""

IKRAR = """\
---
id: netralitas
judul: Ikrar contoh
versi: 1
sumber: Naskah contoh
---

Saya berikrar:

1. Menjaga netralitas.
2. Menghindari konflik kepentingan.
3. Menggunakan media sosial secara bijak.
4. Menolak politik uang.

Demikian ikrar ini.
"""

HEAD = """\
---
id: contoh
judul: Modul contoh
versi: 3
indikator: kampanye
berlaku_mulai: 2026-09-01
tinjau_sebelum: 2027-03-01
rujukan: UU-9-2023
penanggung_jawab: Bidang Pembinaan
---
"""

PAGES = """\

# Modul contoh

## Halaman satu

Pegawai menjaga netralitas [@UU-9-2023 ps.9-2].

## Halaman dua

Contoh: Bu Rina tidak ikut grup pemenangan.
"""

QUESTION = """\
### [suka-01] Bu Rina menekan suka pada unggahan calon. Mana yang benar?

jenis: tunggal
indikator: kampanye
dasar: UU-9-2023 ps.9-2
tahapan: kampanye
putusan: tidak

- [ ] Boleh, karena akun pribadi
  > Akun pribadi tetap terlihat publik.
- [x] Tidak, tampak sebagai keberpihakan
  > Benar.

> Penjelasan: lihat halaman satu.
"""

BTT = """\
### [putus-01] Putuskan: boleh, tidak, atau tergantung?

jenis: btt
indikator: umum
dasar: UU-9-2023 ps.9-2
tahapan: semua

- Mengikuti akun resmi penyelenggara => BOLEH
  > Penyelenggara bukan peserta.
- Foto bersama istri yang menjadi calon => TERGANTUNG
  > Bergantung pada status cuti.
  - jika sedang cuti dan tanpa simbol => BOLEH
  - jika berpose dengan nomor urut => TIDAK
"""

STEP = """\
### [lapor-01] NIK Bu Rina tercatat sebagai pendukung calon. Apa langkahnya?

jenis: langkah
indikator: kampanye
dasar: UU-9-2023 ps.9-2
tahapan: semua
putusan: tidak

- [ ] Membiarkan data itu sampai selesai
  > Data itu tetap memakai namanya.
- [x] Melapor ke KPU dan Bawaslu
  > Saluran resmi memperbaikinya.
- [ ] Menelepon tim calon diam-diam
  > Tim calon bukan saluran resmi.
"""

TRUTH = """\
### [bilik-01] ASN boleh memilih di bilik suara.

jenis: benar-salah
indikator: umum
dasar: UU-9-2023 ps.9-2
tahapan: pemungutan
putusan: boleh
jawaban: benar

> benar: Hak pilih tetap ada.
> salah: Hak pilih tetap ada, yang dilarang menunjukkan pilihan.
"""

ORDER = """\
### [urut-01] Urutkan.

jenis: urut
indikator: umum
dasar: UU-9-2023 ps.9-2
tahapan: semua
putusan: pengetahuan

1. Menolak
2. Menyimpan bukti
3. Melapor
4. Menunggu

> Penjelasan: begitu urutannya.
"""

MODULE = f"{HEAD}{PAGES}\n## Soal\n\n{QUESTION.replace('suka-01', 'latihan-01')}"
BANK = f"{HEAD}\n## Soal\n\n{QUESTION}\n{BTT}\n{TRUTH}"


def write_content(directory: Path, **files: str | None) -> Path:
    """Write a directory without `galat`; module, bank, norms, exam or ikrar replace that file, None leaves it out."""
    texts = {"module": MODULE, "bank": BANK, "norms": NORMS, "exam": EXAM, "ikrar": IKRAR} | files
    paths = {
        "module": "modul/contoh.md",
        "bank": "bank/contoh.md",
        "norms": "rujukan.yaml",
        "exam": "ujian.yaml",
        "ikrar": "ikrar/contoh-v1.md",
    }
    for name, text in texts.items():
        path = directory / paths[name]
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is not None:
            path.write_bytes(text.encode())
    return directory


def read(directory: Path) -> Library:
    return read_library(directory, today=TODAY)


def errors(library: Library) -> list[Finding]:
    return [finding for finding in library.findings if finding.severity == "galat"]


def codes(library: Library) -> list[str]:
    return [finding.code for finding in errors(library)]


def line_of(text: str, part: str) -> int:
    """Return the line, counted from 1, of a part of a text."""
    return text[: text.index(part)].count("\n") + 1


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new, 1)


def warnings(library: Library) -> list[Finding]:
    return [finding for finding in library.findings if finding.severity == "peringatan"]


def bank_of(*questions: str) -> str:
    return f"{HEAD}\n## Soal\n\n" + "\n".join(questions)


def numbered(question: str, count: int) -> list[str]:
    """Return the same question under several ids."""
    name = question[question.index("[") + 1 : question.index("]")]
    return [question.replace(name, f"{name}-{number}") for number in range(count)]
