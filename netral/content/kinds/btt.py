"""Situations that end in a verdict; conditions follow a situation whose verdict depends.

`pengecoh:` names conditions that decide nothing: with them every item offers a list, so that a list tells nothing.
"""

from netral.content.findings import shown
from netral.content.kinds import Draft, ItemSource, QuestionSource, Text, Writing
from netral.quiz.kinds.btt import BttQuestion, Condition, Decoy, Situation
from netral.quiz.questions import Json, Verdict

DECOYS = "pengecoh"
FEWEST, MOST = 4, 6
MOST_DEPENDING = 2


class _Btt(Writing):
    keys = frozenset({DECOYS})

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
        situations = tuple(_situation(draft, item, ids) for item in source.items)
        question = BttQuestion(**draft.about, situations=situations, decoys=_decoys(draft, ids))
        if draft.in_bank:
            _check_bank(draft, question)
        return question

    def key_data(self, source: QuestionSource) -> Json:
        decoys = split_decoys(source)
        return {"decoys": decoys} if decoys else {}


def split_decoys(source: QuestionSource) -> list[str]:
    return [text.strip() for text in source.key(DECOYS).split(";") if text.strip()]


def _situation(draft: Draft, item: ItemSource, ids: dict[str, str]) -> Situation:
    if not item.verdict:
        _, arrow, verdict = str(item.text).rpartition("=>")
        missing = f'punya putusan "{shown(verdict.strip())}", yang tidak dikenal' if arrow else "belum punya putusan"
        message = f'situasi "{shown(item.wording)}" {missing}. Akhiri dengan => BOLEH, TIDAK, atau TERGANTUNG.'
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


def _decoys(draft: Draft, ids: dict[str, str]) -> tuple[Decoy, ...]:
    """Build the decoys; their numbers follow those of the conditions."""
    decoys, line = [], draft.source.line_of(DECOYS)
    for wording in split_decoys(draft.source):
        if wording.partition(" ")[0] != "jika":
            message = f'pengecoh "{shown(wording)}" harus diawali "jika". Pisahkan pengecoh dengan titik koma.'
            draft.error(line, "S24", message)
        text = draft.inline(wording)
        if text.lower() in ids:
            draft.error(line, "S15", f'pengecoh "{shown(wording)}" sama dengan syarat lain. Ubah atau hapus.')
        number = ids.setdefault(text.lower(), f"s{len(ids) + 1}")
        decoys.append(Decoy(id=number, text=text))
    return tuple(decoys)


def _check_bank(draft: Draft, question: BttQuestion) -> None:
    """Check that neither the length of the list of conditions nor its absence tells whether a situation depends."""
    count = len(question.condition_texts)
    if not FEWEST <= count <= MOST:
        message = (
            f"{draft.name} menawarkan {count} syarat; di bank harus {FEWEST} sampai {MOST}, juga tanpa TERGANTUNG."
        )
        draft.found.warn(draft.source.line, "S25", f'{message} Tambahkan "pengecoh: jika ...; jika ...".')
    depending = sum(situation.verdict is Verdict.TERGANTUNG for situation in question.situations)
    if depending > MOST_DEPENDING:
        message = f"{draft.name} punya {depending} situasi TERGANTUNG; paling banyak {MOST_DEPENDING}."
        draft.error(draft.source.line, "S25", f"{message} Jadikan dua soal.")


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
