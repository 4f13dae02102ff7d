"""Sets of nodes to one number."""

from __future__ import annotations

import math
from collections.abc import Callable

from forms.node import Node
from forms.xpath.compiled import Compiled, as_nodes, as_texts
from forms.xpath.environment import Environment
from forms.xpath.functions.registry import MANY, Registry, register
from forms.xpath.values import NAN, string_to_number, text_of

FUNCTIONS: Registry = {}


@register(FUNCTIONS, "count", 1, 1)
def _count(pieces: tuple[Compiled, ...]) -> Compiled:
    nodes = as_nodes(pieces[0], "count")
    return Compiled("number", lambda node, env: float(len(nodes(node, env))))


@register(FUNCTIONS, "count-non-empty", 1, 1)
def _count_non_empty(pieces: tuple[Compiled, ...]) -> Compiled:
    nodes = as_nodes(pieces[0], "count-non-empty")

    def count(node: Node, env: Environment) -> float:
        found = nodes(node, env)
        env.budget.spend(len(found))
        return float(sum(1 for each in found if text_of(each, env)))

    return Compiled("number", count)


@register(FUNCTIONS, "sum", 1, 1)
def _sum(pieces: tuple[Compiled, ...]) -> Compiled:
    """Blank nodes add nothing, so that a repeat with one open question still has a sum."""
    nodes = as_nodes(pieces[0], "sum")

    def total(node: Node, env: Environment) -> float:
        found = nodes(node, env)
        env.budget.spend(len(found))
        texts = [text_of(each, env) for each in found]
        return float(sum(string_to_number(text, env) for text in texts if text))

    return Compiled("number", total)


def _extreme(choose: Callable[[list[float]], float]) -> Callable[[tuple[Compiled, ...]], Compiled]:
    def build(pieces: tuple[Compiled, ...]) -> Compiled:
        lists = tuple(map(as_texts, pieces))

        def extreme(node: Node, env: Environment) -> float:
            numbers = [string_to_number(text, env) for texts in lists for text in texts(node, env)]
            if not numbers or any(map(math.isnan, numbers)):
                return NAN
            return choose(numbers)

        return Compiled("number", extreme)

    return build


register(FUNCTIONS, "min", 1, MANY)(_extreme(min))
register(FUNCTIONS, "max", 1, MANY)(_extreme(max))
