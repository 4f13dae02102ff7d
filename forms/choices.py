"""The choices of a select: where they come from, how they are searched and paged."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from forms.definition import Question
from forms.instance import Field
from forms.node import Node
from forms.prompts import Choice
from forms.xpath import Environment, Expression

if TYPE_CHECKING:
    from forms.recompute import Engine
    from forms.text import Speaker


class Item(NamedTuple):
    """A choice before it has words: `node` for one from an itemset, else the place in `options`."""

    value: str
    node: Node | None = None
    option: int = 0


def items(question: Question, field: Field, env: Environment) -> list[Item]:
    """What can be chosen at `field` now, in order. Raises XPathError."""
    if question.itemset is None:
        return [Item(option.value, option=place) for place, option in enumerate(question.options)]
    itemset = question.itemset
    nodes = itemset.nodeset.nodes(field, env)
    return [Item(item_text(itemset.value, node, env), node) for node in nodes]


def item_text(source: str | Expression, node: Node, env: Environment) -> str:
    """A child's text, or what an expression on the item says."""
    if isinstance(source, str):
        found = node.named.get(source)
        return found[0].text if found and found[0].relevant else ""
    return source.string(node, env)


def values(question: Question, field: Field, env: Environment) -> list[str]:
    """The values that can be chosen now, in order."""
    return [item.value for item in items(question, field, env)]


def prune(engine: Engine, field: Field) -> None:
    """Take out of a select's answer what its choice filter no longer offers, and give back what it
    offers again. Meanwhile the answer as it was given is kept aside."""
    aside, local = field.row.aside, field.element.local
    given = aside.get(local, field.text)
    if not given:
        return
    question = engine.form.questions[field.element.question]
    offered = set(values(question, field, engine.env))
    kept = given
    if given not in offered:
        kept = " ".join(value for value in given.split() if value in offered)
    if engine.set_text(field, kept):
        engine.pruned.add(field)
    if kept != given:
        aside[local] = given


def choose(question: Question, raw: Sequence[str], offered: Sequence[str]) -> str | None:
    """The stored spelling of chosen values in the order of the choices, None if one is unknown.

    A rank keeps the order given and must hold every choice once.
    """
    chosen = list(dict.fromkeys(raw))
    if any(value not in offered for value in chosen):
        return None
    if question.kind == "rank":
        return " ".join(chosen) if not chosen or set(chosen) == set(offered) else None
    wanted = set(chosen)
    return " ".join(dict.fromkeys(value for value in offered if value in wanted))


def count(question: Question, field: Field, env: Environment) -> int:
    """How many choices there are now. Raises XPathError."""
    if question.itemset is None:
        return len(question.options)
    return len(question.itemset.nodeset.nodes(field, env))


def search(found: Sequence[Choice], query: str) -> list[Choice]:
    """What fits `query`: the exact value or label first, then prefixes, then the rest."""
    wanted = fold(query)
    ranked = sorted(
        (rank, place)
        for place, choice in enumerate(found)
        if (rank := _rank(choice, wanted)) is not None
    )
    return [found[place] for _, place in ranked]


def fold(text: str) -> str:
    """`text` for comparison: no case, no diacritics, no width, single spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


def _rank(choice: Choice, wanted: str) -> int | None:
    label, value = fold(choice.label), fold(choice.value)
    if wanted in (value, label):
        return 0
    if label.startswith(wanted):
        return 1
    if value.startswith(wanted):
        return 2
    if any(word.startswith(wanted) for word in label.split()):
        return 3
    return 4 if wanted in label else None


def labelled(
    question: Question, found: Sequence[Item], field: Field, speaker: Speaker
) -> list[Choice]:
    """`found` with words and media in the speaker's language."""
    return [_labelled(question, item, field, speaker) for item in found]


def _labelled(question: Question, item: Item, field: Field, speaker: Speaker) -> Choice:
    media: Mapping[str, str] = {}
    if item.node is None:
        text = question.options[item.option].label
        label, media = speaker.plain(text, field), speaker.media(text, field)
    elif question.itemset is not None and question.itemset.itext:
        identifier = item_text(question.itemset.label, item.node, speaker.env)
        label, media = speaker.itext(identifier, field), speaker.itext_media(identifier, field)
    elif question.itemset is not None:
        label = item_text(question.itemset.label, item.node, speaker.env)
    return Choice(item.value, label or item.value, media)
