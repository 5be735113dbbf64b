"""Questions as JSON and back. The form is stored with every published question: fields may be added, never changed."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, assert_never

from netral.quiz.questions import (
    Audience,
    BttQuestion,
    Citation,
    Condition,
    Indicator,
    Kind,
    Level,
    MultipleChoice,
    Option,
    Question,
    SingleChoice,
    Situation,
    Stage,
    TrueFalse,
    Verdict,
    kind_of,
)

Json = dict[str, Any]


def canonical_json(value: Any) -> str:
    """One text for one value: sorted keys, no blanks, characters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@lru_cache(maxsize=512)
def from_text(text: str) -> Question:
    """Read from its JSON as stored. The same few questions are asked of everybody: each is read once."""
    return from_json(json.loads(text))


def to_json(question: Question) -> Json:
    """Only strings, booleans, lists, objects and null; what is empty is written too, so that the form is always one."""
    data: Json = {
        "id": question.id,
        "jenis": kind_of(question).value,
        "stem": question.stem,
        "details": question.details,
        "explanation": question.explanation,
        "indicator": question.indicator.value,
        "rules": [[rule.norm, rule.rule] for rule in question.rules],
        "stages": [stage.value for stage in question.stages],
        "verdict": question.verdict.value if question.verdict else None,
        "twin_group": question.twin_group,
        "level": question.level.value if question.level else None,
        "audiences": [audience.value for audience in question.audiences],
        "shuffle": question.shuffle,
    }
    match question:
        case SingleChoice() | MultipleChoice() | TrueFalse():
            data["options"] = [_option_to_json(option) for option in question.options]
        case BttQuestion():
            data["situations"] = [_situation_to_json(situation) for situation in question.situations]
        case _:
            assert_never(question)
    return data


def from_json(data: Mapping[str, Any]) -> Question:
    """What `to_json` wrote; `KeyError` or `ValueError` for anything else."""
    about: Json = {
        "id": data["id"],
        "stem": data["stem"],
        "details": data["details"],
        "explanation": data["explanation"],
        "indicator": Indicator(data["indicator"]),
        "rules": tuple(Citation(norm, rule) for norm, rule in data["rules"]),
        "stages": tuple(map(Stage, data["stages"])),
        "verdict": Verdict(data["verdict"]) if data["verdict"] else None,
        "twin_group": data["twin_group"],
        "level": Level(data["level"]) if data["level"] else None,
        "audiences": tuple(map(Audience, data["audiences"])),
        "shuffle": data["shuffle"],
    }
    match kind := Kind(data["jenis"]):
        case Kind.SINGLE:
            return SingleChoice(**about, options=_options_from_json(data))
        case Kind.MULTIPLE:
            return MultipleChoice(**about, options=_options_from_json(data))
        case Kind.TRUE_FALSE:
            return TrueFalse(**about, options=_options_from_json(data))
        case Kind.BTT:
            return BttQuestion(**about, situations=tuple(map(_situation_from_json, data["situations"])))
        case _:
            assert_never(kind)


def _option_to_json(option: Option) -> Json:
    return {"id": option.id, "text": option.text, "feedback": option.feedback, "correct": option.correct}


def _options_from_json(data: Mapping[str, Any]) -> tuple[Option, ...]:
    return tuple(
        Option(id=item["id"], text=item["text"], feedback=item["feedback"], correct=item["correct"])
        for item in data["options"]
    )


def _situation_to_json(situation: Situation) -> Json:
    return {
        "text": situation.text,
        "verdict": situation.verdict.value,
        "feedback": situation.feedback,
        "conditions": [
            {"id": condition.id, "text": condition.text, "allowed": condition.allowed}
            for condition in situation.conditions
        ],
    }


def _situation_from_json(data: Mapping[str, Any]) -> Situation:
    conditions = tuple(
        Condition(id=item["id"], text=item["text"], allowed=item["allowed"]) for item in data["conditions"]
    )
    return Situation(data["text"], Verdict(data["verdict"]), data["feedback"], conditions)
