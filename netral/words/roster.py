"""A file of people in words: its faults, the parts that were read, and those that were not."""

from collections.abc import Mapping, Sequence
from typing import Any

from netral.indonesian import number
from netral.roster.problems import CellProblem, Reason
from netral.roster.reading import RosterReading
from netral.roster.tables import ColumnFound, ReadingReport, SheetRead, Unread
from netral.roster.undoing import Blocker

FIX = "Perbaiki di berkas."
ONE_ROW = "Sisakan satu baris."
ADD_OPD = "Tambahkan kolom PERANGKAT DAERAH, lalu impor lagi."

# `{...}` are the names in `data`, as `Reason` describes it, in the form that `readable` gives them.
SENTENCES: dict[Reason, str] = {
    Reason.NIK_GIVEN: (
        "Isinya 16 angka seperti NIK, yang tidak boleh dipakai dan tidak disimpan. Hapus; "
        "isi 18 angka NIP, atau NO PESERTA untuk PPNPN."
    ),
    Reason.NIP_MISSING: f"NIP kosong. Isi 18 angka NIP. {FIX}",
    Reason.NIP_DAMAGED: (
        "NIP terbaca sebagai angka dan kehilangan digit. "
        "Ubah kolom NIP menjadi Teks, isi ulang NIP-nya, lalu impor lagi."
    ),
    Reason.NIP_CHARACTERS: f"NIP hanya boleh berisi angka. {FIX}",
    Reason.NIP_LENGTH: f"NIP harus 18 angka, ini {{digits}}. {FIX}",
    Reason.NIP_BIRTH_DATE: f"Delapan angka pertama NIP bukan tanggal lahir yang mungkin. {FIX}",
    Reason.NIP_SEX_DIGIT: f"Angka ke-15 NIP harus 1 atau 2, ini {{digit}}. {FIX}",
    Reason.NIP_DUPLICATE: f"NIP ini ada di baris {{rows}}. {ONE_ROW}",
    Reason.NIP_LAMA_DUPLICATE: f"NIP lama ini ada di baris {{rows}}. {ONE_ROW}",
    Reason.NIP_OF_TWO: (
        "NIP ini milik {lama}, sedangkan NIP yang baru milik {nama}: dua orang di data pegawai. "
        f"Kosongkan NIP LAMA bila keduanya memang orang yang berbeda. {FIX}"
    ),
    Reason.NIP_LAMA_IN_FILE: f"NIP lama ini masih dipakai di baris {{rows}}. {ONE_ROW}",
    Reason.NIP_PERHAPS_CHANGED: (
        "Mungkin orang yang sama dengan {nama}, {unit} (NIP berakhiran {nip}), yang tidak ada di berkas: nama dan "
        "tanggal lahirnya sama. Bila benar, isi kolom NIP LAMA dengan NIP sebelumnya agar kemajuannya ikut."
    ),
    Reason.PPNPN_PERHAPS_APPOINTED: (
        "Mungkin orang yang sama dengan {nama}, {unit}, PPNPN yang tidak ada di berkas: namanya sama. "
        "Bila benar, isi kolom NO PESERTA dengan nomor peserta sebelumnya agar kemajuannya ikut."
    ),
    Reason.NUMBER_OF_TWO: (
        "Nomor peserta ini milik {lama}, sedangkan NIP-nya milik {nama}: dua orang di data pegawai. "
        f"Kosongkan nomor peserta bila keduanya memang orang yang berbeda. {FIX}"
    ),
    Reason.NUMBER_MISSING: "PPNPN tanpa NIP memerlukan nomor peserta. Tambahkan kolom NO PESERTA dan isi nomornya.",
    Reason.NUMBER_DUPLICATE: f"Nomor peserta ini ada di baris {{rows}}. {ONE_ROW}",
    Reason.NAME_MISSING: f"Nama kosong. {FIX}",
    Reason.NAME_WITHOUT_LETTERS: f"Nama tidak berisi huruf. {FIX}",
    Reason.NAME_UNPRINTABLE: (
        "Sertifikat tidak dapat mencetak {signs}, jadi tidak terbit sebelum nama ini ditulis dengan huruf Latin."
    ),
    Reason.FORBIDDEN_CHARACTER: "Ada karakter tak terlihat ({code}) yang tidak boleh dipakai. Ketik ulang isinya.",
    Reason.TOO_LONG: "Isinya melebihi {limit} karakter. Singkatkan.",
    Reason.KIND_MISSING: "Jenis ASN kosong. Isi PNS, PPPK, PPPK Paruh Waktu, atau PPNPN.",
    Reason.KIND_UNKNOWN: "Jenis ASN tidak dikenal. Pakai PNS, PPPK, PPPK Paruh Waktu, atau PPNPN.",
    Reason.STANDING_ENDED: "Tidak dihitung sebagai pegawai aktif.",
    Reason.STANDING_UNKNOWN: "Kedudukan hukum ini tidak dikenal; barisnya dibaca sebagai pegawai aktif.",
    Reason.EMAIL_INVALID: "Alamat surel tidak terbaca, jadi tidak dipakai.",
    Reason.PLACE_MISSING: f"Unit kerja dan perangkat daerah kosong. {FIX}",
    Reason.OPD_UNKNOWN: "Perangkat daerah belum dikenal. {suggestions}",
    Reason.OPD_MISSING: "Unit kerja belum dikenal, dan perangkat daerahnya tidak disebut. {suggestions}",
    Reason.OPD_IS_INSTANSI: ("Perangkat daerahnya tidak disebut: {instansi} adalah instansi sendiri. {suggestions}"),
    Reason.UNIT_UNKNOWN: "Unit kerja belum dikenal di {opd}. {suggestions}",
    Reason.UNIT_ALIKE: (
        "Mirip unit {alike}, jadi tidak dibuat. Samakan namanya di berkas; bila memang unit lain, buat dahulu unitnya."
    ),
    Reason.UNIT_AMBIGUOUS: (
        "Unit dengan nama ini ada di beberapa perangkat daerah: {opd}. Isi kolom PERANGKAT DAERAH."
    ),
    Reason.LEFT_BY_OFFICER: (
        "Petugas mencatat pegawai ini keluar sejak {day}. Bila ia bertugas lagi, tekan Kembalikan pada halaman "
        "pegawainya; bila tidak, hapus baris ini."
    ),
    Reason.KODE_INVALID: "Kode: 1 sampai 32 huruf, angka, titik, garis bawah, atau tanda hubung, bukan tanda saja.",
    Reason.KODE_DUPLICATE: f"Kode ini ada di baris {{rows}}. {ONE_ROW}",
    Reason.PARENT_UNKNOWN: "Kode induk tidak ada di berkas maupun di data OPD.",
    Reason.PARENT_CIRCULAR: "Unit ini menjadi induk dirinya sendiri, langsung atau lewat unit lain.",
    Reason.JENIS_UNKNOWN: "Jenis unit tidak dikenal. Pakai: {known}.",
    Reason.PERSON_UNKNOWN: f"Tidak ada pegawai aktif dengan NIP ini. {FIX}",
    Reason.KODE_UNKNOWN: "Tidak ada OPD dengan kode ini. Kode setiap OPD ada di halaman Petugas.",
    Reason.OPERATOR_OVERSEES: (
        "Orang ini memegang peran Inspektorat atau pengelola, jadi tidak dapat ditunjuk di sini. Pilih orang lain."
    ),
    Reason.OPERATOR_DUPLICATE: f"Orang dan OPD ini sudah ada di baris {{rows}}. {ONE_ROW}",
}


BLOCKERS = {
    Blocker.SIGNED_IN: "sudah masuk sejak impor ini",
    Blocker.STARTED: "sudah belajar atau mengerjakan ujian",
    Blocker.SIGNED: "sudah menjawab ikrar",
    Blocker.CERTIFIED: "sudah menerima sertifikat",
    Blocker.CHANGED: "datanya sudah diubah sesudah impor ini",
    Blocker.NIP_TAKEN: "NIP sebelumnya sekarang dipakai orang lain",
}


def say_blockers(why: Sequence[Blocker]) -> str:
    return ", ".join(BLOCKERS[one] for one in why)


KEPT_COLUMNS = {"jabatan": "jabatan", "golongan": "golongan", "email": "surel"}


def say_kept(kept: Mapping[str, int]) -> str:
    """Return for each column a sentence about how many blank cells keep the known value."""
    counted = ", ".join(f"{kept[column]} {name}" for column, name in KEPT_COLUMNS.items() if kept.get(column))
    return f"Sel kosong di berkas: {counted}."


def say_suggestions(suggestions: list[dict[str, str]], reason: Reason) -> str:
    names = [one["nama"] for one in suggestions]
    meant = f"Maksud Anda: {', atau '.join(names)}?" if names else ""
    if reason in {Reason.OPD_MISSING, Reason.OPD_IS_INSTANSI}:
        return f"{meant} Bila bukan, tambahkan kolom PERANGKAT DAERAH." if meant else ADD_OPD
    return meant or "Perbaiki namanya, atau buat unit baru."


def say_problem(problem: CellProblem) -> str:
    """Return one to three sentences about a problem, without the row and the column."""
    data = {
        name: say_suggestions(value, problem.reason) if name == "suggestions" else readable(value)
        for name, value in problem.data.items()
    }
    if rows := problem.data.get("rows"):
        if sheets := problem.data.get("sheets"):
            rows = [f"{row} lembar {sheet}" for row, sheet in zip(rows, sheets, strict=True)]
        data["rows"] = name_rows(rows)
    return SENTENCES[problem.reason].format(**data)


def readable(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def as_document(problem: CellProblem) -> dict[str, Any]:
    """Describe a problem for `--json`."""
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "message": say_problem(problem),
    }


MOST_ROWS_NAMED = 12
FIELD_NAMES = {
    "nip": "NIP",
    "nip_lama": "NIP sebelumnya",
    "number": "nomor peserta",
    "siasn_id": "nomor SIASN",
    "nama": "nama",
    "gelar_depan": "digabungkan ke nama",
    "gelar_belakang": "digabungkan ke nama",
    "jenis": "jenis",
    "kedudukan": "kedudukan hukum",
    "golongan": "golongan",
    "jabatan": "jabatan",
    "sub_unit": "subunit",
    "unit": "unit kerja",
    "opd": "perangkat daerah",
    "unor_id": "nomor unit SIASN",
    "email": "surel",
    "kode": "kode",
    "induk": "induk",
    "above_id": "nomor unit di atasnya",
}
ASKED_FIELDS = (
    ("nip", "NIP", "18 angka; untuk PPNPN cukup nomor peserta"),
    ("nama", "Nama", ""),
    ("jenis", "Jenis ASN", "PNS, PPPK, PPPK Paruh Waktu, atau PPNPN; cukup golongan bila tidak ada"),
    ("golongan", "Golongan", ""),
    ("unit", "Unit kerja", ""),
    ("opd", "Perangkat daerah", "di atas unit kerja"),
    ("sub_unit", "Subunit", "di bawah unit kerja"),
    ("jabatan", "Jabatan", ""),
    ("number", "Nomor peserta", "bagi PPNPN yang tidak memiliki NIP"),
    ("nip_lama", "NIP sebelumnya", "bila NIP-nya berubah"),
    ("gelar_depan", "Gelar depan", ""),
    ("gelar_belakang", "Gelar belakang", ""),
    ("kedudukan", "Kedudukan hukum", "aktif, pensiun, dan lainnya"),
    ("email", "Surel", ""),
)
"""The fields for which a column can be chosen: field, name, hint."""

UNREAD = {
    Unread.HEADLESS: "tidak ada baris judul kolom yang dikenal",
    Unread.INCOMPLETE: "kolom {detail} tidak ada",
    Unread.DIFFERENT: "judul kolomnya berbeda dari lembar {detail}; samakan judulnya bila isinya perlu dibaca",
    Unread.HIDDEN: "lembarnya tersembunyi; tampilkan bila isinya perlu dibaca",
    Unread.SAMPLE: "namanya menyebut contoh; ganti nama lembarnya bila isinya perlu dibaca",
}


def say_reading(report: ReadingReport, ended: Sequence[CellProblem], *, ended_rows: int) -> list[str]:
    """Return sentences about unexpected parts of the reading. `ended`: those of the `ended_rows` to be named."""
    return [*say_sheets(report), *say_hidden_columns(report), *say_ended(report, ended, ended_rows)]


def say_sheets(report: ReadingReport) -> list[str]:
    """Return one sentence for each sheet that is not empty, about whether and how it was read."""
    unread = [
        f"Lembar {sheet.name} tidak dibaca: {UNREAD[sheet.reason].format(detail=sheet.detail)}."
        for sheet in report.unread
    ]
    return [*map(say_sheet, report.sheets), *unread]


def say_sheet(sheet: SheetRead) -> str:
    said = [f"Lembar {sheet.name}: {number(sheet.rows)} baris dibaca di bawah judul kolom baris {sheet.header_row}"]
    if sheet.hidden_rows:
        said.append(f"{number(sheet.hidden_rows)} di antaranya tersembunyi dan ikut dibaca")
    if sheet.skipped:
        skipped, rows = number(len(sheet.skipped)), name_rows(sheet.skipped)
        said.append(f"{skipped} baris dilewati karena bukan data (judul, jumlah, tanda tangan): {rows}")
    return f"{'; '.join(said)}."


def say_columns(report: ReadingReport) -> list[str]:
    said = [f"Kolom yang dipakai: {', '.join(map(name_column, report.used))}."]
    if report.unused:
        said.append(f"Kolom yang tidak dipakai: {', '.join(map(name_column, report.unused))}.")
    return said


def say_hidden_columns(report: ReadingReport) -> list[str]:
    said = []
    if used := ", ".join(name_column(column) for column in report.used if column.hidden):
        said.append(f"Kolom tersembunyi yang ikut dibaca: {used}.")
    if unused := ", ".join(name_column(column) for column in report.unused if column.hidden):
        said.append(f"Kolom tersembunyi yang tidak dibaca: {unused}.")
    return said


def name_column(column: ColumnFound) -> str:
    """Name a column as `UNIT KERJA (kolom E, unit kerja)`; for an unused one, without its use."""
    use = f", {FIELD_NAMES[column.field]}" if column.field else ""
    return f"{column.heading} (kolom {column.column}{use})"


def say_ended(report: ReadingReport, ended: Sequence[CellProblem], ended_rows: int) -> list[str]:
    if not ended_rows:
        return []
    sheets = len(report.sheets) > 1
    named = ", ".join(f"{row_of(one, sheets=sheets)} ({one.value})" for one in ended)
    more = f", dan {number(ended_rows - len(ended))} lagi" if ended_rows > len(ended) else ""
    counted = f"{number(ended_rows)} baris tidak dihitung sebagai pegawai aktif menurut kolom {ended[0].column}"
    return [f"{counted}: {named}{more}. Yang masih tercatat aktif termasuk yang tidak ada di berkas."]


def row_of(problem: CellProblem, *, sheets: bool) -> str:
    """Return the row's number, with its sheet if several were read. `sheets`: whether that is so."""
    return f"{problem.sheet} {problem.row}" if sheets else str(problem.row)


def name_rows(rows: Sequence[int | str]) -> str:
    named = ", ".join(map(str, rows[:MOST_ROWS_NAMED]))
    return f"{named}, dan lainnya" if len(rows) > MOST_ROWS_NAMED else named


def describe_reading(report: ReadingReport) -> dict[str, Any]:
    """Describe what was read, for `--json`."""
    return {
        "sheets": [
            {
                "name": sheet.name,
                "header_row": sheet.header_row,
                "rows": sheet.rows,
                "hidden_rows": sheet.hidden_rows,
                "skipped_rows": list(sheet.skipped),
            }
            for sheet in report.sheets
        ],
        "sheets_not_read": [{"name": sheet.name, "reason": sheet.reason.value} for sheet in report.unread],
        "columns": [describe_column(column) | {"field": column.field} for column in report.used],
        "columns_not_used": list(map(describe_column, report.unused)),
    }


def describe_column(column: ColumnFound) -> dict[str, Any]:
    return {"column": column.column, "heading": column.heading, "hidden": column.hidden}


def describe_roster_reading(reading: RosterReading) -> dict[str, Any]:
    return describe_reading(reading.gathered.report) | {
        "ended": list(map(as_document, reading.ended)),
        "warnings": list(map(as_document, reading.warnings)),
    }
