"""The state of the service, for monitoring: /sehat."""

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from netral.settings import LOOPBACK
from netral.web.edge.access import public
from netral.web.edge.health import FOR_WHOM, look
from netral.words.health import as_document

bp = Blueprint("health", __name__)

FORWARDED = (*FOR_WHOM, "X-Forwarded-Host", "X-Forwarded-Proto", "Via")
RETRY_SECONDS = 30


@bp.get("/sehat")
@public
def health() -> ResponseReturnValue:
    """Tell everybody whether all is well, and people at the machine itself what is wrong."""
    found = look()
    answer = {"status": "sehat" if found.well else "terganggu"}
    told = answer | as_document(found) if is_local() else answer
    return (jsonify(told), 200) if found.well else (jsonify(told), 503, {"Retry-After": str(RETRY_SECONDS)})


def is_local() -> bool:
    return request.remote_addr in LOOPBACK and not any(name in request.headers for name in FORWARDED)
