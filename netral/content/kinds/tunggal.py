"""Options of which exactly one is marked."""

from netral.content.kinds import Draft, Writing
from netral.content.options import build_options, count_keys
from netral.quiz.kinds.tunggal import SingleChoice


class _Single(Writing):
    def build(self, draft: Draft) -> SingleChoice:
        if (keys := count_keys(draft)) != 1:
            message = f'{draft.name} (tunggal) punya {keys} kunci; harus tepat 1. Beri tanda x pada kunci: "- [x] ".'
            draft.error(draft.source.line, "S07", message)
        return SingleChoice(**draft.about, verdict=draft.verdict(), options=build_options(draft))


WRITING = _Single()
