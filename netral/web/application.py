"""Joins settings and blueprints into one Flask application."""

from datetime import timedelta
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from netral.accounts.access import Permission
from netral.database.engines import engine_options, prepare_engine
from netral.extensions import csrf, db, login_manager
from netral.settings import LOOPBACK, ROOT, Settings
from netral.web import account, edge, kept, learner, office, public
from netral.web.account.account import draw_activation, draw_sign_in
from netral.web.account.factor import draw_code, draw_recovery
from netral.web.edge import access, errors, frame, headers, health, keeping, sign_in
from netral.web.edge.cookies import MaxAgeResponse, SparingCookies
from netral.web.edge.filters import init_filters
from netral.web.edge.logs import init_logs
from netral.web.edge.queries import NumberConverter
from netral.web.edge.request_lines import init_request_lines
from netral.web.learner.learner import kode, link
from netral.web.office.corrections import count_for
from netral.web.office.reports import IN_MENU
from netral.web.office.two_persons import count_proposals

UPLOAD_LIMIT = 6 * 1024 * 1024
FORM_LIMIT = 256 * 1024
# The pages before signing in is complete. After a passing error they are shown again with the typed values except
# password and code.
SHOWN_AGAIN = {
    "account.sign_in_page": draw_sign_in,
    "account.activate": draw_activation,
    "factor.ask_code": draw_code,
    "factor.ask_recovery_code": draw_recovery,
}
# Label, endpoint, permission; an entry is shown to people with the permission. Of more than five entries the first four
# are shown and the rest is folded: the work of an office comes before the officers' own tasks.
MENU = (
    ("Dasbor", "dashboard.overview", Permission.VIEW_COMPLETION),
    ("Pegawai", "people.overview", Permission.ISSUE_CODES),
    ("Koreksi data", "corrections.overview", Permission.CHECK_CORRECTIONS),
    ("Periode", "periods.overview", Permission.MANAGE_PERIODS),
    ("Sosialisasi", "sosialisasi.overview", Permission.NOTE_ATTENDANCE),
    ("Pengawasan", "oversight.overview", Permission.VIEW_SAMPLE),
    ("Ringkasan", "oversight.summary", Permission.VIEW_SUMMARY),
    ("Sertifikat terbit", "certificates.register", Permission.VIEW_REGISTER),
    ("Konten", "content.overview", Permission.VIEW_CONTENT),
    ("Pengelola", "installation.overview", Permission.VIEW_INSTALLATION),
    ("Audit", "audit.overview", Permission.VIEW_AUDIT),
    *(("Laporan", "reports.overview", permission) for permission in sorted(IN_MENU)),
    ("Surat Edaran", "circular_office.overview", Permission.MANAGE_CIRCULARS),
    ("Pakta", "signings.overview", Permission.RECORD_SIGNINGS),
    ("Pekerjaan", "jobs.overview", Permission.VIEW_JOBS),
    ("Petugas", "officers.overview", Permission.MANAGE_OFFICERS),
    ("Usulan", "two_persons.overview", Permission.DECIDE_PROPOSALS),
    ("Instansi", "instansi.overview", Permission.MANAGE_INSTANSI),
    ("Tugas saya", "tasks.overview", Permission.LEARN),
    ("Sertifikat saya", "own_certificates.mine", Permission.LEARN),
)


def create_app(settings: Settings | None = None) -> Flask:
    """Make the application. Opens no connection and writes nothing; `settings` default to the environment."""
    settings = settings or Settings.from_environment()
    app = Flask(
        "netral", root_path=str(Path(__file__).parent), template_folder=str(ROOT / "templates"), static_folder=None
    )
    app.config.from_mapping(configure(settings))
    app.extensions["netral.settings"] = settings
    app.session_interface = SparingCookies()
    app.response_class = MaxAgeResponse
    app.url_map.strict_slashes = False
    app.url_map.converters["int"] = NumberConverter
    # All templates stay loaded, since tracking the last use of each would cost something at every use.
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
    errors.init_errors(app, SHOWN_AGAIN)
    counts = {Permission.CHECK_CORRECTIONS: count_for, Permission.DECIDE_PROPOSALS: count_proposals}
    frame.init_frame(app, MENU, counts)
    app.jinja_env.globals.update(tautan=link, kode_periode=kode)
    health.init_health(app, proxy_hops=settings.proxy_hops)
    for blueprint in find_blueprints():
        app.register_blueprint(blueprint)
    return app


def find_blueprints() -> list[Blueprint]:
    """Return the blueprints of all pages: a module of the edge or of an audience only has to define one."""
    rooms = (edge, public, account, learner, office)
    names = [found.name for room in rooms for found in iter_modules(room.__path__, f"{room.__name__}.")]
    values = [value for name in names for value in vars(import_module(name)).values()]
    return [*dict.fromkeys(value for value in values if isinstance(value, Blueprint)), kept.bp]


def configure(settings: Settings) -> dict[str, object]:
    host = settings.base_url.split("://", 1)[1].split(":")[0].strip("[]")
    return {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "__Host-netral" if settings.secure else "netral",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        # A session ends after an hour without a request; the row of the session has the server's own limit.
        "PERMANENT_SESSION_LIFETIME": timedelta(minutes=60),
        "MAX_CONTENT_LENGTH": UPLOAD_LIMIT,
        "MAX_FORM_MEMORY_SIZE": FORM_LIMIT,
        "MAX_FORM_PARTS": 500,
        "TRUSTED_HOSTS": sorted({host, *LOOPBACK}),
        # The token is bound to the session, so a page that was open all morning can still be sent.
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
    }


def init_database(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
