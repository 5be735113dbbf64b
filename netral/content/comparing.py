"""The changes that publishing an edition would make, and where its pages stand in another one. Pure."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

from netral.content.edition import FrozenEdition

Pages = tuple[tuple[str, str], ...]
Place = tuple[str, int]
"""A page: the slug of its module, and its number from 1."""

# Signs by which a page is known again, the surest first: module, title and text, two of them, or both but the module.
SIGNS: Sequence[Callable[[str, str, str], Hashable]] = (
    lambda slug, title, html: (slug, title, html),
    lambda slug, title, _: (slug, title),
    lambda slug, _, html: (slug, html),
    lambda _, title, html: (title, html),
)


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


def match_pages(old: Mapping[str, Pages], new: Mapping[str, Pages]) -> dict[Place, Place]:
    """Return where the pages of one edition stand in another, for those that it still has; no two stand in one place.

    A page is the same one as long as it keeps its module and its title or its text, or moves with both.
    """
    left, free = number_pages(old), number_pages(new)
    matched: dict[Place, Place] = {}
    for sign in SIGNS:
        known: defaultdict[Hashable, list[Place]] = defaultdict(list)
        for place, page in free.items():
            known[sign(place[0], *page)].append(place)
        for place, page in list(left.items()):
            if places := known[sign(place[0], *page)]:
                matched[place] = places.pop(0)
                del left[place], free[matched[place]]
    return matched


def number_pages(modules: Mapping[str, Pages]) -> dict[Place, tuple[str, str]]:
    return {(slug, number): page for slug, pages in modules.items() for number, page in enumerate(pages, 1)}


def find_ends(old: Mapping[str, Pages], new: Mapping[str, Pages]) -> dict[Place, frozenset[Place]]:
    """Return the last page of each new module with the old pages of which one leads there; none where it is new.

    They are that page itself and the last one of the old module: somebody who had finished a module has finished it in
    the new edition, too, unless its end was written since.
    """
    came_from = {there: here for here, there in match_pages(old, new).items()}
    ends: dict[Place, frozenset[Place]] = {}
    for slug, pages in new.items():
        last = (slug, len(pages))
        before = {(slug, len(old[slug]))} if slug in old else set()
        ends[last] = frozenset(before | {came_from[last]}) if last in came_from else frozenset()
    return ends


def shipped_items(frozen: FrozenEdition, shipped: FrozenEdition) -> tuple[str, ...]:
    """Return the ids of exam questions whose words, keys included, come with the product, whatever their id."""
    public = {question.key_hash for question in shipped.questions}
    return tuple(sorted(each.id for each in frozen.questions if each.module is None and each.key_hash in public))
