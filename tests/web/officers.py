"""Officers signed in at a browser: Budi (operator of an OPD), Dewi (bkpsdm), and others by role."""

from sqlalchemy.orm import Session

from netral.accounts.access import Role
from netral.accounts.models import User
from netral.organisation.models import Instansi, Opd
from tests.factories import make_asn, make_user
from tests.web.conftest import Browser, give_password, give_role


def sign_in_operator(browser: Browser, session: Session, opd: Opd) -> User:
    budi = give_password(session, make_user(session, asn=make_asn(session, opd=opd, nama="Budi Santoso")))
    give_role(session, budi, Role.OPERATOR_OPD, opd=opd)
    arrive(browser, budi)
    return budi


def sign_in_officer(
    browser: Browser, session: Session, role: Role = Role.BKPSDM, *, instansi: Instansi | None, nama: str = "Dewi"
) -> User:
    """Sign in a person who is not on the roster."""
    dewi = give_password(session, make_user(session, instansi=instansi, nama=nama))
    give_role(session, dewi, role, instansi=instansi)
    arrive(browser, dewi)
    return dewi


def arrive(browser: Browser, user: User) -> None:
    """Arrive on a page that everybody may see."""
    browser.enter(user.login, target="/profil")
