"""All content as it is published at one time: frozen, rendered, hashed."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from netral.content.cards import Card
from netral.content.characters import content_hash
from netral.content.contents import Library, LibraryQuestion, Module, Page
from netral.content.documents import Head
from netral.content.findings import Finding
from netral.content.glossary import Term
from netral.content.ikrar import Ikrar
from netral.content.kinds import ItemSource, QuestionSource, writing_of
from netral.content.markdown import RENDERING
from netral.content.norms import Norm
from netral.content.pictures import Picture
from netral.content.yaml_forms import as_value
from netral.errors import NetralError
from netral.quiz.blueprint import Blueprint
from netral.quiz.feeds import Feed
from netral.quiz.questions import Json, Question


class LibraryHasErrors(NetralError):
    """Content with a `galat` is not published."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(len(findings))
        self.findings = findings


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenModule:
    """A module of an edition. `hash` changes with anything in the module except its practice questions."""

    slug: str
    hash: str
    position: int
    minutes: int
    head: Head
    pages: tuple[Page, ...]

    @property
    def title(self) -> str:
        return self.head.title

    @property
    def terms(self) -> tuple[Term, ...]:
        """Return the terms that its pages explain, in the order of their names."""
        terms = {term.slug: term for page in self.pages for term in page.terms}
        return tuple(sorted(terms.values(), key=lambda term: term.name.lower()))


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenQuestion:
    """A question of an edition. `module` and `page` are None for the bank."""

    question: Question
    content_hash: str
    key_hash: str
    module: str | None
    page: int | None
    position: int

    @property
    def id(self) -> str:
        return self.question.id

    @property
    def body(self) -> Json:
        return self.question.to_json()


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenEdition:
    """An edition. Modules and cards in teaching order; questions in the order of modules and files, bank last.

    `pictures` are those that pages show.

    `hash` is the SHA-256, in hex, of the canonical JSON of the authors' words, folded: harmless changes of the files
    give the same edition.
    """

    hash: str
    modules: tuple[FrozenModule, ...]
    questions: tuple[FrozenQuestion, ...]
    norms: tuple[Norm, ...]
    blueprint: Blueprint
    ikrar: Ikrar
    feeds: tuple[Feed, ...] = ()
    terms: tuple[Term, ...] = ()
    cards: tuple[Card, ...] = ()
    pictures: tuple[Picture, ...] = ()


def freeze(library: Library) -> FrozenEdition:
    """Freeze a library. Raises `LibraryHasErrors`."""
    if library.has_errors or library.ikrar is None:
        raise LibraryHasErrors(library.findings)
    modules = tuple(_freeze_module(module, place) for place, module in enumerate(library.modules, 1))
    questions = tuple(_freeze_question(each, place) for place, each in enumerate(library.questions, 1))
    norms = tuple(library.norms[name] for name in sorted(library.norms))
    canonical = {
        "rendering": RENDERING,
        "modules": [[module.slug, module.hash, module.position] for module in modules],
        "questions": sorted([each.id, each.content_hash, each.module, each.page] for each in questions),
        "norms": [norm_to_json(norm) for norm in norms],
        "blueprint": _blueprint_to_json(library.blueprint),
        "ikrar": library.ikrar.hash,
        "terms": [asdict(term) for term in library.glossary.terms],
        "cards": [_card_to_json(card) for card in library.cards],
    }
    if library.feeds:  # an edition without feeds keeps the hash that it had before there were any
        canonical["feeds"] = [[feed.id, feed.version] for feed in library.feeds]
    return FrozenEdition(
        hash=content_hash(canonical),
        modules=modules,
        questions=questions,
        norms=norms,
        blueprint=library.blueprint,
        ikrar=library.ikrar,
        feeds=library.feeds,
        terms=library.glossary.terms,
        cards=library.cards,
        pictures=_pictures(modules),
    )


def _pictures(modules: Iterable[FrozenModule]) -> tuple[Picture, ...]:
    shown = {picture.hash: picture for module in modules for page in module.pages for picture in page.pictures}
    return tuple(shown[name] for name in sorted(shown))


def _card_to_json(card: Card) -> Json:
    parts = [[part.title, part.source] for part in (card.intro, *card.sections)]
    return {**head_to_json(card.head), "kind": card.kind.value, "parts": parts}


def _freeze_module(module: Module, position: int) -> FrozenModule:
    source = {
        **head_to_json(module.head),
        "rendering": RENDERING,
        "minutes": module.minutes,
        "pages": [[page.title, page.source] for page in module.pages],
        "pictures": [[picture.hash for picture in page.pictures] for page in module.pages],
        "objectives": list(module.head.objectives),
    }
    return FrozenModule(
        slug=module.head.id,
        hash=content_hash(source),
        position=position,
        minutes=module.minutes,
        head=module.head,
        pages=module.pages,
    )


def _freeze_question(each: LibraryQuestion, position: int) -> FrozenQuestion:
    return FrozenQuestion(
        question=each.question,
        content_hash=full_hash(each),
        key_hash=key_hash(each),
        module=each.module,
        page=each.page,
        position=position,
    )


def head_to_json(head: Head) -> Json:
    return {
        "id": head.id,
        "title": head.title,
        "version": head.version,
        "order": head.order,
        "indicators": [indicator.value for indicator in head.indicators],
        "valid_from": _day(head.valid_from),
        "review_before": _day(head.review_before),
        "references": [reference.norm for reference in head.references],
        "responsible": head.responsible,
        "stages": [stage.value for stage in head.stages],
        "audiences": [audience.value for audience in head.audiences],
        "summary": head.summary,
    }


def norm_to_json(norm: Norm) -> Json:
    """Return a norm as its page shows it: `label` is its short name in citations.

    A standing norm has no `made_for`, so that content without any gives the same edition as ever.
    """
    made_for = {"made_for": list(norm.made_for)} if norm.made_for else {}
    return made_for | {
        "id": norm.id,
        "label": norm.label,
        "title": norm.title,
        "number": norm.number,
        "level": norm.level,
        "status": norm.status.value,
        "repealed_by": norm.repealed_by,
        "source": norm.source,
        "link": norm.link,
        "checked_on": _day(norm.checked_on),
        "review_before": _day(norm.review_before),
        "rules": {
            rule.key: {
                "text": rule.text,
                "status": rule.status.value,
                "places": list(rule.places),
                "source": rule.source,
            }
            for rule in norm.rules.values()
        },
    }


def _blueprint_to_json(blueprint: Blueprint) -> Json:
    quotas = {indicator.value: quota for indicator, quota in blueprint.quotas.items()}
    canonical = {**asdict(blueprint), "quotas": quotas}
    if not blueprint.pretest:  # an edition without it keeps the hash that it had before there was any
        del canonical["pretest"]
    return canonical


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def key_hash(each: LibraryQuestion) -> str:
    """Return the hash of the question and its right answer; when it changes, the statistics begin anew."""
    return content_hash(_key_data(each))


def full_hash(each: LibraryQuestion) -> str:
    """Return the hash of the whole question, without its place in a module; when it changes, there is a new version."""
    return content_hash({"key": _key_data(each), "rest": _rest(each)})


def _key_data(each: LibraryQuestion) -> Json:
    source = each.source
    return {
        "kind": each.question.kind,
        "stem": source.stem,
        "details": source.details_text,
        "options": [[str(option.text), option.marked] for option in source.options],
        "answer": as_value(source.key("jawaban")),
        "situations": [_item(item) for item in source.items],
        **writing_of(each.question.kind).key_data(source),
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
        **writing_of(question.kind).other_data(each.source),
    }


def _feedback(source: QuestionSource) -> list[str]:
    texts = [option.feedback for option in source.options]
    texts += [part.feedback for item in source.items for part in (item, *item.conditions)]
    return [str(text) for text in texts] + [
        str(source.labelled.get(name, "")) for name in dict.fromkeys(("benar", "salah", *source.labelled))
    ]
