"""Situations that end in a verdict; conditions follow a situation whose verdict depends."""

from netral.content.findings import shown
from netral.content.kinds import Draft, ItemSource, Text, Writing
from netral.quiz.kinds.btt import BttQuestion, Condition, Situation
from netral.quiz.questions import Verdict


class _Btt(Writing):
    def build(self, draft: Draft) -> BttQuestion:
        """Build the question. Conditions are numbered s1, s2 ... over the whole question, equal words once."""
        source = draft.source
        if "putusan" in source.keys:
            message = 'soal btt memuat putusan pada tiap situasi. Hapus baris "putusan".'
            draft.error(source.line_of("putusan"), "S03", message)
        for option in source.options:
            message = 'soal btt tidak memakai kotak. Tulis "- situasi => BOLEH", TIDAK, atau TERGANTUNG.'
            draft.error(option.line, "S17", message)
        if not source.items:
            message = f'{draft.name} (btt) belum punya situasi. Tulis "- situasi => BOLEH".'
            draft.error(source.line, "S13", message)
        ids: dict[str, str] = {}
        return BttQuestion(**draft.about, situations=tuple(_situation(draft, item, ids) for item in source.items))


def _situation(draft: Draft, item: ItemSource, ids: dict[str, str]) -> Situation:
    if not item.verdict:
        message = (
            f'situasi "{shown(str(item.text))}" belum punya putusan. Akhiri dengan => BOLEH, TIDAK, atau TERGANTUNG.'
        )
        draft.error(item.line, "S09", message)
    feedback = _feedback_of(item)
    draft.need_feedback(feedback, item.line)
    _check_conditions(draft, item)
    return Situation(
        text=draft.inline(item.wording),
        verdict=Verdict(item.verdict.lower()) if item.verdict else Verdict.TIDAK,
        feedback=draft.inline(feedback),
        conditions=tuple(_condition(draft, condition, ids) for condition in item.conditions),
    )


def _feedback_of(item: ItemSource) -> Text:
    """Return the feedback of a situation; a reason written below its conditions belongs to it as well."""
    parts = [part for text in (item.feedback, *(each.feedback for each in item.conditions)) for part in text.parts]
    return Text(item.feedback.line, parts)


def _condition(draft: Draft, item: ItemSource, ids: dict[str, str]) -> Condition:
    text = draft.inline(item.wording)
    number = ids.setdefault(text.lower(), f"s{len(ids) + 1}")
    return Condition(id=number, text=text, allowed=item.verdict == "BOLEH")


def _check_conditions(draft: Draft, item: ItemSource) -> None:
    verdicts = {condition.verdict for condition in item.conditions}
    if item.verdict == "TERGANTUNG" and not {"BOLEH", "TIDAK"} <= verdicts:
        message = 'TERGANTUNG wajib punya minimal dua baris "  - jika ... => BOLEH" dan "  - jika ... => TIDAK".'
        draft.error(item.line, "S10", message)
    if item.verdict != "TERGANTUNG" and item.conditions:
        message = (
            'syarat hanya untuk situasi TERGANTUNG. Hapus syarat ini, atau ubah putusannya menjadi "=> TERGANTUNG".'
        )
        draft.error(item.conditions[0].line, "S10", message)
    for condition in item.conditions:
        if condition.verdict not in {"BOLEH", "TIDAK"}:
            message = f'syarat "{shown(str(condition.text))}" harus berakhir dengan => BOLEH atau => TIDAK.'
            draft.error(condition.line, "S10", message)
    wordings = [condition.wording.lower() for condition in item.conditions]
    if len(set(wordings)) < len(wordings):
        draft.error(item.line, "S15", "dua syarat situasi ini sama. Ubah atau hapus salah satu.")


WRITING = _Btt()
