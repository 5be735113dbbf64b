"""The message to an OPD: counts, tenggat, address; and a link that carries it whole."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

from netral.outreach.reminders import add_circulars, whatsapp_link, write_reminder

LAST_DAY = date(2029, 5, 31)
ADDRESS = "https://netral.example.go.id"


def test_the_message_says_how_many_by_when_and_where() -> None:
    text = write_reminder(opd="Dinas Kesehatan", unfinished=14, wajib=1060, last_day=LAST_DAY, address=ADDRESS)

    assert text == (
        "Yth. Pimpinan Dinas Kesehatan: 14 dari 1.060 pegawai belum menyelesaikan pelatihan netralitas ASN. "
        "Tenggat 31 Mei 2029. Buka https://netral.example.go.id"
    )


def test_an_opd_that_is_through_is_thanked() -> None:
    text = write_reminder(opd="Bapenda", unfinished=0, wajib=60, last_day=LAST_DAY, address=ADDRESS)

    assert text == "Yth. Pimpinan Bapenda: 60 pegawai sudah menyelesaikan pelatihan netralitas ASN. Terima kasih."


def test_circulars_that_wait_are_named_after_the_training() -> None:
    left = [("Netralitas selama kampanye", 14, LAST_DAY), ("Pakta integritas", 3, LAST_DAY)]

    assert add_circulars("Terima kasih.", left) == (
        "Terima kasih.\nEdaran dan pakta yang belum diselesaikan: Netralitas selama kampanye, 14 pegawai, "
        "tenggat 31 Mei 2029; Pakta integritas, 3 pegawai, tenggat 31 Mei 2029."
    )
    assert add_circulars("Terima kasih.", []) == "Terima kasih."


def test_the_link_carries_the_message_unchanged() -> None:
    text = "Yth. Pimpinan Dinas A & B: 1 dari 2 pegawai, 50 % + lain"

    parts = urlsplit(whatsapp_link(text))

    assert (parts.scheme, parts.netloc) == ("https", "wa.me")
    assert parse_qs(parts.query, strict_parsing=True) == {"text": [text]}
