"""The review of the law behind the exam, in Indonesian Markdown: made from the content, for those who answer for it."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from netral.content.contents import Library
from netral.content.norms import Norm, Norms, cite, made_for_label
from netral.content.upkeep import Ground, list_grounds
from netral.quiz.questions import Citation, Verdict

VERDICTS = {
    Verdict.BOLEH: "boleh",
    Verdict.TIDAK: "tidak",
    Verdict.TERGANTUNG: "tergantung",
    Verdict.PENGETAHUAN: "pengetahuan",
    None: "per bagian",
}
OPENING = """\
# Tinjauan hukum soal ujian

Berkas ini dibuat dari isi dengan `flask content review`; jangan menyuntingnya. Untuk setiap soal yang dinilai ia
menyebut aturan dan statusnya, kaki di peraturan tetap, dan halaman modul yang mengajarkannya. Bunyi dan sumber setiap
aturan berada di bagian kedua. Naskah asli di JDIH belum dibuka; cocokkan sebelum periode dibuka.
"""


def write_review(library: Library) -> str:
    """Return the whole review; the same content gives the same text."""
    grounds = list_grounds(library)
    parts = [OPENING, *_summarise(grounds, library.norms), "## Soal\n"]
    for path, each in groupby(grounds, key=lambda ground: ground.item.path):
        parts += [f"### {path}\n", _table(SOAL, (_row(ground, library.norms) for ground in each))]
    parts.append("## Aturan yang dipakai soal\n")
    for norm, rules in _used(grounds, library.norms):
        parts += [f"### {norm.id}\n", _describe(norm), _table(ATURAN, (_rule_row(norm, key) for key in rules))]
    return "\n".join(parts).rstrip("\n") + "\n"


SOAL = ("Soal", "Putusan", "Aturan (status)", "Kaki di peraturan tetap", "Diajarkan")
ATURAN = ("Kunci", "Isi", "Status", "Sumber")


def _summarise(grounds: tuple[Ground, ...], norms: Norms) -> Iterator[str]:
    tied = [ground for ground in grounds if any(_made_for(rule, norms) for rule in ground.item.question.rules)]
    yield _table(
        ("Soal yang dinilai", str(len(grounds))),
        [
            ("Berkaki di peraturan tetap", str(sum(bool(ground.legs) for ground in grounds))),
            ("Menanyakan bunyi sebuah naskah", str(sum(not ground.legs and ground.of_document for ground in grounds))),
            ("Belum berkaki di peraturan tetap", str(sum(not ground.stands for ground in grounds))),
            ("Menyebut juga naskah untuk satu pemilihan", str(len(tied))),
            ("Aturannya belum dikutip halaman modul", str(sum(not ground.taught for ground in grounds))),
        ],
    )


def _made_for(rule: Citation, norms: Norms) -> bool:
    return rule.norm in norms and bool(norms[rule.norm].made_for)


def _row(ground: Ground, norms: Norms) -> tuple[str, ...]:
    question = ground.item.question
    legs = ", ".join(cite(norms, leg).text for leg in ground.legs)
    return (
        question.id,
        VERDICTS[question.verdict],
        "; ".join(f"{rule} ({_status(rule, norms)})" for rule in question.rules),
        legs or ("naskah yang ditanyakan" if ground.of_document else "**belum ada**"),
        _say_pages(ground.taught) or "**belum ada**",
    )


def _say_pages(taught: tuple[tuple[str, int], ...]) -> str:
    by_module: dict[str, list[int]] = {}
    for module, page in taught:
        by_module.setdefault(module, []).append(page)
    return "; ".join(f"{module} {', '.join(map(str, sorted(pages)))}" for module, pages in by_module.items())


def _status(citation: Citation, norms: Norms) -> str:
    norm = norms.get(citation.norm)
    rule = norm.rules.get(citation.rule) if norm else None
    return rule.status.value if rule else "tidak terdaftar"


def _used(grounds: Iterable[Ground], norms: Norms) -> Iterator[tuple[Norm, list[str]]]:
    used = {rule for ground in grounds for rule in ground.item.question.rules}
    for norm in norms.values():
        if rules := [key for key in norm.rules if Citation(norm.id, key) in used]:
            yield norm, rules


def _describe(norm: Norm) -> str:
    facts = [
        f"{norm.number}: {norm.title}",
        norm.level,
        norm.status.value,
        made_for_label(norm.made_for),
        f"diperiksa {norm.checked_on}" if norm.checked_on else "",
        f"tinjau sebelum {norm.review_before}" if norm.review_before else "",
    ]
    return f"{'; '.join(filter(None, facts))}.\n\nSumber: {norm.source or 'belum ditulis'}\n"


def _rule_row(norm: Norm, key: str) -> tuple[str, ...]:
    rule = norm.rules[key]
    return key, rule.text, rule.status.value, rule.source or "seperti normanya"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)
