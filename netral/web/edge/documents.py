"""Sending files: as downloads, which no page embeds and no browser keeps."""

from io import BytesIO
from pathlib import Path
from typing import IO

from flask import Response, send_file

from netral.certificates.issue.transcripts import find_made, read_entries
from netral.certificates.paper.transcript_sheet import make_transcript_pdf
from netral.errors import NotFound
from netral.pledges.circulars.files import find_pdf
from netral.web.edge import current
from netral.web.edge.headers import CONTENT_SECURITY_POLICY

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def send_download(content: bytes | IO[bytes] | Path, name: str, mimetype: str = PDF) -> Response:
    file = BytesIO(content) if isinstance(content, bytes) else content
    return send_file(file, mimetype, as_attachment=True, download_name=name)


def send_uploaded_pdf(content: bytes, name: str) -> Response:
    """Send a PDF that somebody has uploaded, so that its scripts run nowhere."""
    response = send_download(content, name)
    response.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; sandbox"
    return response


def send_stored_pdf(hashed: str | None, name: str) -> Response:
    """Send an uploaded PDF that is kept under its hash. Raises NotFound where there is none, PdfLost."""
    if hashed is None:
        raise NotFound("berkas", name)
    return send_uploaded_pdf(find_pdf(current.settings().document_dir, hashed), name)


def send_transcript(public_id: str) -> Response:
    """Send a transcript that the person signed in has made; the file comes out the same each time. Raises NotFound."""
    session, place, keyring = current.session(), current.settings(), current.keyring()
    transcript = find_made(session, public_id, by=current.actor().user_id)
    entries = read_entries(session, transcript, keyring)
    session.close()
    content = make_transcript_pdf(transcript, entries, base_url=place.base_url, demo=place.demo)
    return send_download(content, f"transkrip-{transcript.year}-{transcript.public_id[:5].lower()}.pdf")
