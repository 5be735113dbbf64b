"""Options of which exactly one is marked."""

from netral.content.kinds import Draft, Writing
from netral.content.options import build_options, need_one_key
from netral.quiz.kinds.tunggal import SingleChoice


class _Single(Writing):
    def build(self, draft: Draft) -> SingleChoice:
        need_one_key(draft)
        return SingleChoice(**draft.about, verdict=draft.verdict(), options=build_options(draft))


WRITING = _Single()
