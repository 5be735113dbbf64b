"""A statement with the line `jawaban:`, and a feedback line for each of the two answers."""

from netral.content.kinds import Draft, Writing
from netral.content.yaml_forms import as_value
from netral.quiz.kinds.benar_salah import TrueFalse
from netral.quiz.options import Option


class _TrueFalse(Writing):
    labels = ("benar", "salah")

    def build(self, draft: Draft) -> TrueFalse:
        return TrueFalse(**draft.about, verdict=draft.verdict(), options=self._options(draft))

    def _options(self, draft: Draft) -> tuple[Option, ...]:
        source = draft.source
        for line in sorted(part.line for parts in (source.options, source.items) for part in parts):
            message = "soal benar-salah tidak memakai daftar pilihan."
            draft.error(line, "S17", f'{message} Hapus baris ini, pakai "jawaban: benar" atau "salah".')
        answer = as_value(source.key("jawaban"))
        if answer not in self.labels:
            message = f'{draft.name} (benar-salah) perlu baris "jawaban: benar" atau "jawaban: salah".'
            draft.error(source.line_of("jawaban"), "S07", message)
        feedback = {name: str(source.labelled.get(name, "")) for name in self.labels}
        for name in self.labels:
            if not feedback[name]:
                message = f'umpan balik untuk jawaban {name} belum ada. Tambahkan baris "> {name}: alasan".'
                draft.error(source.line, "S08", message)
        return tuple(
            Option(id=name, text=name.capitalize(), feedback=draft.inline(feedback[name]), correct=answer == name)
            for name in self.labels
        )


WRITING = _TrueFalse()
