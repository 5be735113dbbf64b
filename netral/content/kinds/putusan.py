"""The line `putusan:`, the line `alasan:` that names a reason of a list, and a feedback line for each verdict."""

from netral.content.findings import meant, shown
from netral.content.kinds import Draft, QuestionSource, ReasonList, Writing
from netral.content.reasons import named_reason
from netral.content.yaml_forms import as_value
from netral.quiz.kinds.putusan import Judgement, Proviso, Reason, VerdictQuestion
from netral.quiz.questions import CONDUCT, Json, Verdict


class _Verdict(Writing):
    labels = tuple(verdict.value for verdict in CONDUCT)
    keys = frozenset({"alasan"})

    def build(self, draft: Draft) -> VerdictQuestion:
        source = draft.source
        for option in source.options:
            message = 'soal putusan tidak memakai kotak. Hapus baris ini; pakai "putusan:" dan "alasan:".'
            draft.error(option.line, "S17", message)
        if "jawaban" in source.keys:
            message = 'baris "jawaban:" hanya untuk jenis benar-salah. Pakai "putusan:" dan "alasan:".'
            draft.error(source.line_of("jawaban"), "S03", message)
        verdict = draft.word(CONDUCT, "putusan", required=True) or Verdict.TIDAK
        _check_feedback(draft)
        _check_provisos(draft, depends=verdict is Verdict.TERGANTUNG)
        offered, key = _offered(draft), named_reason(source)[1]
        return VerdictQuestion(
            **draft.about,
            verdict=verdict,
            judgements=tuple(Judgement(each, draft.inline(source.labelled.get(each, ""))) for each in CONDUCT),
            list_name=offered.name,
            reasons=tuple(
                Reason(each.key, draft.inline(each.text), draft.inline(each.feedback))
                for each in offered.reasons.values()
            ),
            reason=key,
            provisos=tuple(Proviso(draft.inline(item.wording), item.verdict == "BOLEH") for item in source.items),
        )

    def key_data(self, source: QuestionSource) -> Json:
        name, key = named_reason(source)
        offered = [[each.key, str(each.text)] for each in source.reason_lists[name].reasons.values()]
        return {"verdict": as_value(source.key("putusan")), "list": name, "reason": key, "reasons": offered}

    def other_data(self, source: QuestionSource) -> Json:
        name, _ = named_reason(source)
        return {"reasons": [str(each.feedback) for each in source.reason_lists[name].reasons.values()]}


def _offered(draft: Draft) -> ReasonList:
    """Return the list that the question names; if there is none, or not this reason in it, that is a finding."""
    source = draft.source
    name, key = named_reason(source)
    line, lists = source.line_of("alasan"), source.reason_lists
    if not name:
        message = f'{draft.name} (putusan) perlu baris "alasan: daftar kunci". Contoh: alasan: reaksi dukungan.'
        draft.error(line, "S20", message)
    elif name not in lists:
        message = f'daftar alasan "{shown(name)}" tidak ada di berkas ini. {meant(name, lists)}'
        draft.error(line, "A08", f'{message} Daftar ditulis di atas "## Soal": ## Alasan [{shown(name)}].')
    elif key not in lists[name].reasons:
        message = f'alasan "{shown(key)}" tidak ada dalam daftar "{name}". {meant(key, lists[name].reasons)}'
        draft.error(line, "A08", message)
    return lists.get(name, ReasonList(name, line))


def _check_feedback(draft: Draft) -> None:
    for each in CONDUCT:
        if not str(draft.source.labelled.get(each, "")):
            message = f'umpan balik untuk putusan {each} belum ada. Tambahkan baris "> {each}: alasan".'
            draft.error(draft.source.line, "S08", message)


def _check_provisos(draft: Draft, *, depends: bool) -> None:
    items = draft.source.items
    if depends and {item.verdict for item in items} != {"BOLEH", "TIDAK"}:
        message = f'{draft.name} bergantung pada syarat. Tulis "- jika ... => BOLEH" dan "- jika ... => TIDAK".'
        draft.error(draft.source.line_of("putusan"), "S10", message)
    for item in items:
        if not depends:
            message = 'baris "- jika ..." hanya untuk "putusan: tergantung". Hapus baris ini, atau ubah putusannya.'
            draft.error(item.line, "S10", message)
        elif not item.wording.lower().startswith("jika ") or item.verdict not in {"BOLEH", "TIDAK"}:
            message = f'syarat "{shown(str(item.text))}" harus berbentuk "- jika ... => BOLEH" atau "=> TIDAK".'
            draft.error(item.line, "S10", message)
        if str(item.feedback):
            message = 'syarat tidak punya umpan balik sendiri. Pindahkan ke baris "> tergantung: ...".'
            draft.error(item.feedback.line, "S10", message)
        for part in item.conditions:
            draft.error(part.line, "S10", "syarat ini terlalu menjorok. Tulis sejajar dengan syarat pertama.")


WRITING = _Verdict()
