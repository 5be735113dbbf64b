"""The state of the service, for monitoring: /sehat."""

from flask import Blueprint, Flask, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from netral.extensions import db
from netral.operation.health import examine
from netral.settings import LOOPBACK
from netral.web.edge import current
from netral.web.edge.access import public
from netral.words.health import as_document

bp = Blueprint("health", __name__)

# A proxy adds at least one of these to a request, whether or not it is trusted; the first few name the client.
FOR_WHOM = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
FORWARDED = (*FOR_WHOM, "X-Forwarded-Host", "X-Forwarded-Proto", "Via")
RETRY_SECONDS = 30
PROXY_SEEN = "netral.proxy_seen"


def init_health(app: Flask, *, proxy_hops: int) -> None:
    """Notice an untrusted proxy on this machine in any request, and remember it as long as this process lives."""
    if not proxy_hops:
        app.before_request(notice_proxy)


def notice_proxy() -> None:
    if request.remote_addr in LOOPBACK and any(name in request.headers for name in FOR_WHOM):
        current_app.extensions[PROXY_SEEN] = True


@bp.get("/sehat")
@public
def health() -> ResponseReturnValue:
    """Tell everybody whether all is well, and people at the machine itself what is wrong."""
    settings = current.settings()
    found = examine(
        db.engine,
        data_dir=settings.data_dir,
        secrets_dir=settings.secrets_dir,
        now=current.now(),
        untrusted_proxy=PROXY_SEEN in current_app.extensions,
    )
    answer = {"status": "sehat" if found.well else "terganggu"}
    told = answer | as_document(found) if is_local() else answer
    return (jsonify(told), 200) if found.well else (jsonify(told), 503, {"Retry-After": str(RETRY_SECONDS)})


def is_local() -> bool:
    return request.remote_addr in LOOPBACK and not any(name in request.headers for name in FORWARDED)
