"""Lists of reasons, `## Alasan [name]`: read from their lines, and checked against the questions that use them."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from netral.content.documents import Section
from netral.content.findings import Findings, shown
from netral.content.kinds import QuestionSource, ReasonList, ReasonSource, Text
from netral.content.yaml_forms import as_value, is_slug
from netral.quiz.questions import Verdict

REASON = re.compile(r"- ([^\s:]+): (.*)$")
FEEDBACK = re.compile(r"  >(?: (.*))?$")
FEWEST = 5
MOST = 6
FEWEST_IN_PRACTICE = 2
LEAST_QUESTIONS = 6
LEAST_BY_VERDICT = 2
MOST_PERCENT = 30
VERDICT_WORDS = re.compile(
    r"\b(?:(?:di|mem)?(?:per)?boleh(?:kan|nya)?|(?:di|me|ter)?larang(?:an|annya|nya)?|(?:me|pe)langgar(?:an|nya|annya)?"
    r"|(?:ter|ber)gantung(?:nya)?|diperkenankan|dihukum|hukuman(?:nya)?|sanksi(?:nya)?)\b",
    re.IGNORECASE,
)


def named_reason(source: QuestionSource) -> tuple[str, str]:
    """Return the list and the reason under `alasan`, empty where the line does not name both."""
    parts = source.key("alasan").lower().replace(",", " ").split()
    return (parts[0], parts[1]) if len(parts) == len(("list", "reason")) else ("", "")


def read_reason_lists(sections: Iterable[Section], found: Findings) -> dict[str, ReasonList]:
    """Read the lists of a file by name. No line is ignored: one that belongs nowhere is a finding."""
    lists: dict[str, ReasonList] = {}
    for section in sections:
        name = section.title
        if not is_slug(name):
            message = f'nama daftar alasan "{shown(name)}" tidak sah. Tulis huruf kecil: ## Alasan [reaksi].'
            found.error(section.line, "A01", message)
        elif name in lists:
            message = f'daftar alasan "{name}" sudah ditulis di baris {lists[name].line}. Beri nama lain.'
            found.error(section.line, "A01", message)
        lists.setdefault(name, _read(section, found))
    return lists


def _read(section: Section, found: Findings) -> ReasonList:
    read = ReasonList(section.title, section.line)
    target: Text | None = None
    for number, line in enumerate(section.lines, section.line + 1):
        if not line.strip():
            target = None
        elif reason := REASON.match(line):
            each = ReasonSource(reason[1], number, Text(number, [reason[2]]), Text(number))
            _keep(read, each, found)
            target = each.text
        elif read.reasons and (feedback := FEEDBACK.match(line)):
            target = list(read.reasons.values())[-1].feedback
            target.line = target.line if target.parts else number
            target.parts.append(feedback[1] or "")
        elif target is not None:
            target.parts.append(line)
        else:
            message = f'baris "{shown(line.strip())}" bukan alasan. Tulis "- kunci: alasannya", lalu "  > umpan balik".'
            found.error(number, "A02", message)
    return read


def _keep(read: ReasonList, each: ReasonSource, found: Findings) -> None:
    if not is_slug(each.key):
        message = f'kunci alasan "{shown(each.key)}" tidak sah. Pakai huruf kecil, angka, dan tanda hubung.'
        found.error(each.line, "A02", message)
    if each.key in read.reasons:
        message = f'kunci alasan "{shown(each.key)}" sudah dipakai di baris {read.reasons[each.key].line}. Ganti.'
        found.error(each.line, "A02", message)
    read.reasons.setdefault(each.key, each)


def check_reason_lists(
    lists: Mapping[str, ReasonList], sources: Iterable[QuestionSource], found: Findings, *, in_bank: bool
) -> None:
    """Check the lists of a file: whoever sees only the reasons must learn nothing about the key.

    Rules that count questions hold for the bank alone.
    """
    used = [(*named_reason(source), source) for source in sources if as_value(source.key("jenis")) == "putusan"]
    for each in lists.values():
        _check_texts(each, found)
        _check_size(each, found, in_bank=in_bank)
        mine = [(key, source) for name, key, source in used if name == each.name]
        least = LEAST_QUESTIONS if in_bank else 1
        if len(mine) < least:
            message = f'daftar alasan "{shown(each.name)}" dipakai {len(mine)} soal; harus paling sedikit {least}.'
            found.error(each.line, "A05", f"{message} Tambah soal, atau gabungkan daftarnya.")
        elif in_bank:
            _check_verdicts(each, mine, found)
            _check_shares(each, mine, found)


def _check_texts(read: ReasonList, found: Findings) -> None:
    first: dict[str, int] = {}
    for reason in read.reasons.values():
        text = " ".join(str(reason.text).lower().split())
        if match := VERDICT_WORDS.search(text):
            message = f'alasan ini memuat kata putusan "{match[0]}". Sebut faktanya saja, tanpa putusan.'
            found.error(reason.line, "A03", message)
        if text in first:
            found.error(reason.line, "S15", f"alasan ini sama dengan baris {first[text]}. Ubah atau hapus salah satu.")
        first.setdefault(text, reason.line)
        if not str(reason.feedback):
            found.error(reason.line, "S08", 'umpan balik belum ada. Tambahkan di bawahnya: "  > umpan balik".')


def _check_size(read: ReasonList, found: Findings, *, in_bank: bool) -> None:
    least = FEWEST if in_bank else FEWEST_IN_PRACTICE
    if not least <= len(read.reasons) <= MOST:
        message = f'daftar alasan "{shown(read.name)}" memuat {len(read.reasons)} alasan; harus {least} sampai {MOST}.'
        found.error(read.line, "A04", message)


def _check_verdicts(read: ReasonList, mine: list[tuple[str, QuestionSource]], found: Findings) -> None:
    for verdict in (Verdict.BOLEH, Verdict.TIDAK):
        keys = {key for key, source in mine if as_value(source.key("putusan")) == verdict}
        if len(keys) < LEAST_BY_VERDICT:
            message = f'hanya {len(keys)} alasan daftar "{shown(read.name)}" menjadi kunci soal berputusan {verdict}'
            repair = f"harus paling sedikit {LEAST_BY_VERDICT}. Tambah soal, agar alasan tidak membuka putusannya."
            found.error(read.line, "A06", f"{message}; {repair}")


def _check_shares(read: ReasonList, mine: list[tuple[str, QuestionSource]], found: Findings) -> None:
    for key, times in Counter(key for key, _ in mine).items():
        if key in read.reasons and 100 * times > MOST_PERCENT * len(mine):
            message = f'alasan "{key}" menjadi kunci {times} dari {len(mine)} soal daftarnya; paling banyak'
            repair = f"{MOST_PERCENT} persen. Ganti kunci atau tambah soal."
            found.error(read.reasons[key].line, "A07", f"{message} {repair}")
