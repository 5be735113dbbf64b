"""Sending an uploaded PDF: as a download, which no page embeds and whose scripts run nowhere."""

from io import BytesIO

from flask import send_file
from flask.typing import ResponseReturnValue

from netral.errors import NotFound
from netral.pledges.circulars.files import find_pdf
from netral.web.edge import current
from netral.web.edge.headers import CONTENT_SECURITY_POLICY


def send_pdf(hashed: str | None, name: str) -> ResponseReturnValue:
    """Send the stored file under a name of ours. Raises NotFound where there is none, PdfLost."""
    if hashed is None:
        raise NotFound("berkas", name)
    content = find_pdf(current.settings().document_dir, hashed)
    response = send_file(BytesIO(content), "application/pdf", as_attachment=True, download_name=name)
    response.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; sandbox"
    return response
