"""Options of which one or several are marked."""

from netral.content.kinds import Draft, Writing
from netral.content.options import build_options, count_keys
from netral.quiz.kinds.jamak import MultipleChoice


class _Multiple(Writing):
    def build(self, draft: Draft) -> MultipleChoice:
        if not count_keys(draft):
            message = f'{draft.name} (jamak) belum punya jawaban yang ditandai x. Tandai setiap yang benar: "- [x] ".'
            draft.error(draft.source.line, "S07", message)
        return MultipleChoice(**draft.about, verdict=draft.verdict(), options=build_options(draft))


WRITING = _Multiple()
