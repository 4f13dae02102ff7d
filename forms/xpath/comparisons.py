"""The six comparisons of XPath 1.0, where a date also compares with what spells one."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from forms.node import Node
from forms.xpath.compiled import (
    BooleanEvaluator,
    Compiled,
    LeafEvaluator,
    NodesEvaluator,
    as_boolean,
    as_number,
)
from forms.xpath.environment import Environment
from forms.xpath.moments import Moment
from forms.xpath.values import (
    Value,
    string_to_number,
    text_of,
    to_boolean,
    to_moment,
    to_number,
)

_RELATIONS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRRORED: Final = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def compile_comparison(name: str, left: Compiled, right: Compiled) -> Compiled:
    """`left` compared with `right` by the operator `name`."""
    if left.kind != "nodes" and right.kind == "nodes":
        left, right, name = right, left, _MIRRORED[name]
    return Compiled("boolean", _specialised(name, left, right) or _general(name, left, right))


def _specialised(name: str, left: Compiled, right: Compiled) -> BooleanEvaluator | None:
    relation = _RELATIONS[name]
    is_equality = name in ("=", "!=")
    if left.kind == "nodes":
        if is_equality and isinstance(right.constant, str):
            return _nodes_with_text(left, name == "=", right.constant)
        if right.kind == "number":
            return _nodes_with_number(left, relation, right)
        if left.leaf is not None and right.leaf is not None:
            return _leaf_with_leaf(name, left.leaf, right.leaf, _general(name, left, right))
    kinds = {left.kind, right.kind}
    if kinds in ({"number"}, {"number", "string"}):
        one, other = as_number(left), as_number(right)
        return lambda node, env: relation(one(node, env), other(node, env))
    if kinds == {"boolean"} or (is_equality and "boolean" in kinds and "nodes" not in kinds):
        yes, also = as_boolean(left), as_boolean(right)
        return lambda node, env: relation(yes(node, env), also(node, env))
    return None


def _nodes_with_text(left: Compiled, is_equal: bool, wanted: str) -> BooleanEvaluator:
    """Whether some node's text is, or is not, `wanted`."""
    nodes, leaf = cast(NodesEvaluator, left.value), left.leaf

    def some(node: Node, env: Environment) -> bool:
        found = nodes(node, env)
        env.budget.spend(len(found))
        return any((text_of(each, env) == wanted) is is_equal for each in found)

    if leaf is None:
        return some

    def compare(node: Node, env: Environment) -> bool:
        only = leaf(node, env)
        if only is None:
            return some(node, env)
        if only.relevant and not only.children:
            return (only.text == wanted) is is_equal
        return (text_of(only, env) == wanted) is is_equal

    return compare


def _leaf_with_leaf(
    name: str, one: LeafEvaluator, other: LeafEvaluator, general: BooleanEvaluator
) -> BooleanEvaluator:
    """Two answers, which is what two paths mean outside repeats."""

    def compare(node: Node, env: Environment) -> bool:
        here, there = one(node, env), other(node, env)
        if here is None or there is None:
            return general(node, env)
        return _compare_single(name, text_of(here, env), text_of(there, env), env)

    return compare


def _nodes_with_number(
    left: Compiled, relation: Callable[[Any, Any], bool], right: Compiled
) -> BooleanEvaluator:
    nodes, leaf, number = cast(NodesEvaluator, left.value), left.leaf, as_number(right)

    def compare(node: Node, env: Environment) -> bool:
        value = number(node, env)
        only = None if leaf is None else leaf(node, env)
        if only is not None:
            return relation(string_to_number(text_of(only, env), env), value)
        found = nodes(node, env)
        env.budget.spend(len(found))
        return any(relation(string_to_number(text_of(each, env), env), value) for each in found)

    return compare


def _general(name: str, left: Compiled, right: Compiled) -> BooleanEvaluator:
    one, other = left.value, right.value
    return lambda node, env: compare_values(name, one(node, env), other(node, env), env)


def compare_values(name: str, left: Value, right: Value, env: Environment) -> bool:
    """XPath 1.0 section 3.4: sets compare by whether some pair of nodes does.

    A truth is equal to the truth of a set, but less or greater than the numbers in it, as the
    reference implementations have it.
    """
    if not isinstance(left, list):
        if not isinstance(right, list):
            return _compare_single(name, left, right, env)
        left, right, name = right, left, _MIRRORED[name]
    if isinstance(right, bool) and name in ("=", "!="):
        return _compare_single(name, bool(left), right, env)
    env.budget.spend(len(left))
    texts = [text_of(node, env) for node in left]
    if isinstance(right, list):
        env.budget.spend(len(right))
        return _compare_sets(name, texts, [text_of(node, env) for node in right], env)
    return any(_compare_single(name, text, right, env) for text in texts)


def _compare_sets(name: str, left: list[str], right: list[str], env: Environment) -> bool:
    if not left or not right:
        return False
    if name == "=":
        return not set(left).isdisjoint(right)
    if name == "!=":
        return len({*left, *right}) > 1
    if name in (">", ">="):
        left, right, name = right, left, _MIRRORED[name]
    return _some_less(_RELATIONS[name], _Sides.of(left, env), _Sides.of(right, env))


@dataclass(frozen=True, slots=True)
class _Sides:
    """Texts as what they compare by: two dates by their instants, anything else by numbers."""

    instants: list[datetime]
    numbers: list[float]
    plain: list[float]

    @classmethod
    def of(cls, texts: list[str], env: Environment) -> _Sides:
        moments = [to_moment(text, env) for text in texts]
        numbers = [string_to_number(text, env) for text in texts]
        pairs = list(zip(moments, numbers, strict=True))
        return cls(
            [moment.instant for moment in moments if moment is not None],
            [number for number in numbers if not math.isnan(number)],
            [number for moment, number in pairs if moment is None and not math.isnan(number)],
        )


def _some_less(relation: Callable[[Any, Any], bool], left: _Sides, right: _Sides) -> bool:
    """Whether some pair is in order, which the least on the left and the most on the right say."""
    pairs: tuple[tuple[list[Any], list[Any]], ...] = (
        (left.instants, right.instants),
        (left.plain, right.numbers),
        (left.numbers, right.plain),
    )
    return any(low and high and relation(min(low), max(high)) for low, high in pairs)


def _compare_single(
    name: str,
    left: str | float | bool | Moment,
    right: str | float | bool | Moment,
    env: Environment,
) -> bool:
    relation = _RELATIONS[name]
    is_equality = name in ("=", "!=")
    if is_equality and (isinstance(left, bool) or isinstance(right, bool)):
        return relation(to_boolean(left), to_boolean(right))
    if isinstance(left, str) and isinstance(right, str) and is_equality:
        return relation(left, right)
    one, other = to_moment(left, env), to_moment(right, env)
    if one is not None and other is not None:
        return relation(one.instant, other.instant)
    return relation(to_number(left, env), to_number(right, env))
