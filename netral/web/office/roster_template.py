"""The sample file that officers download: the headings, the NIP column as text, two fictitious people."""

import io

HEADINGS = ("NIP", "NAMA LENGKAP", "JENIS ASN", "PANGKAT/GOL", "JABATAN", "UNIT KERJA", "PERANGKAT DAERAH", "EMAIL")
SAMPLE = (
    (
        "198501012010012000",
        "Siti Contoh, S.Kep.",
        "PNS",
        "III/b",
        "Perawat",
        "UPTD Puskesmas Hulu",
        "Dinas Kesehatan",
        "siti@contohkab.example",
    ),
    ("199203042024211000", "Budi Contoh, S.Pd.", "PPPK", "IX", "Guru", "SDN 001 Hulu", "Dinas Pendidikan", ""),
)
WIDTH = 26


def write_template() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_urls": False})
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    sheet = book.add_worksheet("Data pegawai")
    sheet.set_column(0, len(HEADINGS) - 1, WIDTH, text)
    for column, heading in enumerate(HEADINGS):
        sheet.write_string(0, column, heading, bold)
    for index, row in enumerate(SAMPLE, 1):
        for column, value in enumerate(row):
            sheet.write_string(index, column, value, text)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()
