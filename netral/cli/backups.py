"""flask backup and flask restore: one file that holds everything but the keys, and bringing it back."""

from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from netral.audit.events import Act, record
from netral.certificates.proof.keys import load_keys
from netral.cli.certificates import FAULTS
from netral.cli.commands import Command, Refusal, answer, json_option, now, session, settings
from netral.demo.marker import is_demo, mark_demo, unmark_demo
from netral.extensions import db
from netral.indonesian import instant
from netral.jobs.queue import SWEEP, enlist
from netral.operation.archive import CERTIFICATES, DOCUMENTS, Manifest
from netral.operation.backing_up import back_up, check_keep, name_of, prune
from netral.operation.restoring import Place, RestoredUnfit, Verdict, restore

UNCHECKED = (
    "Peringatan: folder kunci masih kosong, jadi tanda tangan sertifikat belum diperiksa. "
    "Kembalikan folder kunci, lalu jalankan: .venv/bin/flask certificate audit"
)
NO_RESTORE = "Tidak ada yang dipulihkan. Bila kunci lama memang hilang, tambahkan --despite-findings."


@click.command("backup", cls=Command)
@click.argument("target", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--keep", type=int, metavar="N", help="FILE adalah folder: beri nama menurut waktu, sisakan N terbaru.")
@json_option
@with_appcontext
def backup(target: Path, keep: int | None, as_json: bool) -> None:
    """Cadangkan basis data dan PDF ke satu berkas .tar, juga selagi layanan berjalan. Kunci tidak ikut."""
    if keep is not None:
        check_keep(keep)
    place, moment = settings(), now()
    path = (target / name_of(moment) if keep is not None else target).absolute()
    manifest = back_up(
        db.engine,
        path,
        certificate_dir=place.certificate_dir,
        document_dir=place.document_dir,
        demo=is_demo(place.data_dir),
        now=moment,
    )
    removed = prune(target, keep) if keep is not None else []
    note("backup.made", path, rows=manifest.rows)
    gone = f" {len(removed)} cadangan lama dihapus." if removed else ""
    answer(
        {"file": str(path), "removed": removed, **as_document(manifest)},
        as_json=as_json,
        text=f"Cadangan tersimpan di {path}: {describe(manifest)}.{gone}",
    )


@click.command("restore", cls=Command)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Ganti data yang sudah ada di sini.")
@click.option("--despite-findings", is_flag=True, help="Pulihkan walaupun jejak audit atau sertifikat tidak cocok.")
@json_option
@with_appcontext
def restore_command(file: Path, replace: bool, despite_findings: bool, as_json: bool) -> None:
    """Pulihkan sebuah cadangan, setelah isinya terbukti utuh. Layanan harus berhenti dahulu."""
    place = settings()
    keyring = load_keys(place.secrets_dir)
    db.engine.dispose()
    where = Place(
        database_url=place.database_url,
        data_dir=place.data_dir,
        certificate_dir=place.certificate_dir,
        document_dir=place.document_dir,
    )
    try:
        restored = restore(file, where, keyring=keyring, now=now(), replace=replace, despite_findings=despite_findings)
    except RestoredUnfit as fact:
        raise Refusal("\n".join([*tell_verdict(fact.args[0]), NO_RESTORE])) from fact
    (mark_demo if restored.manifest.demo else unmark_demo)(place.data_dir)
    enlist(session(), SWEEP, now=now())
    # Otherwise nothing would show that later actions are missing.
    note("installation.restored", file, made_at=restored.manifest.made_at.isoformat(timespec="seconds"))
    for line in tell_verdict(restored.verdict):
        click.echo(line, err=True)
    answer(
        {
            "file": str(file),
            "signatures_checked": restored.verdict.signatures_checked,
            **as_document(restored.manifest),
        },
        as_json=as_json,
        text=f"Cadangan dari {instant(restored.manifest.made_at, 'UTC')} dipulihkan: {describe(restored.manifest)}.",
    )


def note(action: str, file: Path, **detail: str | int) -> None:
    record(session(), Act(None, now()), action=action, object_kind="backup", object_id=file.name[:80], detail=detail)
    session().commit()


def as_document(manifest: Manifest) -> dict[str, Any]:
    return {
        "made_at": manifest.made_at.isoformat(),
        "database": manifest.database,
        "revision": manifest.revision,
        "rows": manifest.rows,
        "certificates": count_files(manifest, CERTIFICATES),
        "documents": count_files(manifest, DOCUMENTS),
    }


def describe(manifest: Manifest) -> str:
    certificates, documents = (count_files(manifest, folder) for folder in (CERTIFICATES, DOCUMENTS))
    stored = f"{certificates} berkas sertifikat, {documents} berkas edaran"
    return f"{manifest.rows} baris, {stored}, revisi {manifest.revision}"


def count_files(manifest: Manifest, folder: str) -> int:
    return sum(name.startswith(f"{folder}/") for name in manifest.files)


def tell_verdict(verdict: Verdict) -> list[str]:
    return [
        *(
            f"Jejak audit {chain or 'instalasi'} terputus pada catatan {event}."
            for chain, event in verdict.broken_chains
        ),
        *(f"Sertifikat {finding.subject}: {FAULTS[finding.fault]}." for finding in verdict.findings),
        *([] if verdict.signatures_checked else [UNCHECKED]),
    ]
