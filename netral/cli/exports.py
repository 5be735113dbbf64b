"""flask siasn export, list, sent: files for SIASN, each certificate once. Nothing is sent anywhere by itself."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from netral.audit.events import Act
from netral.certificates.paper.files import keep_hash
from netral.certificates.proof.keys import load_keys
from netral.cli.commands import CODE, Group, answer, instansi_option, json_option, now, session, settings
from netral.errors import NotFound
from netral.exports import bundles
from netral.exports.siasn import NothingToExport, Part, count_due, list_corrections, list_parts, make_parts, mark_sent
from netral.exports.siasn_files import (
    Press,
    count_filed,
    list_unfiled,
    make_pdfs,
    write_corrections,
    write_part,
    write_whole,
)
from netral.extensions import reading_session
from netral.indonesian import day, local_day
from netral.jobs.queue import Claimed, Progress
from netral.learning.periods.reading import PeriodView, choose_period
from netral.organisation.instansi import find_instansi

siasn = Group("siasn", help="Berkas riwayat kursus untuk SIASN.")
period_option = click.option("--periode", "kode", required=True, type=CODE, help="Kode periode.")
# Certificates for which one step makes the PDFs: some seconds.
STEP = 20


def press() -> Press:
    place = settings()
    return Press(place.certificate_dir, place.base_url, place.demo, load_keys(place.secrets_dir))


def file_certificates(period_id: int) -> tuple[int, int]:
    """Make the PDFs of one step and keep their hashes, uncommitted; return how many of how many are there then."""
    with reading_session() as reading:
        records = list_unfiled(reading, period_id=period_id, most=STEP)
        made = list(make_pdfs(reading, records, press(), now=now()))
    for public_id, stored in made:
        keep_hash(session(), public_id, stored)
    return count_filed(session(), period_id=period_id)


def file_step(claimed: Claimed) -> Progress:
    """Make the PDFs of certificates that stand in parts for SIASN, some at a time."""
    filed, size = file_certificates(claimed.arguments["period_id"])
    return Progress(done=filed, total=size, result={"period_id": claimed.arguments["period_id"]})


def pack_certificates(claimed: Claimed) -> Progress:
    """Make the missing PDFs of a batch; with the last batch, make the ZIP of all of them as well."""
    place = settings()
    bindery = bundles.Bindery(
        directory=place.certificate_dir,
        base_url=place.base_url,
        demo=place.demo,
        keyring=load_keys(place.secrets_dir),
        now=now(),
    )
    with reading_session() as reading:
        wanted = bundles.read_wanted(reading, instansi_id=claimed.instansi_id or 0, **claimed.arguments)
        total = bundles.count_wanted(reading, wanted)
        made = bundles.prepare_batch(reading, wanted, bindery, begin=claimed.done)
        done, result = min(claimed.done + bundles.BATCH, total), None
        if done == total:
            packed, result = bundles.pack(reading, wanted, bindery, place.job_dir / str(claimed.id))
            made += packed
    for each in made:
        keep_hash(session(), each.public_id, each.stored)
    return Progress(done=done, total=total, result=result)


def find_period(instansi_kode: str | None, kode: str) -> PeriodView:
    instansi = find_instansi(session(), instansi_kode)
    return choose_period(session(), instansi_id=instansi.id, kode=kode, now=now())


@siasn.command("export")
@period_option
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="DIR", help="Folder untuk berkasnya.")
@instansi_option
@json_option
def export_command(kode: str, out: Path, instansi_kode: str | None, as_json: bool) -> None:
    """Tulis berkas SIASN sebuah periode: .xlsx dan ZIP sertifikat per 500, tiap sertifikat satu kali.

    Bagian yang belum ditandai dikirim ditulis lagi bila berkasnya belum ada. Aman diulang setelah terhenti.
    """
    period = find_period(instansi_kode, kode)
    try:
        make_parts(session(), Act(None, now(), period.instansi_id), kode=kode)
        session().commit()
    except NothingToExport:
        session().rollback()
        if not list_parts(session(), period_id=period.id):
            raise
    filed, size = file_certificates(period.id)
    while filed < size:
        session().commit()
        filed, size = file_certificates(period.id)
    session().commit()
    written = write_files(period, out)
    due = count_due(session(), period_id=period.id)
    answer(
        {"files": [str(path) for path in written]} | asdict(due),
        as_json=as_json,
        text="\n".join([*(f"Ditulis: {path}" for path in written), f"{tell_rest(due.without_nip, due.without_hours)}"]),
    )


def write_files(period: PeriodView, out: Path) -> list[Path]:
    """Write the files of every part that is not marked as sent, and the corrections if there are any."""
    with reading_session() as reading:
        unsent = [part for part in list_parts(reading, period_id=period.id) if part.sent_at is None]
        written = [
            path for part in unsent for path in write_part(reading, part, press(), period=period, out=out, now=now())
        ]
        corrections = list_corrections(reading, period_id=period.id)
    if corrections:
        content = write_corrections(
            corrections, period=period.nama, zona=period.zona, created=now(), base_url=settings().base_url
        )
        path = out / f"siasn-koreksi-{period.kode}.xlsx"
        with write_whole(path) as file:
            file.write(content)
        written.append(path)
    return written


def tell_rest(without_nip: int, without_hours: int) -> str:
    return f"Tidak ikut: {without_nip} tanpa NIP, {without_hours} tanpa JP atau jenis diklat."


@siasn.command("list")
@period_option
@instansi_option
@json_option
def list_command(kode: str, instansi_kode: str | None, as_json: bool) -> None:
    """Bagian SIASN sebuah periode dan keadaannya."""
    period = find_period(instansi_kode, kode)
    parts = list_parts(session(), period_id=period.id)
    due = count_due(session(), period_id=period.id)
    lines = [f"Bagian {part.number}: {part.size} sertifikat, {tell_state(part, period.zona)}" for part in parts]
    lines.append(f"Belum masuk bagian: {due.ready} siap. {tell_rest(due.without_nip, due.without_hours)}")
    answer([as_document(part) for part in parts], as_json=as_json, text="\n".join(lines))


@siasn.command("sent")
@period_option
@click.option("--bagian", "number", required=True, type=int, help="Nomor bagian.")
@instansi_option
@json_option
def sent_command(kode: str, number: int, instansi_kode: str | None, as_json: bool) -> None:
    """Tandai sebuah bagian sudah dikirim ke SIASN. Tidak dapat dibatalkan."""
    period = find_period(instansi_kode, kode)
    found = next((part for part in list_parts(session(), period_id=period.id) if part.number == number), None)
    if found is None:
        raise NotFound("bagian", number)
    mark_sent(session(), Act(None, now(), period.instansi_id), part_id=found.id)
    session().commit()
    answer({"number": number, "sent": True}, as_json=as_json, text=f"Bagian {number} ditandai sudah dikirim.")


def tell_state(part: Part, zona: str) -> str:
    if part.sent_at is not None:
        return f"dikirim {day(local_day(part.sent_at, zona))}"
    return "siap diunduh" if part.ready else f"{part.filed} PDF siap"


def as_document(part: Part) -> dict[str, Any]:
    return {
        "number": part.number,
        "size": part.size,
        "filed": part.filed,
        "withdrawn": part.withdrawn,
        "sent": part.sent_at is not None,
    }
