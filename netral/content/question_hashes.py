"""Tells whether a question has changed, and whether its key has: hashes over what the author wrote, folded."""

from typing import Any

from netral.content.contents import LibraryQuestion
from netral.content.folding import content_hash
from netral.content.forms import as_value
from netral.content.question_source import ItemSource, QuestionSource
from netral.quiz.encoding import Json
from netral.quiz.questions import kind_of


def key_hash(each: LibraryQuestion) -> str:
    """Over what is asked and what is right; when it changes, the statistics of the question begin anew."""
    return content_hash(_key_data(each))


def full_hash(each: LibraryQuestion) -> str:
    """Over all of it; when it changes, there is a new version of the question. Its place in a module is no part."""
    return content_hash({"key": _key_data(each), "rest": _rest(each)})


def _key_data(each: LibraryQuestion) -> Json:
    source = each.source
    return {
        "kind": kind_of(each.question).value,
        "stem": source.stem,
        "details": source.details_text,
        "options": [[str(option.text), option.marked] for option in source.options],
        "answer": as_value(source.key("jawaban")),
        "situations": [_item(item) for item in source.items],
    }


def _item(item: ItemSource) -> list[Any]:
    return [item.wording, item.verdict, [[each.wording, each.verdict] for each in item.conditions]]


def _rest(each: LibraryQuestion) -> Json:
    question = each.question
    return {
        "feedback": _feedback(each.source),
        "explanation": each.source.explanation_text,
        "indicator": question.indicator.value,
        "rules": [str(rule) for rule in question.rules],
        "stages": [stage.value for stage in question.stages],
        "verdict": question.verdict.value if question.verdict else None,
        "twin_group": question.twin_group,
        "level": question.level.value if question.level else None,
        "audiences": [audience.value for audience in question.audiences],
        "shuffle": question.shuffle,
    }


def _feedback(source: QuestionSource) -> list[str]:
    texts = [option.feedback for option in source.options]
    texts += [part.feedback for item in source.items for part in (item, *item.conditions)]
    return [str(text) for text in texts] + [str(source.truths.get(name, "")) for name in ("benar", "salah")]
