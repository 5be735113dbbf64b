"""The changes that publishing an edition would make. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from netral.content.edition import FrozenEdition

Pages = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """The names that differ, sorted: those new in the edition, those that changed, those only in the published one."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    retired: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not (self.new or self.changed or self.retired)


def compare(frozen: FrozenEdition, published: Mapping[str, str]) -> Difference:
    """Compare the questions. `published` maps question id to content hash."""
    here = {question.id: question.content_hash for question in frozen.questions}
    return differ(here, published)


def compare_modules(frozen: FrozenEdition, published: Mapping[str, Pages]) -> Difference:
    """Compare the modules as their readers see them. `published` maps the slug to title and HTML of each page."""
    here = {module.slug: tuple((page.title, page.html) for page in module.pages) for module in frozen.modules}
    return differ(here, published)


def compare_feeds(frozen: FrozenEdition, published: Mapping[str, str]) -> Difference:
    """Compare the feeds. `published` maps the id of a feed to its version."""
    return differ({feed.id: feed.version for feed in frozen.feeds}, published)


def differ(here: Mapping[str, object], there: Mapping[str, object]) -> Difference:
    return Difference(
        new=tuple(sorted(here.keys() - there.keys())),
        changed=tuple(sorted(name for name in here.keys() & there.keys() if here[name] != there[name])),
        retired=tuple(sorted(there.keys() - here.keys())),
    )


def shipped_items(frozen: FrozenEdition, shipped: FrozenEdition) -> tuple[str, ...]:
    """Return the ids of exam questions whose words, keys included, come with the product, whatever their id."""
    public = {question.key_hash for question in shipped.questions}
    return tuple(sorted(each.id for each in frozen.questions if each.module is None and each.key_hash in public))
