"""Circulars for tests: Dewi publishes one for everybody, and people read it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from netral.accounts.access import Reach
from netral.audit.events import Act
from netral.organisation.models import Asn, Opd
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
from netral.pledges.circulars.reading import Answered, answer, find_own
from netral.pledges.circulars.signing import Apel, Recorded, record_apel
from tests.factories import NOW

TEXT = (
    "ASN menjaga netralitas selama masa kampanye.",
    "ASN tidak menyukai unggahan pasangan calon di media sosial.",
    "Laporan pelanggaran disampaikan kepada Inspektorat.",
)
QUESTIONS = (
    CheckQuestion("Bolehkah menyukai unggahan?", ("Boleh", "Tidak"), 1, "Menyukai dilarang.", 2),
    CheckQuestion("Kepada siapa melapor?", ("Camat", "Inspektorat", "Siapa saja"), 1, "Inspektorat menerimanya.", 3),
)
RIGHT = {0: 1, 1: 1}
CHANGED = (TEXT[0], TEXT[1], "Laporan pelanggaran disampaikan kepada Inspektorat atau BKPSDM.")


def make_draft(**changes: Any) -> Draft:
    draft = Draft(
        title="Netralitas selama kampanye",
        nomor="800/12/BKPSDM/2029",
        dated=date(2029, 4, 30),
        signatory_name="Ratna Dewanti",
        signatory_title="Sekretaris Daerah",
        paragraphs=TEXT,
        questions=QUESTIONS,
        due_at=NOW + timedelta(days=14),
    )
    return replace(draft, **changes)


def publish_circular(session: Session, instansi_id: int, **changes: Any) -> CircularVersion:
    """Publish a circular of `make_draft` with these changes; a pakta with `kind`."""
    kind = changes.pop("kind", CircularKind.EDARAN)
    if kind is CircularKind.PAKTA:
        changes.setdefault("questions", ())
    circular_id = create(session, Act(None, NOW, instansi_id), kind=kind, draft=make_draft(**changes))
    return finish(session, instansi_id, circular_id)


def publish_again(session: Session, version: CircularVersion, **changes: Any) -> CircularVersion:
    """Publish the next version of a circular."""
    act = Act(None, NOW, version.instansi_id)
    start_version(session, act, circular_id=version.circular_id)
    questions = () if not version.questions else QUESTIONS
    draft = make_draft(**({"paragraphs": CHANGED, "questions": questions} | changes))
    change(session, act, circular_id=version.circular_id, draft=draft)
    return finish(session, version.instansi_id, version.circular_id)


def finish(session: Session, instansi_id: int, circular_id: int) -> CircularVersion:
    act = Act(None, NOW, instansi_id)
    assert find_draft(session, circular_id)
    set_file(session, act, circular_id=circular_id, hashed="ab" * 32, pages=1, size=10)
    version = publish(session, act, circular_id=circular_id)
    session.commit()
    return version


def reply(session: Session, asn: Asn, circular_id: int, choices: dict[int, int] | None = None) -> Answered:
    """Answer what is asked on the version in force, right unless other choices are given."""
    own = find_own(session, asn_id=asn.id, circular_id=circular_id)
    answered = answer(
        session,
        Act(None, NOW),
        asn_id=asn.id,
        circular_id=circular_id,
        shown=own.version.id,
        choices=RIGHT if choices is None else choices,
    )
    session.commit()
    return answered


def sign_at_apel(session: Session, version: CircularVersion, *people: Asn, **changes: Any) -> Recorded:
    """Record that people of one unit signed a pakta on paper today, by an officer of the whole instansi."""
    unit = session.get_one(Opd, people[0].opd_id)
    facts: dict[str, Any] = {
        "opd_kode": unit.kode,
        "held_on": NOW.date(),
        "place": "Halaman kantor",
        "witness_name": "Hasan Basri",
        "witness_title": "Inspektur Pembantu",
    }
    recorded = record_apel(
        session,
        Act(changes.pop("by", None), NOW, version.instansi_id),
        reaches=changes.pop("reaches", (Reach(version.instansi_id),)),
        circular_id=version.circular_id,
        shown=version.id,
        apel=Apel(**(facts | changes)),
        present=frozenset(each.id for each in people),
        today=NOW.date(),
    )
    session.commit()
    return recorded
