"""All tables, for migrations and for other code that must know every one of them."""

from netral.accounts import models as accounts
from netral.audit import models as audit
from netral.certificates import models as certificates
from netral.corrections import models as corrections
from netral.database.tables import Base
from netral.exports import models as exports
from netral.jobs import models as jobs
from netral.learning.editions import models as editions
from netral.learning.exams import models as exams
from netral.learning.periods import models as periods
from netral.learning.study import models as study
from netral.organisation import models as organisation
from netral.pledges import models as pledges
from netral.pledges.circulars import models as circulars
from netral.sosialisasi import models as sosialisasi

__all__ = [
    "Base",
    "accounts",
    "audit",
    "certificates",
    "circulars",
    "corrections",
    "editions",
    "exams",
    "exports",
    "jobs",
    "organisation",
    "periods",
    "pledges",
    "sosialisasi",
    "study",
]
