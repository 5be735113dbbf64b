"""A numbered list in the right order."""

import re

from netral.content.findings import shown
from netral.content.kinds import Draft, QuestionSource, Writing
from netral.content.options import refuse_lists
from netral.quiz.kinds.urut import Ordering, Step
from netral.quiz.questions import Json, chance

FEWEST, FEWEST_IN_BANK, MOST = 3, 4, 7


class _Ordering(Writing):
    row = re.compile(r"\s*\d{1,2}[.)]\s+(.*)$")
    row_mark = "{number}. "

    def build(self, draft: Draft) -> Ordering:
        source = draft.source
        refuse_lists(draft, 'soal urut memakai daftar bernomor. Tulis setiap langkah sebagai "1. langkah".')
        draft.need_explanation()
        fewest = FEWEST_IN_BANK if draft.in_bank else FEWEST
        if not fewest <= len(source.items) <= MOST:
            message = f"{draft.name} punya {len(source.items)} langkah; harus {fewest} sampai {MOST}."
            draft.error(source.line, "S13", f'{message} Tulis langkahnya berurutan: "1. langkah".')
        first: dict[str, int] = {}
        for item in source.items:
            text = str(item.text).lower()
            if text in first:
                message = f'langkah "{shown(text)}" sama dengan baris {first[text]}. Ubah atau hapus salah satu.'
                draft.error(item.line, "S15", message)
            first.setdefault(text, item.line)
        steps = [Step(draft.inline(item.text), place) for place, item in enumerate(source.items, 1)]
        return Ordering(**draft.about, verdict=draft.verdict(), steps=_mixed(source.id, steps))

    def key_data(self, source: QuestionSource) -> Json:
        return {"situations": [], "steps": [str(item.text) for item in source.items]}


def _mixed(name: str, steps: list[Step]) -> tuple[Step, ...]:
    """Return the steps in an order that is always the same for a question, and never the right one."""
    mixed = sorted(steps, key=lambda step: chance(name, "urut", step.place))
    return tuple(mixed[1:] + mixed[:1] if mixed == steps else mixed)


WRITING = _Ordering()
