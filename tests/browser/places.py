"""Every kind of page by the person who sees it. Braces are filled from `Town.names`."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from netral.accounts import factors
from netral.accounts.access import GRANTS, Role
from netral.accounts.models import RoleGrant
from netral.accounts.proposals import Choice, propose
from netral.accounts.sealing import derive_key
from netral.accounts.sessions import read_grants
from netral.accounts.traces import keep_trace
from netral.accounts.two_persons import Kind
from netral.audit.events import Act
from netral.content.cards import CardKind
from netral.jobs.models import Job
from netral.jobs.queue import DONE, SWEEP, enqueue
from netral.learning.editions.models import CardVersion, EditionQuestion, ModuleVersion, QuestionVersion
from netral.learning.exams.models import AttemptItem
from netral.learning.periods.audience import Audience
from netral.learning.periods.drafts import save_draft
from netral.learning.periods.models import Period
from netral.learning.periods.opening import open_period
from netral.organisation.models import Asn, Opd
from netral.pledges.circulars.issuing import CircularKind, start_version
from netral.pledges.circulars.models import PactSignature
from netral.pledges.circulars.reading import open_circular
from netral.pledges.circulars.signing import object_to
from netral.pledges.publishing import publish
from netral.reporting.final import close_and_freeze
from netral.reporting.reports.sample import SAMPLE
from netral.sosialisasi.holding import MeetingPlan, call_meeting
from netral.web.office.reports import REPORTS
from tests.browser.learners import Learner
from tests.browser.server import Server, give_factor, plan_around
from tests.factories import NOW
from tests.pledges.circulars import publish_again, publish_circular, reply, sign_at_apel
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
            "/edaran/{edaran}",
            "/edaran/{pakta}",
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
            "/transkrip",
            "/profil",
            "/profil/koreksi",
        ),
        *("/autentikator/mulai", "/autentikator/pasang", "/hadir/{meeting}"),
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
        *("/dasbor", "/opd/dinkes", "/pegawai", "/pegawai/impor", "/pegawai/impor/ingatan", "/audit", "/ringkasan"),
        *("/laporan", "/pegawai/tambah", "/pegawai/keluar", "/pegawai/unit"),
        *("/periode", "/periode/pilkada", "/periode/buka", "/periode/pilkada/tutup"),
        *("/periode/pilkada/edisi", "/periode/pilkada/tambahan", "/periode/pilkada/gangguan"),
        *("/periode/pilkada/perpanjang", "/periode/pilkada/peserta-baru", "/periode/pilkada/laporan-akhir"),
        *("/periode/nanti/ubah", "/periode/rencana", "/periode/rencana/ubah", "/periode/rencana/buka"),
        *("/periode/rencana/arsip", "/periode/lalu", "/periode/lalu/buka-lagi", "/periode/lalu/laporan-akhir"),
        *("/pekerjaan", "/pekerjaan/{job}", "/sosialisasi", "/sosialisasi/baru", "/sosialisasi/{meeting}"),
        *("/sosialisasi/{meeting}/ubah", "/sosialisasi/{meeting}/batal", "/sosialisasi/{meeting}/layar"),
        "/sosialisasi/{meeting}/tangan",
        *("/edaran", "/edaran/baru", "/edaran/pakta-baru", "/edaran/{edaran}/kelola", "/edaran/{edaran}/kelola/ubah"),
        *("/edaran/{edaran}/kelola/pratinjau", "/edaran/{edaran}/kelola/terbitkan", "/edaran/{edaran}/kelola/cabut"),
        *("/pakta", "/pakta/{pakta}/acara", "/pakta/{pakta}/acara?unit=dinkes", "/pakta/keberatan/{signature}"),
        *("/periode/pilkada/peserta", "/periode/pilkada/peserta/{siti}"),
        *("/sertifikat-terbit", "/sertifikat-terbit/{certificate}/cabut", "/sertifikat-terbit/{certificate}/ganti"),
        *("/sertifikat-terbit/siasn", "/sertifikat-terbit/{certificate}/transkrip", "/periode/pilkada/jp"),
        "/periode/pilkada/jp/terbitkan-ulang",
        *(
            "/instansi",
            "/instansi/penerbit",
            "/opd/dinkes/sertifikat",
            "/koreksi",
            "/koreksi/{correction}",
            "/koreksi/ejaan/{oki}",
        ),
        *("/pegawai/{zahra}/autentikator", "/autentikator"),
        *("/pegawai/kode?opd=dinsos", "/pegawai/{siti}/kode", "/pegawai/{budi}/kode", "/pegawai/{eka}/kode"),
        *("/petugas", "/petugas/tunjuk?cari=siti", "/petugas/tunjuk/{siti_user}", "/petugas/cabut/{grant}"),
        *("/petugas/daftar", "/usulan", "/usulan/baru/{eka_user}", "/usulan/{proposal}"),
        *("/pegawai/{siti}", "/pegawai/{siti}/pindah", "/pegawai/{siti}/tugas", "/pegawai/{siti}/berhenti"),
        "/pegawai/{siti}/kembali",
        *("/autentikator/kode-pemulihan", "/autentikator/lepas"),
    ),
    "Budi": ("/dasbor", "/opd/pkm-hulu", "/opd/pkm-hulu/cetak", "/pegawai", "/koreksi", "/koreksi/{correction}"),
    "Eka": ("/pengawasan", "/pengawasan/tanda?tanda=jaringan", "/profil", "/audit", "/sertifikat-terbit", "/dasbor"),
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
    "Hana": (
        *("/pengelola", "/audit", "/usulan", "/usulan/{proposal}"),
        *("/pengelola/petugas?cari=siti", "/pengelola/petugas/cabut/{eka_grant}"),
    ),
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
    ("Dewi", "/pegawai/{eka}/kode"): 409,
}
# These pages are seen on phones, with thumbs and a weak signal.
LEARNERS = ("Siti", "Joko", "Lina", "Oki", "Made", "Tono", "Umi", "Zahra")
# These pages have tests of their own, since they stand in the middle of an action.
IN_THE_MIDDLE = {
    "factor.ask_code": "between password and code",
    "factor.ask_recovery_code": "between password and code",
    "person.finish": "after an assignment",
    "extending.outage": "after an outage",
    "siasn.show_job": "while files are made",
    "siasn.sent": "after files were made",
    "public_transcripts.check": "after a transcript was made",
    "bundles.detail": "after a job",
    "kept.show": "after a form that was sent too late",
    "roster.show": "after an upload",
    "roster.confirm": "after an upload",
    "roster_questions.list_missing": "after an upload",
    "roster.ask_undo": "after an import",
    "roster_reconciling.overview": "after an upload",
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
    "final_reports.download": "file",
    "exemptions.exemption_file": "file",
    "roster.faulty_rows": "file",
    "roster_reconciling.workbook": "file",
    "roster_uploads.template": "file",
    "units.download": "file",
    "own_certificates.download": "file",
    "transcripts.download": "file",
    "person_transcripts.download": "file",
    "siasn.archive": "file",
    "siasn.corrections": "file",
    "siasn.grades": "file",
    "siasn.workbook": "file",
    "circulars.download": "file",
    "signings.scan": "file",
    "dashboard.packet": "file",
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
            **{name.lower(): str(Learner(server, name).asn_id(session)) for name in ("Eka", "Budi", "Zahra")},
            **settle_officers(session, siti),
            "module": module or "",
            "later": later or "",
            "card": card or "",
            "practice": str(practice),
            "question": question or "",
            **slots_by_kind(session, joko),
            **settle_circulars(session, siti.asn_id(session)),
            **settle_meeting(session, siti.asn_id(session)),
        }
    names |= {"certificate": siti.certificates()[0].public_id, "revoked": nur.certificates()[0].public_id}
    have_other_periods(server)
    publish_more(server)
    return Town(server, names)


def have_other_periods(server: Server) -> None:
    """Plan a period, open one that begins later, and close one: for Rudi alone, so that learners see none of them."""
    now = datetime.now(UTC)
    with server.session() as session:
        sosial = session.scalars(select(Opd).where(Opd.kode == "dinsos")).one()
        act, plan = Act(None, now, sosial.instansi_id), replace(plan_around(now), audience=Audience((sosial.id,)))
        save_draft(session, act, replace(plan, kode="rencana", nama="Pemilu yang direncanakan"))
        open_period(session, act, replace(plan, kode="nanti", nama="Pemilu nanti", first_day=plan.due_day))
        open_period(session, act, replace(plan, kode="lalu", nama="Pilkades lalu"))
        close_and_freeze(session, act, kode="lalu")


def settle_officers(session: Session, siti: Learner) -> dict[str, str]:
    """Let Dewi propose a code for Eka, and Siti finish where their code was made; return ids."""
    now = datetime.now(UTC)
    dewi, eka, mine = (Learner(siti.server, name).user(session) for name in ("Dewi", "Eka", "Siti"))
    act = Act(dewi.id, now, dewi.instansi_id)
    grants, choice = read_grants(session, user_id=dewi.id), Choice(Kind.CODE)
    asked = propose(session, act, grants=grants, user_id=eka.id, choice=choice, reason="Lupa kata sandinya")
    own = Act(mine.id, now, mine.instansi_id)
    keep_trace(session, own, step="ikrar", maker_id=dewi.id, maker_browser=True, maker_place=True, others=(eka.id,))
    held = {user_id: str(grant_id) for grant_id, user_id in session.execute(select(RoleGrant.id, RoleGrant.user_id))}
    budi = Learner(siti.server, "Budi").user(session)
    return {
        "siti_user": str(mine.id),
        "eka_user": str(eka.id),
        "proposal": str(asked),
        "grant": held[budi.id],
        "eka_grant": held[eka.id],
    }


def settle_circulars(session: Session, asn_id: int) -> dict[str, str]:
    """Publish a circular that Siti has acknowledged, and a pakta that she objects to having signed.

    The circular has a newer version, which she is asked about, and a draft.
    """
    siti = session.get_one(Asn, asn_id)
    edaran = publish_circular(session, siti.instansi_id)
    reply(session, siti, edaran.circular_id)
    publish_again(session, edaran)
    act = Act(None, NOW, siti.instansi_id)
    open_circular(session, act, asn_id=asn_id, circular_id=edaran.circular_id)
    start_version(session, act, circular_id=edaran.circular_id)
    pakta = publish_circular(session, siti.instansi_id, kind=CircularKind.PAKTA, title="Pakta integritas")
    sign_at_apel(session, pakta, siti)
    object_to(session, act, asn_id=asn_id, circular_id=pakta.circular_id)
    signature = session.scalars(select(PactSignature.id)).one()
    session.commit()
    return {"edaran": str(edaran.circular_id), "pakta": str(pakta.circular_id), "signature": str(signature)}


def settle_meeting(session: Session, asn_id: int) -> dict[str, str]:
    """Invite the unit of Siti to a meeting that has begun, and finish a job; return their ids."""
    siti, now = session.get_one(Asn, asn_id), datetime.now(UTC)
    act = Act(None, now, siti.instansi_id)
    plan = MeetingPlan(
        judul="Apel Senin",
        tempat="Halaman kantor",
        pembicara="Dewi",
        starts_at=now - timedelta(minutes=5),
        ends_at=now + timedelta(hours=6),
        opd_ids=(siti.opd_id,),
        period_id=None,
    )
    meeting_id = call_meeting(session, act, plan, random_bytes=bytes(20))
    job_id = enqueue(session, act, SWEEP, {})
    job = session.get_one(Job, job_id)
    job.state, job.finished_at, job.done, job.total = DONE, now, 3, 3
    session.commit()
    return {"meeting": str(meeting_id), "job": str(job_id)}


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
