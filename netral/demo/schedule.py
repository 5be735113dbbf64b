"""The times of the example's events, counted from the day it is loaded."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from netral.learning.periods.diklat import Hours
from netral.learning.periods.opening import PeriodKind, PeriodPlan

OFFICE_HOUR = time(15, 0)
HOURS = Hours(jp=3, jp_dasar="Kurikulum contoh, bukan yang sungguhan", jenis_diklat=16)


@dataclass(frozen=True, slots=True)
class Opening:
    """A period and the time at which an officer opened it."""

    plan: PeriodPlan
    at: datetime


@dataclass(frozen=True, slots=True)
class Schedule:
    today: date
    zone: ZoneInfo

    @classmethod
    def around(cls, now: datetime, zone: ZoneInfo) -> "Schedule":
        return cls(now.astimezone(zone).date(), zone)

    @property
    def planted_at(self) -> datetime:
        return self.at(-420)

    def at(self, days: int) -> datetime:
        return datetime.combine(self.day(days), OFFICE_HOUR, self.zone)

    def day(self, days: int) -> date:
        return self.today + timedelta(days=days)

    def earlier(self) -> Opening:
        """Return a period that is over and whose certificates have expired."""
        first = self.day(-400)
        plan = PeriodPlan(
            kode=f"penyegaran-{first.year}",
            nama=f"Penyegaran netralitas {first.year}",
            jenis=PeriodKind.DI_LUAR,
            first_day=first,
            due_day=self.day(-370),
            last_day=self.day(-350),
            valid_until=self.day(-20),
            **asdict(HOURS),
        )
        return Opening(plan, self.at(-401))

    def upcoming(self) -> Opening:
        """Return a period that is announced and begins in four months."""
        first = self.day(120)
        plan = PeriodPlan(
            kode=f"pilkades-{first.year}",
            nama=f"Pilkades serentak {first.year}",
            jenis=PeriodKind.PILKADES,
            first_day=first,
            due_day=self.day(150),
            last_day=self.day(180),
            valid_until=self.day(700),
        )
        return Opening(plan, self.at(-34))

    def current(self) -> Opening:
        """Return a period that is running; its tenggat is in thirty days."""
        first = self.day(-30)
        plan = PeriodPlan(
            kode=f"pemilihan-{first.year}",
            nama=f"Pemilihan serentak {first.year}",
            jenis=PeriodKind.PILKADA,
            first_day=first,
            due_day=self.day(30),
            last_day=self.day(45),
            valid_until=self.day(400),
            pretest=True,
            **asdict(HOURS),
        )
        return Opening(plan, self.at(-31))
