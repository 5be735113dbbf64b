"""Ids of feeds are used once, and a violation stands on a rule that nobody contests."""

from netral.content.contents import Library
from netral.content.findings import FindingBook, shown
from netral.content.norms import RuleStatus


def check_feeds(library: Library, book: FindingBook) -> None:
    first: dict[str, str] = {}
    for file in library.feed_files:
        found = book.at(file.path)
        for built in file.built:
            name, line = built.source.id, built.source.line
            if name in first:
                message = f'id lini masa "{shown(name)}" sudah dipakai di {first[name]}. Beri id lain.'
                found.error(line, "L02", message)
            first.setdefault(name, f"{file.path} baris {line}")
            for ground in built.grounds:
                norm = library.norms.get(ground.citation.norm)
                rule = norm.rules.get(ground.citation.rule) if norm else None
                if ground.certain and rule and rule.status is not RuleStatus.PASTI:
                    message = f'aturan "{ground.citation}" berstatus {rule.status.value}, jadi bukan PELANGGARAN.'
                    found.error(ground.line, "R05", f"{message} Tulis RISIKO, atau pakai aturan yang pasti.")
