"""Every kind of page by the person who sees it. Braces are filled from `Town.names`."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from netral.accounts import factors
from netral.accounts.access import GRANTS, Role
from netral.accounts.sealing import derive_key
from netral.audit.events import Act
from netral.content.cards import CardKind
from netral.learning.editions.models import CardVersion, EditionQuestion, ModuleVersion, QuestionVersion
from netral.learning.exams.models import AttemptItem
from netral.learning.periods.models import Period
from netral.pledges.publishing import publish
from netral.reporting.reports.sample import SAMPLE
from netral.web.office.reports import REPORTS
from tests.browser.learners import Learner
from tests.browser.server import Server, give_factor
from tests.shipped import freeze_shipped

NOBODY = "siapa pun"
PLACES: dict[str, tuple[str, ...]] = {
    NOBODY: (
        *("/", "/masuk", "/aktivasi", "/lupa", "/bantuan", "/privasi", "/aksesibilitas"),
        *("/v", "/v/{certificate}", "/v/{revoked}", "/v/00000000000000000000000000", "/v/terlalu-pendek"),
        "/tidak-ada",
    ),
    # This person has a certificate, and passed the exam a week ago.
    "Siti": (
        *(
            "/tugas",
            "/modul/{module}",
            "/lini-masa",
            "/lini-masa/pagi-sebelum-apel",
            "/modul/{later}",
            "/bacaan/1/{module}",
            "/kartu",
            "/kartu/{card}",
            "/istilah",
            "/boleh-nggak",
            "/ingat",
            "/hasil/1",
            "/ikrar",
            "/sertifikat",
            "/profil",
            "/profil/koreksi",
        ),
        *("/autentikator/mulai", "/autentikator/pasang"),
    ),
    # This person is in the middle of the exam.
    "Joko": (*("/tugas", "/ujian", "/ujian/kerjakan", "/ujian/tinjau"),),
    # This person has failed once.
    "Lina": ("/ujian", "/hasil/1", "/ikrar", "/sertifikat"),
    # This person has passed and signed, and waits for a spelling of their name.
    "Oki": ("/tugas", "/sertifikat"),
    # This person has done nothing yet.
    "Made": ("/tugas", "/tes-awal", "/ujian", "/sertifikat", "/modul/{module}#{practice}", "/dasbor"),
    # These people are in the middle of a pre-test, and at the end of one.
    "Tono": ("/tes-awal",),
    "Umi": ("/tes-awal",),
    "Dewi": (
        *(
            "/dasbor",
            "/opd/dinkes",
            "/pegawai",
            "/pegawai/impor",
            "/pegawai/impor/ingatan",
            "/audit",
            "/ringkasan",
            "/laporan",
        ),
        *("/periode", "/periode/pilkada", "/periode/buka", "/periode/pilkada/tutup"),
        "/periode/pilkada/edisi",
        *("/periode/pilkada/peserta", "/periode/pilkada/peserta/{siti}"),
        *("/sertifikat-terbit", "/sertifikat-terbit/{certificate}/cabut", "/sertifikat-terbit/{certificate}/ganti"),
        *("/instansi", "/koreksi", "/koreksi/{correction}", "/koreksi/ejaan/{oki}"),
        *("/pegawai/{eka}/autentikator", "/autentikator"),
        *("/pegawai/kode?opd=dinsos", "/pegawai/{siti}/kode", "/pegawai/{eka}/kode"),
        *("/autentikator/kode-pemulihan", "/autentikator/lepas"),
    ),
    "Budi": ("/dasbor", "/opd/pkm-hulu", "/opd/pkm-hulu/cetak", "/pegawai", "/koreksi", "/koreksi/{correction}"),
    "Eka": ("/pengawasan", "/audit", "/sertifikat-terbit", "/dasbor"),
    "Fajar": ("/ringkasan", "/dasbor"),
    "Gita": (
        "/konten",
        "/konten/terbitkan",
        "/konten/modul/{module}",
        "/soal",
        "/soal/rapor",
        "/soal/{question}",
        "/soal/{question}/tarik",
    ),
    "Hana": ("/pengelola", "/audit"),
}
OFFICERS = {
    "Dewi": Role.BKPSDM,
    "Budi": Role.OPERATOR_OPD,
    "Eka": Role.INSPEKTORAT,
    "Fajar": Role.PIMPINAN,
    "Gita": Role.PENYUNTING,
    "Hana": Role.PENGELOLA,
}
# Reports without a page of their own are opened by everybody who may see them.
for name, role in OFFICERS.items():
    PLACES[name] += tuple(
        place.page_address
        for place in REPORTS
        if place.listed and not place.own and place.report.permission in GRANTS[role]
    )
STATUSES = {
    (NOBODY, "/v/00000000000000000000000000"): 404,
    (NOBODY, "/v/terlalu-pendek"): 400,
    (NOBODY, "/tidak-ada"): 404,
    ("Made", "/dasbor"): 403,
    ("Dewi", "/autentikator/lepas"): 403,
}
# These pages are seen on phones, with thumbs and a weak signal.
LEARNERS = ("Siti", "Joko", "Lina", "Oki", "Made", "Tono", "Umi", "Zahra")
# These pages have tests of their own, since they stand in the middle of an action.
IN_THE_MIDDLE = {
    "factor.ask_code": "between password and code",
    "factor.ask_recovery_code": "between password and code",
    "kept.show": "after a form that was sent too late",
    "roster.show": "after an upload",
    "roster.confirm": "after an upload",
    "roster_questions.list_missing": "after an upload",
    "roster.ask_undo": "after an import",
    **{f"reports.{place.name}": "after a draw" for place in REPORTS if place.report is SAMPLE},
}
NO_PAGES = {
    "verification.keys": "keys for programs",
    "verification.check_json": "the verdict for programs",
    "health.health": "state for programs",
    "public.robots": "for search engines",
    "account.start": "leads on to the page of the role",
    "modules.earlier_address": "leads on to the page in its module",
    "exam.question": "leads on to its place in the paper",
    "exam.confirm": "leads on to the review",
    "verification.lead_on": "leads on to the address in small letters",
    **{f"reports.{place.name}_{ending}": "file" for place in REPORTS for ending in place.endings},
    "roster.faulty_rows": "file",
    "roster.template": "file",
    "own_certificates.download": "file",
    "dashboard.chart": "picture",
    "public.drawing": "picture",
    "oversight.chart": "picture",
    "instansi.picture": "picture",
}


@dataclass(frozen=True)
class Town:
    """A filled server on which every kind of page can be seen."""

    server: Server
    names: dict[str, str]

    def address(self, place: str) -> str:
        return place.format(**self.names)


def settle(server: Server) -> Town:
    siti = Learner(server, "Siti").has_a_certificate().passed_a_week_ago()
    nur = Learner(server, "Nur").has_a_certificate()
    nur.has_lost_the_certificate()
    joko = Learner(server, "Joko")
    joko.has_started_the_exam(joko.seed_with_every_kind())
    Learner(server, "Lina").has_failed()
    with server.session() as session:
        session.execute(update(Period).values(pretest=True))
    Learner(server, "Tono").has_begun_a_pretest()
    Learner(server, "Umi").has_sent_a_pretest()
    oki = Learner(server, "Oki").has_a_name_in_other_letters().has_a_certificate()
    assert oki.certificates() == []
    with server.session() as session:
        module = session.scalars(select(ModuleVersion.slug).order_by(ModuleVersion.position)).first()
        later = session.scalars(select(ModuleVersion.slug).order_by(ModuleVersion.position.desc())).first()
        card = session.scalars(select(CardVersion.slug).where(CardVersion.kind != CardKind.POSISI)).first()
        in_bank = select(EditionQuestion.question_version_id).where(EditionQuestion.module_slug.is_(None))
        question = session.scalars(select(QuestionVersion.question_id).where(QuestionVersion.id.in_(in_bank))).first()
        propose_factor(session, siti)
        give_factor(session, Learner(server, "Zahra").user(session), datetime.now(UTC))
        practice = session.scalars(select(EditionQuestion.page).where(EditionQuestion.module_slug == module)).first()
        names = {
            "siti": str(siti.asn_id(session)),
            "correction": str(siti.has_asked_for_a_correction(session)),
            "oki": str(oki.asn_id(session)),
            "eka": str(Learner(server, "Eka").asn_id(session)),
            "module": module or "",
            "later": later or "",
            "card": card or "",
            "practice": str(practice),
            "question": question or "",
            **slots_by_kind(session, joko),
        }
    names |= {"certificate": siti.certificates()[0].public_id, "revoked": nur.certificates()[0].public_id}
    publish_more(server)
    return Town(server, names)


def publish_more(server: Server) -> None:
    """Publish an edition to which the period may move: with another page in the first module, and without the last."""
    content = freeze_shipped()
    first, *others, _ = content.modules
    page = replace(first.pages[0], number=len(first.pages) + 1, title="Yang baru", html="<p>Aturan baru.</p>")
    modules = (replace(first, pages=(*first.pages, page)), *others)
    slugs = {None, *(module.slug for module in modules)}
    questions = tuple(question for question in content.questions if question.module in slugs)
    with server.session() as session:
        newer = replace(content, hash="ab" * 32, modules=modules, questions=questions)
        publish(session, Act(None, datetime.now(UTC)), newer)


def propose_factor(session: Session, learner: Learner) -> None:
    """Keep a secret that waits for its first code."""
    secret = (learner.server.data_dir / "secrets" / "session.key").read_text(encoding="ascii")
    user_id = learner.user(session).id
    factors.propose(session, user_id=user_id, secret="JBSWY3DP" * 4, key=derive_key(secret), nonce=bytes(12))


def slots_by_kind(session: Session, learner: Learner) -> dict[str, str]:
    """Return a slot of each kind."""
    statement = (
        select(QuestionVersion.kind, AttemptItem.slot)
        .join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
        .where(AttemptItem.attempt_id == learner.attempt(session).id)
    )
    return {kind: str(slot) for kind, slot in session.execute(statement)}
