"""A few careers of the example: a retirement, a Plt, a secondment, a planned move, exemptions."""

import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import gmtime
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw
from sqlalchemy.orm import Session

from netral.audit.events import Act
from netral.demo.roster import Planted
from netral.learning.periods.exemptions import Paper, grant_exemption
from netral.organisation.careers import Intent, Wish
from netral.organisation.membership import DepartureKind, PlaceKind
from netral.roster.changing import change_place

A4 = (595, 842)


@dataclass(frozen=True, slots=True)
class Told:
    """A change of one person of an OPD. `goal`: the kode of another one; `later`: days after the others."""

    origin: str
    intent: Intent
    kind: str
    goal: str
    document: str
    reason: str
    counted: bool = False
    later: int = 0


TOLD = (
    Told("pupr", Intent.LEAVE, DepartureKind.PENSIUN, "", "SK 882/0417/BKPSDM", "Batas usia pensiun."),
    Told("rsud", Intent.LEAVE, DepartureKind.CLTN, "", "SK 853/0091/BKPSDM", "Cuti di luar tanggungan negara."),
    Told("dinsos", Intent.ASSIGN, PlaceKind.PLT, "kesbangpol", "SP 800/0233/BKPSDM", "Jabatan kepala seksi kosong."),
    Told(
        "setda",
        Intent.ASSIGN,
        PlaceKind.PERBANTUAN,
        "bkpsdm",
        "SP 824/0105/BKPSDM",
        "Diperbantukan enam bulan.",
        counted=True,
    ),
    Told("dishub", Intent.MOVE, "", "satpolpp", "SK 824/0311/BKPSDM", "Mutasi.", later=25),
)
EXEMPT = {
    "rsud": ("Cuti melahirkan sampai akhir periode.", "SK 854/0122/RSUD"),
    "dlh": ("Tugas belajar di luar daerah.", ""),
}


@dataclass(frozen=True, slots=True)
class Careers:
    """People chosen for what is told, in its order, and the exempt ones by their OPD."""

    told: tuple[int, ...]
    exempt: dict[str, int]

    @property
    def idle(self) -> frozenset[int]:
        """Return those who do nothing in the period, so that leaving and exemption make sense."""
        leaving = {who for who, each in zip(self.told, TOLD, strict=True) if each.intent is Intent.LEAVE}
        return frozenset({*leaving, *self.exempt.values()})


def choose_careers(free: dict[str, list[int]]) -> Careers:
    """Choose people from the end of each office's list."""
    told = tuple(free[each.origin].pop() for each in TOLD)
    return Careers(told, {opd: free[opd].pop() for opd in EXEMPT})


def tell_careers(session: Session, act: Act, chosen: Careers, planted: Planted, *, kode: str, zone: ZoneInfo) -> None:
    """Enter everything as an officer of BKPSDM would, on one day."""
    today = act.now.astimezone(zone).date()
    for asn_id, each in zip(chosen.told, TOLD, strict=True):
        wish = Wish(
            intent=each.intent,
            day=today + timedelta(days=each.later),
            opd_id=planted.opds.get(each.goal, 0),
            kind=each.kind,
            counted=each.counted,
            document=each.document,
            reason=each.reason,
        )
        change_place(session, act, asn_id=asn_id, wish=wish)
    for opd, asn_id in chosen.exempt.items():
        reason, document = EXEMPT[opd]
        paper = make_paper(document, today, act.now) if document else Paper()
        grant_exemption(session, act, asn_id=asn_id, kode=kode, reason=reason, paper=paper)


def make_paper(document: str, today: date, now: datetime) -> Paper:
    """Make a document whose only page says that it is an example."""
    page, file, made = Image.new("L", A4, 255), io.BytesIO(), gmtime(now.timestamp())
    ImageDraw.Draw(page).multiline_text((60, 60), f"CONTOH\n{document}", fill=0)
    page.save(file, "PDF", creationDate=made, modDate=made)
    return Paper(document=document, document_date=today, pdf=file.getvalue())
