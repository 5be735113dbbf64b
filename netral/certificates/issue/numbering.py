"""The issuer's name and the numbers of an instansi's later certificates; what is issued keeps its own."""

from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.certificates.models import Certificate, CertificateSequence
from netral.certificates.proof.numbers import Numbering
from netral.database.tables import Reader
from netral.errors import NetralError, NotFound
from netral.organisation.instansi import lock_instansi, note
from netral.organisation.models import Instansi
from netral.versions import check_version, version_of


class IssuerNameless(NetralError):
    """The short name of the issuer is empty."""


class LetterheadTooLong(NetralError):
    """The arguments are the beginning of a text and its greatest length."""


class NumberRepeats(NetralError):
    """A later certificate could get the number (the argument) of one that is issued already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """The issuer as certificates name it: `issuer_name` in full, empty where the short name serves for both.

    The short name also stands in numbers and, where pages speak of the office, in sentences.
    """

    issuer_name: str
    issuer_short: str
    number_template: str
    classification: str

    @property
    def numbering(self) -> Numbering:
        return Numbering(template=self.number_template, classification=self.classification, unit=self.issuer_short)

    @property
    def version(self) -> str:
        return version_of(asdict(self))


# Column -> its greatest length.
LENGTHS = {"issuer_name": 120, "issuer_short": 30, "number_template": 100, "classification": 30}
COLUMNS = tuple(LENGTHS)


def read_letterhead(session: Reader, *, instansi_id: int) -> Letterhead:
    """Return the letterhead as it stands. Raises NotFound."""
    columns = [Instansi.__table__.c[name] for name in COLUMNS]
    row = session.execute(select(*columns).where(Instansi.__table__.c.id == instansi_id)).one_or_none()
    if row is None:
        raise NotFound("instansi", instansi_id)
    return Letterhead(**dict(zip(COLUMNS, row, strict=True)))


def next_sequence(session: Reader, *, instansi_id: int) -> int:
    """Return the running number that the next certificate gets."""
    last = select(CertificateSequence.last).where(CertificateSequence.instansi_id == instansi_id)
    return (session.execute(last).scalar() or 0) + 1


def change_letterhead(
    session: Session, act: Act, letterhead: Letterhead, *, version: str | None = None
) -> tuple[str, ...]:
    """Change the letterhead of the act's instansi and return the changed columns.

    `version`: of the letterhead that the page showed. Raises NotFound, Outdated, LetterheadTooLong, IssuerNameless,
    NumberUnusable, NumberRepeats.
    """
    for column, most in LENGTHS.items():
        if len(text := getattr(letterhead, column)) > most:
            raise LetterheadTooLong(text[:20], most)
    if not letterhead.issuer_short:
        raise IssuerNameless
    letterhead.numbering.check()
    row = lock_instansi(session, act.instansi_id)
    stands = read_letterhead(session, instansi_id=row.id)
    before, after = asdict(stands), asdict(letterhead)
    changed = tuple(column for column in COLUMNS if before[column] != after[column])
    if not changed:
        return ()
    check_version(version, before)
    if letterhead.numbering != stands.numbering:
        check_numbers(session, row.id, letterhead.numbering)
    for column in changed:
        setattr(row, column, after[column])
    detail = {column: f"{before[column] or '-'} → {after[column] or '-'}" for column in changed}
    note(session, act.within(row.id), "instansi.changed", detail)
    return changed


def check_numbers(session: Session, instansi_id: int, numbering: Numbering) -> None:
    """Raise NumberRepeats if a certificate has a number that the numbering would give to a later one.

    The last running number stays locked, so that nothing is issued by the earlier template meanwhile: issuing reads the
    template once it has its running number.
    """
    locked = select(CertificateSequence.last).where(CertificateSequence.instansi_id == instansi_id).with_for_update()
    last = session.scalars(locked).one_or_none() or 0
    for number in session.scalars(select(Certificate.nomor).where(Certificate.instansi_id == instansi_id)):
        if numbering.may_repeat(number, last=last):
            raise NumberRepeats(number)
