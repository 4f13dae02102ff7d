"""A piece of compiled expression: a closure and what is known about the value it gives.

Knowing the kind lets a caller pick the cheapest conversion once, instead of at each evaluation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from forms.node import Node
from forms.xpath.environment import Environment
from forms.xpath.errors import XPathError
from forms.xpath.values import (
    Value,
    number_to_string,
    string_to_number,
    text_of,
    to_boolean,
    to_number,
    to_string,
)

Kind: TypeAlias = Literal["number", "string", "boolean", "nodes", "any"]
Evaluator: TypeAlias = Callable[[Node, Environment], Value]
TextEvaluator: TypeAlias = Callable[[Node, Environment], str]
NumberEvaluator: TypeAlias = Callable[[Node, Environment], float]
BooleanEvaluator: TypeAlias = Callable[[Node, Environment], bool]
NodesEvaluator: TypeAlias = Callable[[Node, Environment], list[Node]]
LeafEvaluator: TypeAlias = Callable[[Node, Environment], Node | None]


@dataclass(frozen=True, slots=True)
class Compiled:
    """`value` computes it, and `constant` is set when there is nothing to compute.

    `text` is a shorter way to the string. `leaf` is a shorter way to the node of a set that can be
    told to have just one, and gives None when it has none or more.
    """

    kind: Kind
    value: Evaluator
    constant: str | float | None = None
    text: TextEvaluator | None = None
    leaf: LeafEvaluator | None = None


def constant(value: str | float) -> Compiled:
    """A literal."""
    kind: Kind = "string" if isinstance(value, str) else "number"
    return Compiled(kind, lambda _node, _env: value, constant=value)


def as_text(piece: Compiled) -> TextEvaluator:
    """The piece as a string."""
    value = piece.value
    if piece.text is not None:
        return piece.text
    if piece.kind == "string":
        return cast(TextEvaluator, value)
    if piece.kind == "nodes":
        return _first_text(cast(NodesEvaluator, value))
    if piece.kind == "number":
        number = cast(NumberEvaluator, value)
        return lambda node, env: number_to_string(number(node, env))
    return lambda node, env: to_string(value(node, env), env)


def _first_text(nodes: NodesEvaluator) -> TextEvaluator:
    def text(node: Node, env: Environment) -> str:
        found = nodes(node, env)
        return text_of(found[0], env) if found else ""

    return text


def as_number(piece: Compiled) -> NumberEvaluator:
    """The piece as a number."""
    value = piece.value
    if piece.kind == "number":
        return cast(NumberEvaluator, value)
    if piece.kind in ("nodes", "string"):
        text = as_text(piece)
        return lambda node, env: string_to_number(text(node, env), env)
    if piece.kind == "boolean":
        return lambda node, env: 1.0 if value(node, env) else 0.0
    return lambda node, env: to_number(value(node, env), env)


def as_boolean(piece: Compiled) -> BooleanEvaluator:
    """The piece as a truth."""
    value = piece.value
    if piece.kind == "boolean":
        return cast(BooleanEvaluator, value)
    if piece.kind in ("nodes", "string"):
        return lambda node, env: bool(value(node, env))
    return lambda node, env: to_boolean(value(node, env))


def as_nodes(piece: Compiled, name: str) -> NodesEvaluator:
    """The piece as nodes, for the function or operator `name`. Raises XPathError now or later."""
    value = piece.value
    if piece.kind == "nodes":
        return cast(NodesEvaluator, value)
    if piece.kind != "any":
        raise XPathError("nodes_expected", name=name)

    def nodes(node: Node, env: Environment) -> list[Node]:
        found = value(node, env)
        if isinstance(found, list):
            return found
        raise XPathError("nodes_expected", name=name)

    return nodes


def as_texts(piece: Compiled) -> Callable[[Node, Environment], list[str]]:
    """The string of every node of a set, or the one string of any other value."""
    if piece.kind in ("number", "string", "boolean"):
        text = as_text(piece)
        return lambda node, env: [text(node, env)]
    value = piece.value

    def texts(node: Node, env: Environment) -> list[str]:
        found = value(node, env)
        if isinstance(found, list):
            env.budget.spend(len(found))
            return [text_of(each, env) for each in found]
        return [to_string(found, env)]

    return texts
