"""Second factors: a code counts once, in its own half minute, and never without the key it was sealed with."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from netral.accounts import factors
from netral.accounts.factors import FactorCodeRefused, NothingProposed, RecoveryCodesNewer
from netral.accounts.models import RecoveryCode, SecondFactor, User
from netral.accounts.sealing import SealBroken, derive_key, seal, unseal
from netral.accounts.sessions import begin_session, find_actor
from netral.audit.events import Act
from netral.audit.models import AuditEvent
from netral.errors import NotFound
from tests.factories import NOW, make_instansi, make_user

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
KEY = derive_key("untuk pengujian saja")
HALF_MINUTE = timedelta(seconds=30)


def code_at(moment: timedelta = timedelta()) -> str:
    return pyotp.TOTP(SECRET).at(NOW + moment)


def propose(session: Session, user: User) -> None:
    factors.propose(session, user_id=user.id, secret=SECRET, key=KEY, nonce=bytes(12))


def use(session: Session, user: User, code: str, *, key: bytes = KEY) -> bool:
    return factors.use_code(session, user_id=user.id, code=code, key=key, now=NOW)


@pytest.fixture
def dewi(session: Session) -> User:
    """Give a user a factor that was confirmed five minutes ago."""
    user = make_user(session, nama="Dewi Lestari", instansi=make_instansi(session))
    propose(session, user)
    earlier = NOW - timedelta(minutes=5)
    code = code_at(-timedelta(minutes=5))
    factors.confirm(session, user_id=user.id, code=code, key=KEY, now=earlier)
    session.commit()
    return user


def recovery_codes(session: Session, user: User) -> tuple[str, ...]:
    numbers = count(1)
    codes = factors.make_recovery_codes(session, user_id=user.id, new_code=lambda: f"PULIH{next(numbers):05d}", now=NOW)
    session.commit()
    return codes


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEvent.action).order_by(AuditEvent.sequence)))


def test_a_code_is_never_accepted_again(session: Session, dewi: User) -> None:
    use(session, dewi, code_at())

    with pytest.raises(FactorCodeRefused):
        use(session, dewi, code_at())


def test_after_a_code_an_older_one_is_worth_nothing(session: Session, dewi: User) -> None:
    use(session, dewi, code_at())

    with pytest.raises(FactorCodeRefused):
        use(session, dewi, code_at(-HALF_MINUTE))


def test_a_code_used_while_the_clock_was_days_ahead_keeps_nobody_out_and_still_counts_once(
    session: Session, dewi: User
) -> None:
    ahead = timedelta(days=3)
    factors.use_code(session, user_id=dewi.id, code=code_at(ahead), key=KEY, now=NOW + ahead)

    use(session, dewi, code_at())
    for moment in (timedelta(), -HALF_MINUTE):
        with pytest.raises(FactorCodeRefused):
            use(session, dewi, code_at(moment))


@pytest.mark.parametrize("steps", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_off(session: Session, dewi: User, steps: int) -> None:
    assert use(session, dewi, code_at(steps * HALF_MINUTE)) is False


@pytest.mark.parametrize("steps", [-2, 2])
def test_a_clock_may_not_be_a_minute_off(session: Session, dewi: User, steps: int) -> None:
    with pytest.raises(FactorCodeRefused):
        use(session, dewi, code_at(steps * HALF_MINUTE))


def test_a_code_may_be_pasted_with_blanks(session: Session, dewi: User) -> None:
    code = code_at()

    use(session, dewi, f" {code[:3]} {code[3:]}\n")


@pytest.mark.parametrize("code", ["", "12345", "1234567", "٠١٢٣٤٥", "\x00\x00\x00\x00\x00\x00", "😀" * 6])
def test_a_text_that_is_no_code_is_refused_like_a_wrong_one(session: Session, dewi: User, code: str) -> None:
    with pytest.raises(FactorCodeRefused):
        use(session, dewi, code)


def test_a_secret_counts_only_after_its_first_code(session: Session) -> None:
    siti = make_user(session)
    propose(session, siti)
    with pytest.raises(FactorCodeRefused):
        use(session, siti, code_at())
    with pytest.raises(FactorCodeRefused):
        factors.confirm(session, user_id=siti.id, code="000000", key=KEY, now=NOW)
    assert factors.read_factor(session, user_id=siti.id).confirmed_at is None

    factors.confirm(session, user_id=siti.id, code=code_at(), key=KEY, now=NOW)
    assert factors.read_factor(session, user_id=siti.id).confirmed_at == NOW
    with pytest.raises(FactorCodeRefused):
        use(session, siti, code_at())
    with pytest.raises(NothingProposed):
        factors.confirm(session, user_id=siti.id, code=code_at(), key=KEY, now=NOW)


def test_while_a_new_telephone_is_being_set_up_the_old_one_still_counts(session: Session, dewi: User) -> None:
    factors.propose(session, user_id=dewi.id, secret="KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU", key=KEY, nonce=bytes(12))

    assert use(session, dewi, code_at()) is False


def test_a_recovery_code_opens_once_however_it_is_typed(session: Session, dewi: User) -> None:
    first, *others = recovery_codes(session, dewi)

    assert len(others) == 9
    assert use(session, dewi, f"{first[:5].lower()}-{first[5:]}") is True
    with pytest.raises(FactorCodeRefused):
        use(session, dewi, first)
    assert factors.read_factor(session, user_id=dewi.id).recovery_left == 9


def test_new_recovery_codes_make_the_earlier_ones_worthless(session: Session, dewi: User) -> None:
    numbers = count(100)
    old = recovery_codes(session, dewi)
    factors.make_recovery_codes(session, user_id=dewi.id, new_code=lambda: f"BARU{next(numbers):06d}", now=NOW)

    with pytest.raises(FactorCodeRefused):
        use(session, dewi, old[0])


def test_recovery_codes_are_not_made_over_unseen_newer_ones(session: Session, dewi: User) -> None:
    seen = factors.name_recovery_codes(session, user_id=dewi.id)
    shown = recovery_codes(session, dewi)
    with pytest.raises(RecoveryCodesNewer):
        factors.make_recovery_codes(session, user_id=dewi.id, new_code=lambda: "ABCDE23456", now=NOW, seen=seen)
    session.rollback()

    assert use(session, dewi, shown[0]) is True


def test_a_recovery_code_of_another_person_opens_nothing(session: Session, dewi: User) -> None:
    eka = make_user(session, nama="Eka")

    with pytest.raises(FactorCodeRefused):
        use(session, eka, recovery_codes(session, dewi)[0])


def test_the_database_holds_neither_the_secret_nor_a_code(session: Session, dewi: User) -> None:
    codes = recovery_codes(session, dewi)
    row = session.scalars(select(SecondFactor)).one()

    assert SECRET.encode() not in (row.sealed or b"")
    assert not {*codes} & {*session.scalars(select(RecoveryCode.code_hash))}
    with pytest.raises(SealBroken):
        use(session, dewi, code_at(), key=derive_key("kunci lain"))
    assert use(session, dewi, codes[0], key=derive_key("kunci lain")) is True


def test_a_secret_copied_to_another_person_does_not_open() -> None:
    with pytest.raises(SealBroken):
        unseal(seal(SECRET, key=KEY, owner=1, nonce=bytes(12)), key=KEY, owner=2)


@given(st.binary(max_size=80))
def test_nothing_but_a_seal_opens(garbage: bytes) -> None:
    with pytest.raises(SealBroken):
        unseal(garbage, key=KEY, owner=1)


def test_every_change_ends_the_sessions_and_is_recorded(session: Session, dewi: User) -> None:
    changes: list[Callable[[], object]] = [
        lambda: recovery_codes(session, dewi),
        lambda: factors.remove_factor(session, Act(None, NOW), user_id=dewi.id),
    ]
    for change in changes:
        begin_session(session, user_id=dewi.id, token=(token := f"token-{change}"), now=NOW, factor_at=NOW)
        assert find_actor(session, token=token, now=NOW)
        change()
        assert find_actor(session, token=token, now=NOW) is None
    session.commit()

    assert actions(session) == ["user.factor_enrolled", "user.recovery_codes_made", "user.factor_removed"]
    with pytest.raises(NotFound):
        factors.remove_factor(session, Act(None, NOW), user_id=dewi.id)


@pytest.mark.parametrize("kind", ["application", "recovery"])
def test_of_two_uses_of_one_code_at_once_only_one_wins(engine: Engine, session: Session, dewi: User, kind: str) -> None:
    code = recovery_codes(session, dewi)[0] if kind == "recovery" else code_at()
    user_id = dewi.id
    session.commit()

    def attempt(_: int) -> bool:
        with Session(engine) as mine:
            try:
                factors.use_code(mine, user_id=user_id, code=code, key=KEY, now=NOW)
                mine.commit()
            except FactorCodeRefused:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [False, False, False, True]


def test_a_secret_that_is_confirmed_twice_at_once_counts_once(engine: Engine, session: Session) -> None:
    siti = make_user(session)
    propose(session, siti)
    user_id = siti.id
    session.commit()

    def attempt(_: int) -> bool:
        with Session(engine) as mine:
            try:
                factors.confirm(mine, user_id=user_id, code=code_at(), key=KEY, now=NOW)
                mine.commit()
            except (FactorCodeRefused, NothingProposed):
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [False, False, False, True]
