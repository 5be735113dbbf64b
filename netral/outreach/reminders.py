"""The text that an officer sends to an OPD by WhatsApp: counts and the tenggat, without names of people."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import quote

from netral.indonesian import day, number


def write_reminder(*, opd: str, unfinished: int, wajib: int, last_day: date, address: str) -> str:
    """Return the text. `last_day` is the last day that is in time; `address` is the page for signing in."""
    if unfinished == 0:
        return (
            f"Yth. Pimpinan {opd}: {number(wajib)} pegawai sudah menyelesaikan pelatihan netralitas ASN. Terima kasih."
        )
    return (
        f"Yth. Pimpinan {opd}: {number(unfinished)} dari {number(wajib)} pegawai belum menyelesaikan pelatihan "
        f"netralitas ASN. Tenggat {day(last_day)}. Buka {address}"
    )


def add_circulars(text: str, left: Sequence[tuple[str, int, date]]) -> str:
    """Return a reminder with the circulars that people have not read: title, number of people and last day of each.

    They stand on a line of their own, since the reminder may end in an address, which no full stop may follow.
    """
    told = "; ".join(f"{title}, {number(people)} pegawai, tenggat {day(last)}" for title, people, last in left)
    return f"{text}\nEdaran dan pakta yang belum diselesaikan: {told}." if told else text


def write_invitation(*, judul: str, when: str, tempat: str, pembicara: str, address: str) -> str:
    """Return the text that invites an OPD to a meeting. `address` is the page where people note that they are there."""
    return (
        f"Undangan: {judul}, {when}, di {tempat}, bersama {pembicara.rstrip('.')}. "
        f"Bawa ponsel; kehadiran dicatat dengan kode di layar pada {address}"
    )


def whatsapp_link(text: str) -> str:
    """Return a link that opens WhatsApp with the text; the sender chooses the recipient."""
    return f"https://wa.me/?text={quote(text, safe='')}"
