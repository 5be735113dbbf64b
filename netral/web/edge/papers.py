"""Files of certificates, for the person named and for officers."""

from netral.certificates.paper.files import StoredPdf, read_or_make_pdf
from netral.certificates.proof.verification import Record, State, judge
from netral.extensions import reading_session
from netral.organisation.emblems import find_emblem
from netral.web.edge import current


def state_of(record: Record) -> State:
    return judge(record, None, now=current.now(), keyring=current.keyring()).state


def read_paper(record: Record) -> StoredPdf:
    """Return the stored file, made now if there is none: slow, and therefore outside any transaction.

    The caller has seen that the record is not tampered with, and keeps the hash of a file that was just made.
    """
    place = current.settings()
    with reading_session() as reading:
        emblem = find_emblem(reading, record.emblem)
    current.session().close()
    return read_or_make_pdf(place.certificate_dir, record, base_url=place.base_url, demo=place.demo, emblem=emblem)
