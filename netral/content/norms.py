"""The registry of norms and their rules: `rujukan.yaml`."""

import re
from collections.abc import Iterable
from collections.abc import Mapping as AbstractMapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import takewhile

from netral.content.findings import Findings, shown
from netral.content.markdown import CitationLabel
from netral.content.meanings import meant_norm
from netral.content.yaml_forms import Entry, Form, Mapping, as_value, read_mapping
from netral.quiz.questions import Citation

NORM_KEYS = frozenset(
    {
        "aturan", "catatan", "dibuat_untuk", "dicabut_oleh", "dicabut_pada", "diperiksa_oleh", "diperiksa_pada",
        "judul", "nomor", "sha256_pdf", "singkat", "status", "sumber", "tingkat", "tinjau_sebelum", "url_jdih",
    }
)  # fmt: skip
RULE_KEYS = frozenset({"berlaku_di", "catatan", "isi", "status", "sumber"})
NORM_ID = re.compile(r"[A-Z0-9]+(?:-[A-Z0-9]+)*")
RULE_ID = re.compile(r"[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*")
NUMBERED = re.compile(r"([A-Z]+(?:-[A-Z]+)*)-(\d+)-(\d{4})")
READABLE_NUMBER = 40
RULE_WORDS = {"lamp": "Lampiran"}
WORD = re.compile(r"[a-z]{3,}")
ELECTION = re.compile(r"(pemilu|pilkada|pemilu-dan-pilkada)-(20\d\d)")
ELECTIONS = {"pemilu": "Pemilu", "pilkada": "Pilkada", "pemilu-dan-pilkada": "Pemilu dan Pilkada"}


class NormStatus(StrEnum):
    BERLAKU = "berlaku"
    DICABUT = "dicabut"


class RuleStatus(StrEnum):
    PASTI = "pasti"
    DIPERDEBATKAN = "diperdebatkan"
    PERLU_ATURAN_DAERAH = "perlu-aturan-daerah"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule. `places` are the codes of the instansi where it holds; empty means everywhere."""

    key: str
    text: str
    status: RuleStatus
    places: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """A norm. `made_for` are the elections for which it was made, as `pilkada-2024`; empty for a standing one."""

    id: str
    title: str
    number: str
    level: str
    status: NormStatus
    repealed_by: str = ""
    short: str = ""
    link: str = ""
    source: str = ""
    checked_on: date | None = None
    review_before: date | None = None
    made_for: tuple[str, ...] = ()
    rules: AbstractMapping[str, Rule] = field(default_factory=dict)
    line: int = field(default=1, compare=False)

    @property
    def label(self) -> str:
        """Return the norm's name in citations: an id like SKB-2-2022, made readable where the number is long."""
        numbered = NUMBERED.fullmatch(self.id)
        if self.short or len(self.number) <= READABLE_NUMBER or numbered is None:
            return self.short or self.number
        return f"{numbered[1].replace('-', ' ')} {numbered[2]}/{numbered[3]}"


Norms = AbstractMapping[str, Norm]


def cite(norms: Norms, citation: Citation) -> CitationLabel:
    norm = norms.get(citation.norm)
    if norm is None:
        return CitationLabel(str(citation))
    label = f"{norm.label} {rule_label(citation.rule)}".rstrip()
    return CitationLabel(label, norm.link, made_for_label(norm.made_for))


def made_for_label(elections: Iterable[str]) -> str:
    """Return `dibuat untuk Pemilu dan Pilkada 2024`, empty for a standing norm."""
    found = [match for election in elections if (match := ELECTION.fullmatch(election))]
    names = " dan ".join(f"{ELECTIONS[match[1]]} {match[2]}" for match in found)
    return f"dibuat untuk {names}" if names else ""


def rule_label(rule: str) -> str:
    """Return `Pasal 5 huruf n angka 2` for `ps.5-n-2`, without a word that only tells rules of one article apart."""
    head, dot, rest = rule.partition(".")
    if not dot:
        return ""
    parts = [*takewhile(lambda part: not WORD.fullmatch(part), rest.split("-"))]
    if head != "ps":
        return " ".join((RULE_WORDS.get(head, head), *parts))
    label, number_word = f"Pasal {parts[0]}", "ayat ({})"
    for part in parts[1:]:
        if part.isdigit():
            label += f" {number_word.format(part)}"
        else:
            label += f" huruf {part}"
            number_word = "angka {}"
    return label


def read_norms(text: str, found: Findings) -> dict[str, Norm]:
    problem = "berkas ini harus berisi daftar norma. Mulai dengan baris seperti UU-20-2023:."
    tree = read_mapping(text, found, "R10", problem)
    if tree is None:
        return {}
    norms = {entry.key: norm for entry in tree.entries if (norm := _norm(entry, found))}
    for norm in norms.values():
        if norm.repealed_by and norm.repealed_by not in norms:
            message = f'dicabut_oleh "{shown(norm.repealed_by)}" tidak terdaftar.'
            found.error(norm.line, "R01", f"{message} {meant_norm(norm.repealed_by, norms)}")
    return norms


def _norm(entry: Entry, found: Findings) -> Norm | None:
    if not NORM_ID.fullmatch(entry.key):
        message = f'id norma "{shown(entry.key)}" harus huruf besar, angka, dan tanda hubung. Contoh: UU-20-2023.'
        found.error(entry.line, "R11", message)
    if not isinstance(entry.value, Mapping):
        found.error(entry.line, "R10", f'norma "{shown(entry.key)}" belum berisi judul, nomor, tingkat, dan status.')
        return None
    form = Form(Mapping(entry.value.entries, entry.line), found, known=NORM_KEYS)
    status = form.word("status", NormStatus, required=True) or NormStatus.BERLAKU
    repealed_by = form.text("dicabut_oleh")
    if status is NormStatus.DICABUT and not repealed_by:
        found.error(form.line("status"), "R12", "norma yang dicabut perlu dicabut_oleh. Tulis dicabut_oleh: id norma.")
    return Norm(
        id=entry.key,
        title=form.text("judul", required=True),
        number=form.text("nomor", required=True),
        level=form.text("tingkat", required=True),
        status=status,
        repealed_by=repealed_by,
        short=form.text("singkat"),
        link=form.text("url_jdih"),
        source=form.text("sumber"),
        checked_on=form.date("diperiksa_pada"),
        review_before=form.date("tinjau_sebelum"),
        made_for=_elections(form, found),
        rules=_rules(form, found),
        line=entry.line,
    )


def _elections(form: Form, found: Findings) -> tuple[str, ...]:
    elections: list[str] = []
    for text, line in form.texts("dibuat_untuk"):
        election = as_value(text)
        if ELECTION.fullmatch(election):
            elections.append(election)
        else:
            message = f'dibuat_untuk "{shown(text)}" tidak dikenal. Tulis pemilu-2024, pilkada-2024,'
            found.error(line, "R13", f"{message} atau pemilu-dan-pilkada-2024.")
    return tuple(elections)


def _rules(form: Form, found: Findings) -> dict[str, Rule]:
    entry = form.mapping.get("aturan")
    if entry is None:
        return {}
    if not isinstance(entry.value, Mapping):
        found.error(entry.line, "R10", "aturan harus berisi kunci aturan, misalnya ps.9-2:, lalu isi dan status.")
        return {}
    return {item.key: rule for item in entry.value.entries if (rule := _rule(item, found))}


def _rule(entry: Entry, found: Findings) -> Rule | None:
    if not RULE_ID.fullmatch(entry.key):
        found.error(entry.line, "R11", f'kunci aturan "{shown(entry.key)}" tidak sah. Tulis tanpa spasi: ps.5-n-2.')
    if not isinstance(entry.value, Mapping):
        found.error(entry.line, "R10", f'aturan "{shown(entry.key)}" belum berisi isi dan status.')
        return None
    form = Form(Mapping(entry.value.entries, entry.line), found, known=RULE_KEYS)
    return Rule(
        key=entry.key,
        text=form.text("isi", required=True),
        status=form.word("status", RuleStatus, required=True) or RuleStatus.DIPERDEBATKAN,
        places=tuple(text for text, _ in form.texts("berlaku_di")),
        source=form.text("sumber"),
    )
