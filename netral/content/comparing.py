"""What an edition would change, and what of it everybody can read beforehand. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from netral.content.edition import FrozenEdition


@dataclass(frozen=True, slots=True)
class Difference:
    """Question ids, sorted: not in the published edition, worded or keyed differently there, in it only."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    retired: tuple[str, ...]

    @property
    def empty(self) -> bool:
        return not (self.new or self.changed or self.retired)


def compare(frozen: FrozenEdition, published: Mapping[str, str]) -> Difference:
    """`published` maps question id to content hash."""
    here = {question.id: question.content_hash for question in frozen.questions}
    return Difference(
        new=tuple(sorted(here.keys() - published.keys())),
        changed=tuple(sorted(name for name in here.keys() & published.keys() if here[name] != published[name])),
        retired=tuple(sorted(published.keys() - here.keys())),
    )


def shipped_items(frozen: FrozenEdition, shipped: FrozenEdition) -> tuple[str, ...]:
    """Ids of exam questions whose words are those that come with the product, keys included, whatever their id."""
    public = {question.key_hash for question in shipped.questions}
    return tuple(sorted(each.id for each in frozen.questions if each.module is None and each.key_hash in public))
