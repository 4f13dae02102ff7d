"""Truth, choice and counting of truths."""

from __future__ import annotations

import math

from forms.node import Node
from forms.xpath.compiled import (
    Compiled,
    Kind,
    as_boolean,
    as_number,
    as_text,
)
from forms.xpath.environment import Environment
from forms.xpath.errors import XPathError
from forms.xpath.functions.registry import MANY, Registry, of_texts, register
from forms.xpath.values import Value, string_to_number, text_of, to_boolean, to_number, to_string

FUNCTIONS: Registry = {}


@register(FUNCTIONS, "true", 0, 0)
def _true(_pieces: tuple[Compiled, ...]) -> Compiled:
    return Compiled("boolean", lambda _node, _env: True)


@register(FUNCTIONS, "false", 0, 0)
def _false(_pieces: tuple[Compiled, ...]) -> Compiled:
    return Compiled("boolean", lambda _node, _env: False)


@register(FUNCTIONS, "boolean", 1, 1)
def _boolean(pieces: tuple[Compiled, ...]) -> Compiled:
    return Compiled("boolean", as_boolean(pieces[0]))


@register(FUNCTIONS, "not", 1, 1)
def _not(pieces: tuple[Compiled, ...]) -> Compiled:
    truth = as_boolean(pieces[0])
    return Compiled("boolean", lambda node, env: not truth(node, env))


of_texts(FUNCTIONS, "boolean-from-string", 1, "boolean", lambda text: text in ("1", "true"))


@register(FUNCTIONS, "if", 3, 3)
def _if(pieces: tuple[Compiled, ...]) -> Compiled:
    """Only the branch that is taken is evaluated."""
    test = as_boolean(pieces[0])
    yes, no = pieces[1].value, pieces[2].value
    kind: Kind = pieces[1].kind if pieces[1].kind == pieces[2].kind else "any"
    return Compiled(kind, lambda node, env: yes(node, env) if test(node, env) else no(node, env))


@register(FUNCTIONS, "coalesce", 2, MANY)
def _coalesce(pieces: tuple[Compiled, ...]) -> Compiled:
    """The first value that is not blank; those after it are not evaluated."""
    texts = tuple(map(as_text, pieces))

    def coalesce(node: Node, env: Environment) -> str:
        for text in texts:
            found = text(node, env)
            if found:
                return found
        return ""

    return Compiled("string", coalesce)


@register(FUNCTIONS, "once", 1, 1)
def _once(pieces: tuple[Compiled, ...]) -> Compiled:
    """What the node already holds, else the value, which is evaluated only then."""
    value = as_text(pieces[0])
    return Compiled("string", lambda node, env: text_of(node, env) or value(node, env))


@register(FUNCTIONS, "checklist", 3, MANY)
def _checklist(pieces: tuple[Compiled, ...]) -> Compiled:
    least, most = as_number(pieces[0]), as_number(pieces[1])
    values = tuple(piece.value for piece in pieces[2:])

    def checklist(node: Node, env: Environment) -> bool:
        count = sum(sum(_truths(value(node, env), env)) for value in values)
        return _within(count, least(node, env), most(node, env))

    return Compiled("boolean", checklist)


@register(FUNCTIONS, "weighted-checklist", 4, MANY)
def _weighted_checklist(pieces: tuple[Compiled, ...]) -> Compiled:
    if len(pieces) % 2:
        raise XPathError("arity", name="weighted-checklist", given=len(pieces), least=4, most=None)
    least, most = as_number(pieces[0]), as_number(pieces[1])
    pairs = tuple(
        (value.value, weight.value)
        for value, weight in zip(pieces[2::2], pieces[3::2], strict=True)
    )

    def weighted(node: Node, env: Environment) -> bool:
        total = 0.0
        for value, weight in pairs:
            truths = _truths(value(node, env), env)
            weights = _weights(weight(node, env), env)
            total += sum(each for truth, each in zip(truths, weights, strict=False) if truth)
        return _within(total, least(node, env), most(node, env))

    return Compiled("boolean", weighted)


def _truths(value: Value, env: Environment) -> list[bool]:
    """For a set, whether each node's text is neither blank nor zero."""
    if not isinstance(value, list):
        return [to_boolean(value)]
    env.budget.spend(len(value))
    texts = [text_of(node, env) for node in value]
    return [bool(text) and string_to_number(text, env) != 0 for text in texts]


def _weights(value: Value, env: Environment) -> list[float]:
    if not isinstance(value, list):
        return [to_number(value, env)]
    return [to_number(to_string([node], env), env) for node in value]


def _within(count: float, least: float, most: float) -> bool:
    """Whether `count` lies between bounds of which a negative one does not bind."""
    if math.isnan(count):
        return False
    return (least < 0 or count >= least) and (most < 0 or count <= most)
