"""The circular and the pakta of the example: two versions, answers part of the way, a signing at an apel."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from random import Random

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.accounts.models import User
from netral.audit.events import Act
from netral.demo.schedule import Schedule
from netral.learning.periods.opening import start_of
from netral.organisation.models import Asn, Opd
from netral.pledges.circulars.files import Pdf, keep_pdf
from netral.pledges.circulars.issuing import (
    CircularKind,
    Draft,
    change,
    create,
    find_draft,
    publish,
    set_file,
    start_version,
)
from netral.pledges.circulars.models import CircularVersion
from netral.pledges.circulars.questions import CheckQuestion
from netral.pledges.circulars.reading import answer, find_own, open_circular
from netral.pledges.circulars.signing import Apel, object_to, record_apel, sign_alone

COMMIT_EVERY = 50
# One in so many people of each office reads the first version, and their chance of a wrong first answer.
READERS, WRONG = 5, 0.2
OPENED_ONLY, RENEWED, SHOWN = 0.1, 0.6, 2
EXAMPLE = (
    "Naskah ini contoh untuk mencoba layanan, dengan nomor dan penanda tangan rekaan. Ini bukan Surat Edaran yang "
    "sebenarnya."
)
POSTS = (
    "Pegawai ASN tidak membuat unggahan, mengomentari, membagikan, atau menyukai unggahan, dan tidak bergabung dengan "
    "grup atau akun pemenangan calon (SKB 2/2022, Lampiran II, tabel B baris 6)."
)
BANNERS = (
    "Pegawai ASN tidak memasang spanduk, baliho, atau alat peraga calon peserta Pemilu atau Pilkada (SKB 2/2022, "
    "Lampiran II, tabel B baris 1)."
)
ONLINE = (
    "Pegawai ASN tidak melakukan sosialisasi atau kampanye media sosial atau daring untuk calon (SKB 2/2022, "
    "Lampiran II, tabel B baris 2)."
)
APEL = "Edaran ini dibacakan pada apel hari Senin pertama setelah diterbitkan."
ASK = "Pertanyaan tentang isi edaran ini disampaikan kepada operator kepegawaian OPD masing-masing."
ASK_MORE = (
    "Pertanyaan tentang isi edaran ini disampaikan kepada operator kepegawaian OPD masing-masing, atau kepada BKPSDM "
    "pada jam layanan."
)
FIRST = (EXAMPLE, POSTS, BANNERS, APEL, ASK)
SECOND = (EXAMPLE, POSTS, BANNERS, ASK_MORE, ONLINE)
ABOUT_POSTS = CheckQuestion(
    ask="Teman kantor meminta Anda menyukai unggahan akun pemenangan calon. Apa yang sesuai dengan edaran ini?",
    options=("Menyukai saja, tanpa komentar", "Tidak menyukai", "Menyukai di luar jam kerja"),
    key=1,
    reason="Menyukai unggahan termasuk yang tidak dilakukan, kapan pun.",
    paragraph=2,
)
ABOUT_ASKING = CheckQuestion(
    ask="Kepada siapa pertanyaan tentang edaran ini disampaikan?",
    options=("Operator kepegawaian OPD", "Tim kampanye", "Tidak disebut"),
    key=0,
    reason="Edaran ini menyebut operator kepegawaian OPD.",
    paragraph=5,
)
ABOUT_ONLINE = CheckQuestion(
    ask="Bolehkah menyiarkan langsung kampanye calon dari akun sendiri?",
    options=("Boleh, itu akun sendiri", "Tidak, itu kampanye daring untuk calon"),
    key=1,
    reason="Kampanye daring untuk calon tidak dilakukan, dari akun mana pun.",
    paragraph=5,
)
PROMISE = (
    "Naskah ini contoh untuk mencoba layanan.",
    "Saya melayani setiap orang tanpa membedakan pilihan politiknya.",
    "Saya tidak memakai waktu, tempat, dan barang kantor untuk kepentingan calon atau partai mana pun.",
    "Saya bertanya kepada operator kepegawaian atau BKPSDM bila ragu.",
)
SIGNATORY, TITLE = "Hj. Marlina Sutedja, M.Si.", "Sekretaris Daerah Kabupaten Contoh"


@dataclass(frozen=True, slots=True)
class Office:
    """The instansi and its officer of BKPSDM, who issues; `document_dir` is where PDF are stored."""

    session: Session
    schedule: Schedule
    instansi_id: int
    officer_id: int
    document_dir: Path

    def act(self, days: int) -> Act:
        return Act(self.officer_id, self.schedule.at(days), self.instansi_id)

    def draft(self, title: str, nomor: str, *, days: int, due: int) -> Draft:
        return Draft(
            title=title,
            nomor=nomor,
            dated=self.schedule.day(days),
            paragraphs=FIRST,
            due_at=start_of(self.schedule.day(due), self.schedule.zone),
            signatory_name=SIGNATORY,
            signatory_title=TITLE,
        )

    def finish(self, circular_id: int, days: int) -> CircularVersion:
        """Store the signed PDF of the draft and publish it."""
        act = self.act(days)
        draft = find_draft(self.session, circular_id)
        pdf = Pdf(make_pdf(f"Contoh: {draft.nomor}, versi {draft.number}" if draft else "Contoh"), 1)
        hashed = keep_pdf(self.document_dir, pdf)
        set_file(self.session, act, circular_id=circular_id, hashed=hashed, pages=1, size=len(pdf.content))
        published = publish(self.session, act, circular_id=circular_id)
        self.session.commit()
        return published


def issue_circulars(office: Office, people: Iterable[int], learners: tuple[int, ...], rng: Random) -> None:
    """Issue a circular in two versions and a pakta; `learners` are shown at several points of the way."""
    year = office.schedule.day(-20).year
    draft = office.draft("Netralitas pegawai selama tahapan (contoh)", f"000/01/CONTOH/{year}", days=-21, due=10)
    draft = replace(draft, questions=(ABOUT_POSTS, ABOUT_ASKING))
    circular_id = create(office.session, office.act(-21), kind=CircularKind.EDARAN, draft=draft)
    office.finish(circular_id, -20)
    here = set(office.session.scalars(select(Asn.id).where(Asn.active)))
    readers = [asn_id for asn_id in people if asn_id in here][::READERS]
    read_all(office, circular_id, [*learners[:2], *readers], rng, since=-20, until=-6)
    start_version(office.session, office.act(-6), circular_id=circular_id)
    about = replace(ABOUT_ASKING, paragraph=4), ABOUT_ONLINE
    newer = replace(draft, paragraphs=SECOND, questions=about, dated=office.schedule.day(-6))
    change(office.session, office.act(-6), circular_id=circular_id, draft=newer)
    office.finish(circular_id, -5)
    again = [asn_id for asn_id in readers if rng.random() < RENEWED]
    read_all(office, circular_id, [learners[1], *again], rng, since=-5, until=-1)
    sign_pact(office, readers, learners[0], year)


def read_all(office: Office, circular_id: int, people: list[int], rng: Random, *, since: int, until: int) -> None:
    """Let each person open the version in force, and most of them answer and acknowledge it, on some day."""
    users = find_users(office.session, people)
    for done, asn_id in enumerate(people, 1):
        at = office.schedule.at(since) + timedelta(hours=rng.uniform(1, 24 * (until - since)))
        # The first two are shown, and have acknowledged what they opened.
        finishes = done <= SHOWN or rng.random() >= OPENED_ONLY
        read_one(office.session, Act(users.get(asn_id), at), asn_id, circular_id, rng, finishes=finishes)
        if done % COMMIT_EVERY == 0:
            office.session.commit()
    office.session.commit()


def find_users(session: Session, people: list[int]) -> dict[int, int]:
    rows = session.execute(select(User.asn_id, User.id).where(User.asn_id.in_(people)))
    return {asn_id: user_id for asn_id, user_id in rows if asn_id is not None}


def read_one(session: Session, act: Act, asn_id: int, circular_id: int, rng: Random, *, finishes: bool) -> None:
    open_circular(session, act, asn_id=asn_id, circular_id=circular_id)
    if not finishes:
        return
    own = find_own(session, asn_id=asn_id, circular_id=circular_id)
    keys = {position: own.questions[position].key for position in own.asked}
    first = {position: 1 - min(key, 1) if rng.random() < WRONG else key for position, key in keys.items()}
    for choices in (first, keys):
        answer(session, act, asn_id=asn_id, circular_id=circular_id, shown=own.version.id, choices=choices)


def sign_pact(office: Office, people: list[int], learner: int, year: int) -> None:
    """Publish a pakta that some sign by themselves and an office at its apel; one of them objects."""
    session = office.session
    draft = office.draft("Pakta integritas netralitas (contoh)", f"000/02/CONTOH/{year}", days=-15, due=20)
    draft = replace(draft, paragraphs=PROMISE)
    circular_id = create(session, office.act(-15), kind=CircularKind.PAKTA, draft=draft)
    version = office.finish(circular_id, -14)
    for asn_id in people[::8]:
        act = Act(None, office.schedule.at(-9))
        sign_alone(session, act, asn_id=asn_id, circular_id=circular_id, shown=version.id)
    session.commit()
    unit = session.get_one(Asn, learner).opd_id
    present = frozenset(session.scalars(select(Asn.id).where(Asn.opd_id == unit, Asn.active).limit(20))) | {learner}
    record_at_apel(office, version, learner, present)
    object_to(session, Act(None, office.schedule.at(-6)), asn_id=max(present - {learner}), circular_id=circular_id)
    session.commit()


def record_at_apel(office: Office, version: CircularVersion, learner: int, present: frozenset[int]) -> None:
    unit = office.session.get_one(Opd, office.session.get_one(Asn, learner).opd_id)
    apel = Apel(
        opd_kode=unit.kode,
        held_on=office.schedule.day(-7),
        place="Halaman kantor",
        witness_name="Hasan Basri, M.Si.",
        witness_title="Inspektur Pembantu Kabupaten Contoh",
    )
    record_apel(
        office.session,
        office.act(-7),
        reaches=(Reach(office.instansi_id),),
        circular_id=version.circular_id,
        shown=version.id,
        apel=apel,
        present=present,
        today=office.schedule.day(-7),
    )
    office.session.commit()


def make_pdf(text: str) -> bytes:
    """Return a PDF of one page with one line of ASCII text, without parentheses."""
    line = f"BT /F1 14 Tf 72 760 Td ({text}) Tj ET".encode()
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    parts = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 %s >> >> >>"
        % font,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(line), line),
    )
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(out))
    return out + head + table + tail
