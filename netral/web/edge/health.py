"""The health of the service as the web process sees it."""

from flask import Flask, current_app, request

from netral.extensions import db
from netral.operation.health import Health, examine
from netral.settings import LOOPBACK
from netral.web.edge import current

# A proxy adds at least one of these to a request, whether or not it is trusted.
FOR_WHOM = ("Forwarded", "X-Forwarded-For", "X-Real-IP")
PROXY_SEEN = "netral.proxy_seen"


def init_health(app: Flask, *, proxy_hops: int) -> None:
    """Notice an untrusted proxy on this machine in any request, and remember it as long as this process lives."""
    if not proxy_hops:
        app.before_request(notice_proxy)


def notice_proxy() -> None:
    if request.remote_addr in LOOPBACK and any(name in request.headers for name in FOR_WHOM):
        current_app.extensions[PROXY_SEEN] = True


def look() -> Health:
    settings = current.settings()
    return examine(
        db.engine,
        data_dir=settings.data_dir,
        secrets_dir=settings.secrets_dir,
        now=current.now(),
        untrusted_proxy=PROXY_SEEN in current_app.extensions,
    )
