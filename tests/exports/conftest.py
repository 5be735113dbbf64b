"""A period whose certificates SIASN can take."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from netral.certificates.models import Certificate
from netral.learning.periods.models import Period
from tests.certificates.rows import make_issued
from tests.factories import make_period, the_instansi

HOURS: dict[str, Any] = {"jp": 3, "jp_dasar": "Keputusan Kepala BKPSDM Nomor 12 Tahun 2029", "jenis_diklat": 16}
SIASN_ID = "A5EB03E23CCCF6A0E040640A040252AD"


@pytest.fixture
def period(session: Session) -> Period:
    the_instansi(session).siasn_id = SIASN_ID
    period = make_period(session, kode="pilkada-2029", **HOURS)
    session.commit()
    return period


@pytest.fixture
def give(session: Session, period: Period) -> Callable[..., Certificate]:
    """Give people certificates; the n-th one has an identifier of n."""
    count = iter(range(1, 100))

    def give(**more: Any) -> Certificate:
        identifier = next(count).to_bytes(16, "big")
        _, issued = make_issued(session, identifier=identifier, **({"period": period} | more))
        return session.scalars(select(Certificate).where(Certificate.public_id == issued.public_id)).one()

    return give
