"""flask certificate ...: revoking, reissuing and auditing certificates."""

from pathlib import Path

import click

from netral.audit.events import Act
from netral.certificates.issue.auditing import Fault, audit_certificates
from netral.certificates.issue.issuing import reissue, revoke
from netral.certificates.proof.identifiers import read_code
from netral.certificates.proof.keys import load_keys
from netral.cli.commands import CODE, LINE, Group, answer, instansi_option, json_option, now, session, settings, signer
from netral.exports.moodle import IDNUMBER, USERNAME, list_grades, write_grades
from netral.exports.siasn_files import write_whole
from netral.learning.periods.reading import choose_period
from netral.organisation.instansi import find_instansi

certificate = Group("certificate", help="Sertifikat.")
FAULTS = {
    Fault.TAMPERED: "isinya tidak cocok dengan tanda tangannya",
    Fault.NOT_PASSED: "tidak ada ujian lulus di belakangnya",
    Fault.NOT_SIGNED: "tidak ada ikrar di belakangnya",
    Fault.NOT_RECORDED: "penerbitannya tidak ada di jejak audit",
    Fault.STATUS_NOT_RECORDED: "statusnya tidak sama dengan jejak audit",
    Fault.NUMBER_MISSING: "nomor ini hilang",
    Fault.PDF_LOST: "berkas PDF-nya hilang",
    Fault.PDF_ALTERED: "berkas PDF-nya berubah",
}


@certificate.command("revoke")
@click.argument("code", metavar="ID")
@click.option("--alasan", "reason", required=True, type=LINE, help="Tidak pernah ditampilkan kepada umum.")
@json_option
def revoke_command(code: str, reason: str, as_json: bool) -> None:
    """Cabut sebuah sertifikat. Tidak dapat dibatalkan; sertifikat baru diterbitkan dengan reissue."""
    public_id = read_code(code).public_id
    revoke(session(), Act(None, now()), public_id=public_id, reason=reason)
    session().commit()
    answer({"id": public_id, "state": "revoked"}, as_json=as_json, text=f"Sertifikat {public_id} dicabut.")


@certificate.command("reissue")
@click.argument("code", metavar="ID")
@click.option("--alasan", "reason", required=True, type=LINE, help="Tidak pernah ditampilkan kepada umum.")
@json_option
def reissue_command(code: str, reason: str, as_json: bool) -> None:
    """Terbitkan pengganti dengan nama, NIP, dan JP seperti yang tercatat sekarang."""
    public_id = read_code(code).public_id
    issued = reissue(session(), Act(None, now()), signer(), public_id=public_id, reason=reason)
    session().commit()
    answer(
        {"id": issued.public_id, "nomor": issued.nomor, "replaces": public_id},
        as_json=as_json,
        text=f"Sertifikat {issued.public_id} ({issued.nomor}) menggantikan {public_id}.",
    )


@certificate.command("grades")
@click.option("--moodle", is_flag=True, required=True, help="Susunan impor nilai Moodle; satu-satunya yang dikenal.")
@click.option("--periode", "kode", required=True, type=CODE, help="Kode periode.")
@click.option("--kursus", "course", type=LINE, help="Nama singkat kursus di Moodle; bawaan: kode periode.")
@click.option(
    "--kolom", "column", type=click.Choice([USERNAME, IDNUMBER]), default=USERNAME, help="Arti NIP di Moodle."
)
@click.option("--out", required=True, type=click.Path(path_type=Path), metavar="FILE", help="Berkas CSV yang ditulis.")
@instansi_option
@json_option
def grades_command(
    *, moodle: bool, kode: str, course: str | None, column: str, out: Path, instansi_kode: str | None, as_json: bool
) -> None:
    """Tulis nilai pemegang sertifikat sebuah periode sebagai CSV untuk Moodle."""
    instansi = find_instansi(session(), instansi_kode)
    period = choose_period(session(), instansi_id=instansi.id, kode=kode, now=now())
    grades = list_grades(session(), period_id=period.id)
    content = write_grades(grades, course=course or kode, column=column, base_url=settings().base_url)
    with write_whole(out) as file:
        file.write(content)
    answer({"file": str(out), "grades": len(grades)}, as_json=as_json, text=f"{len(grades)} nilai ditulis ke {out}.")


@certificate.command("audit")
@instansi_option
@json_option
def audit_command(instansi_kode: str | None, as_json: bool) -> None:
    """Periksa semua sertifikat: tanda tangan, bukti, nomor, jejak audit, berkas. Keluar 1 bila ada yang tidak cocok."""
    findings = audit_certificates(
        session(),
        keyring=load_keys(settings().secrets_dir),
        now=now(),
        directory=settings().certificate_dir,
        instansi_id=find_instansi(session(), instansi_kode).id if instansi_kode else None,
    )
    lines = [f"{finding.subject}: {FAULTS[finding.fault]}" for finding in findings]
    answer(
        [{"subject": finding.subject, "fault": finding.fault.value} for finding in findings],
        as_json=as_json,
        text="\n".join(lines) or "Semua sertifikat cocok.",
    )
    if findings:
        raise click.exceptions.Exit(1)
