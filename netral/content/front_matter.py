"""The heads of module, bank and ikrar files."""

from dataclasses import dataclass
from datetime import date

from netral.content.findings import Findings
from netral.content.forms import Form, as_value
from netral.content.yaml_tree import Mapping
from netral.quiz.questions import Audience, Indicator, Stage

REQUIRED = (
    "id", "judul", "versi", "indikator", "berlaku_mulai", "tinjau_sebelum", "rujukan", "penanggung_jawab",
)  # fmt: skip
MODULE_KEYS = frozenset({*REQUIRED, "urutan", "durasi_menit", "tahapan", "untuk", "ringkas"})
BANK_KEYS = frozenset(REQUIRED)
IKRAR_KEYS = frozenset({"id", "judul", "versi", "sumber"})
HISTORIC = "historis"
EVERY_STAGE = "semua"
LARGEST = 100_000
MAX_MINUTES = 600


@dataclass(frozen=True, slots=True)
class Reference:
    """A norm listed in the head; `historic` says that it is named although it no longer holds."""

    norm: str
    historic: bool
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """`version` is the author's own number; `review_before` is the day from which the file may not be published."""

    id: str
    title: str
    version: int
    indicators: tuple[Indicator, ...]
    valid_from: date | None
    review_before: date | None
    references: tuple[Reference, ...]
    responsible: str
    order: int = 0
    minutes: int | None = None
    stages: tuple[Stage, ...] = ()
    audiences: tuple[Audience, ...] = ()
    summary: str = ""


@dataclass(frozen=True, slots=True)
class IkrarHead:
    id: str
    title: str
    version: int
    source: str


def read_head(front: Mapping, found: Findings, *, today: date, is_module: bool) -> Head:
    form = Form(front, found, known=MODULE_KEYS if is_module else BANK_KEYS)
    head = Head(
        id=form.slug("id"),
        title=form.text("judul", required=True),
        version=form.integer("versi", low=1, high=LARGEST, required=True) or 0,
        indicators=form.words("indikator", Indicator, required=True),
        valid_from=form.date("berlaku_mulai", required=True),
        review_before=form.date("tinjau_sebelum", required=True),
        references=tuple(_reference(text, line) for text, line in form.texts("rujukan", required=True)),
        responsible=form.text("penanggung_jawab", required=True),
        order=form.integer("urutan", low=0, high=LARGEST) or 0,
        minutes=form.integer("durasi_menit", low=1, high=MAX_MINUTES),
        stages=_stages(form),
        audiences=form.words("untuk", Audience),
        summary=form.text("ringkas"),
    )
    if head.audiences:
        message = "untuk pada modul tidak membatasi siapa yang membacanya. Hapus, atau pakai pada soal di bank."
        form.found.warn(form.line("untuk"), "F11", message)
    _check_dates(head, form, today)
    return head


def read_ikrar_head(front: Mapping, found: Findings) -> IkrarHead:
    form = Form(front, found, known=IKRAR_KEYS)
    return IkrarHead(
        form.slug("id"),
        form.text("judul", required=True),
        form.integer("versi", low=1, high=LARGEST, required=True) or 0,
        form.text("sumber", required=True),
    )


def _stages(form: Form) -> tuple[Stage, ...]:
    """None stands for all."""
    every = [as_value(text) for text, _ in form.texts("tahapan")] == [EVERY_STAGE]
    return () if every else form.words("tahapan", Stage)


def _reference(text: str, line: int) -> Reference:
    """`UU-5-2014 (historis)` names a norm that was repealed, on purpose."""
    norm, _, note = text.partition(" ")
    return Reference(norm, HISTORIC in note.lower(), line)


def _check_dates(head: Head, form: Form, today: date) -> None:
    if head.review_before and head.review_before <= today:
        message = (
            f"tinjau_sebelum {head.review_before} sudah lewat. Tinjau isinya, lalu tulis tanggal tinjau yang baru."
        )
        form.found.error(form.line("tinjau_sebelum"), "F09", message)
    if head.valid_from and head.review_before and head.valid_from >= head.review_before:
        message = f"berlaku_mulai harus sebelum tinjau_sebelum {head.review_before}. Perbaiki salah satu tanggal."
        form.found.error(form.line("berlaku_mulai"), "F08", message)
