"""The wiring: settings and blueprints into one Flask application."""

from collections.abc import Callable, MutableMapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.templating import Environment
from werkzeug.middleware.proxy_fix import ProxyFix

from netral.database.engines import engine_options, prepare_engine
from netral.extensions import close_reader, csrf, db, login_manager
from netral.settings import LOOPBACK, ROOT, Settings
from netral.web.blueprints import BLUEPRINTS
from netral.web.edge import access, errors, frame, headers, keeping, sign_in
from netral.web.edge.cookies import MaxAgeResponse, SparingCookies
from netral.web.edge.filters import init_filters
from netral.web.edge.logs import init_logs
from netral.web.edge.numbers import NumberConverter
from netral.web.edge.request_lines import init_request_lines
from netral.web.public import health

UPLOAD_LIMIT = 6 * 1024 * 1024
FORM_LIMIT = 256 * 1024


class Templates(Environment):
    """No template has globals of its own, so all look at the same ones: their union is not built at every import."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class Application(Flask):
    """Flask, without what it does at every request for things that nothing here has."""

    jinja_environment = Templates
    response_class = MaxAgeResponse

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view and no hook is a coroutine; a test says so."""
        return func


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application. Opens no connection and writes nothing; `settings` default to the environment."""
    settings = settings or Settings.from_environment()
    app = Application(
        "netral", root_path=str(Path(__file__).parent), template_folder=str(ROOT / "templates"), static_folder=None
    )
    app.config.from_mapping(configure(settings))
    app.extensions["netral.settings"] = settings
    app.session_interface = SparingCookies()
    app.url_map.strict_slashes = False
    app.url_map.converters["int"] = NumberConverter
    # All templates stay loaded: to know which was used last would cost something at each use.
    app.jinja_options = {"cache_size": -1}
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    init_logs(readable=settings.demo)
    init_request_lines(app)
    headers.init_headers(app)
    if settings.proxy_hops:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask documents it
            app.wsgi_app, x_for=settings.proxy_hops, x_proto=settings.proxy_hops, x_host=0
        )
    init_database(app)
    init_filters(app)
    sign_in.init_sign_in(login_manager)
    login_manager.init_app(app, add_context_processor=False)  # templates are told by `frame`
    app.before_request(access.limit_form)
    app.before_request(access.enforce)
    csrf.init_app(app)
    app.before_request(access.refuse_nul)
    app.after_request(keeping.forget_when_used)
    errors.init_errors(app)
    frame.init_frame(app)
    health.init_health(app, proxy_hops=settings.proxy_hops)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app


def configure(settings: Settings) -> dict[str, object]:
    host = settings.base_url.split("://", 1)[1].split(":")[0].strip("[]")
    return {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "__Host-netral" if settings.secure else "netral",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        # A page untouched for an hour signs out; the server's own end of a session is in its row.
        "PERMANENT_SESSION_LIFETIME": timedelta(minutes=60),
        "MAX_CONTENT_LENGTH": UPLOAD_LIMIT,
        "MAX_FORM_MEMORY_SIZE": FORM_LIMIT,
        "MAX_FORM_PARTS": 500,
        "TRUSTED_HOSTS": sorted({host, *LOOPBACK}),
        # Bound to the session, so a page that was open all morning can still be sent.
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
    }


def init_database(app: Flask) -> None:
    db.init_app(app)
    app.teardown_appcontext(close_reader)
    with app.app_context():
        prepare_engine(db.engine)
