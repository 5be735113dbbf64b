"""A scored item stands on a law that outlasts one election, and on a rule that some module teaches.

A circular, a pledge or a speech says what to do today; only a standing regulation carries the verdict once the paper
behind it has lapsed.
"""

import re
from collections.abc import Iterable

from netral.content.contents import Library, LibraryQuestion, Module
from netral.content.findings import FindingBook, Severity
from netral.content.norms import Norm, Norms, NormStatus, RuleStatus
from netral.quiz.questions import Citation, Question, Verdict

# One word makes content that breaks these two rules unpublishable: GALAT.
LEGS = Severity.GALAT

STANDING = re.compile(r"UUD|UU|PP|Perpres|PKPU|Perbawaslu|Permen\w*|Kepmen\w*|Peraturan .+|Putusan MK", re.IGNORECASE)
# The words that make a paper the subject of a question: what it says is right even where the paper has no force.
DOCUMENT = re.compile(
    r"\b(?:menurut|ikrar|deklarasi|(?:surat )?edaran|(?:keputusan|pedoman) bersama|survei|webinar)\b", re.IGNORECASE
)


def check_legs(library: Library, book: FindingBook) -> None:
    taught = taught_rules(library.modules)
    for each in library.bank_questions:
        found = book.at(each.path)
        line = each.source.line_of("dasar")
        if not (asks_for_document(each) or standing_legs(each.question, library.norms)):
            papers = ", ".join(dict.fromkeys(rule.norm for rule in each.question.rules))
            message = (
                f"soal ujian ini hanya bersandar pada {papers}, bukan peraturan tetap. Tambahkan aturan pasti dari"
            )
            found.add(LEGS, line, "R14", f"{message} UU, PP, PKPU, atau peraturan lain, atau jadikan soal ini latihan.")
        if taught and not any(rule in taught for rule in each.question.rules):
            message = (
                f"tidak satu pun aturan soal ujian ini ({', '.join(map(str, each.question.rules))}) dikutip halaman"
            )
            found.add(LEGS, line, "R15", f"{message} modul. Kutip pada halaman yang mengajarkannya.")


def taught_rules(modules: Iterable[Module]) -> dict[Citation, list[tuple[str, int]]]:
    """Return each rule that a page cites, with the pages (id of the module, number) in the order of teaching."""
    taught: dict[Citation, list[tuple[str, int]]] = {}
    for module in modules:
        for page in module.pages:
            for citation in page.citations:
                taught.setdefault(citation, []).append((module.head.id, page.number))
    return taught


def stands(norm: Norm) -> bool:
    """Return whether a norm outlasts one election: a regulation in force, not a circular, letter, pledge or speech."""
    return norm.status is NormStatus.BERLAKU and not norm.made_for and bool(STANDING.fullmatch(norm.level))


def standing_legs(question: Question, norms: Norms) -> tuple[Citation, ...]:
    """Return the certain rules of standing norms that a question stands on."""
    return tuple(rule for rule in question.rules if rule.norm in norms and _carries(norms[rule.norm], rule))


def _carries(norm: Norm, citation: Citation) -> bool:
    rule = norm.rules.get(citation.rule)
    return rule is not None and rule.status is RuleStatus.PASTI and stands(norm)


def asks_for_document(each: LibraryQuestion) -> bool:
    """Return whether a question asks what a paper says, as `menurut ikrar butir 4`: it stands on that paper alone.

    It judges no conduct (`putusan: pengetahuan`), and its words name the paper.
    """
    words = f"{each.source.stem} {each.source.details_text}"
    return each.question.verdict is Verdict.PENGETAHUAN and bool(DOCUMENT.search(words))
