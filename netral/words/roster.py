"""What is wrong with a roster, in words: files as a whole, and rows."""

from collections.abc import Mapping
from typing import Any

from netral.errors import NetralError
from netral.roster.applying import DeactivationUnconfirmed, RosterHasErrors
from netral.roster.opd_import import OpdHasErrors, UnitsInCircle
from netral.roster.previews import ImportUnderReview, PreviewGone, PreviewOutdated
from netral.roster.problems import CellProblem, Reason
from netral.roster.undoing import NotUndoable
from netral.sheets import refusals

ROSTER_WORDING: dict[type[NetralError], tuple[int, str, str]] = {
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
        "Pratinjau ini sudah diterapkan, diganti unggahan lain, atau lewat 24 jam. Unggah lagi berkasnya.",
    ),
    PreviewOutdated: (
        409,
        "Data pegawai sudah berubah",
        "Data pegawai berubah sejak pratinjau dibuat. Periksa pratinjau yang baru, lalu terapkan.",
    ),
    NotUndoable: (
        409,
        "Impor ini tidak dapat diurungkan",
        "Hanya impor terakhir yang dapat diurungkan, dan hanya satu kali.",
    ),
}

FIX = "Perbaiki di berkas."
ONE_ROW = "Sisakan satu baris."
ADD_OPD = "Tambahkan kolom PERANGKAT DAERAH, lalu impor lagi."

# `{...}` is what `Reason` says its data holds, as `readable` puts it.
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
    Reason.KODE_INVALID: "Kode harus 1 sampai 32 huruf, angka, titik, garis bawah, atau tanda hubung.",
    Reason.KODE_DUPLICATE: f"Kode ini ada di baris {{rows}}. {ONE_ROW}",
    Reason.PARENT_UNKNOWN: "Kode induk tidak ada di berkas maupun di data OPD.",
    Reason.PARENT_CIRCULAR: "Unit ini menjadi induk dirinya sendiri, langsung atau lewat unit lain.",
    Reason.JENIS_UNKNOWN: "Jenis unit tidak dikenal. Pakai: {known}.",
}


KEPT_COLUMNS = {"jabatan": "jabatan", "golongan": "golongan", "email": "surel"}


def say_kept(kept: Mapping[str, int]) -> str:
    """Say for each column how many blank cells leave what is known as it is."""
    counted = ", ".join(f"{kept[column]} {name}" for column, name in KEPT_COLUMNS.items() if kept.get(column))
    return f"Sel kosong di berkas: {counted}."


def say_suggestions(suggestions: list[dict[str, str]], reason: Reason) -> str:
    names = [one["nama"] for one in suggestions]
    meant = f"Maksud Anda: {', atau '.join(names)}?" if names else ""
    if reason in {Reason.OPD_MISSING, Reason.OPD_IS_INSTANSI}:
        return f"{meant} Bila bukan, tambahkan kolom PERANGKAT DAERAH." if meant else ADD_OPD
    return meant or "Perbaiki namanya, atau buat unit baru."


def say_problem(problem: CellProblem) -> str:
    """Say what is wrong in one to three sentences, without the row and the column."""
    data = {
        name: say_suggestions(value, problem.reason) if name == "suggestions" else readable(value)
        for name, value in problem.data.items()
    }
    if sheets := problem.data.get("sheets"):
        places = zip(problem.data["rows"], sheets, strict=True)
        data["rows"] = ", ".join(f"{row} lembar {sheet}" for row, sheet in places)
    return SENTENCES[problem.reason].format(**data)


def readable(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def as_document(problem: CellProblem) -> dict[str, Any]:
    """For `--json`."""
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "message": say_problem(problem),
    }
