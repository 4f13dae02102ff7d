"""Answers of select questions: names separated by spaces."""

from __future__ import annotations

import math

from forms.node import Node
from forms.xpath.compiled import BooleanEvaluator, Compiled, as_number, as_text
from forms.xpath.environment import Environment
from forms.xpath.functions.registry import Registry, register

FUNCTIONS: Registry = {}


@register(FUNCTIONS, "selected", 2, 2)
def _selected(pieces: tuple[Compiled, ...]) -> Compiled:
    text = as_text(pieces[0])
    if isinstance(pieces[1].constant, str):
        name = pieces[1].constant.strip()
        return Compiled("boolean", _names_one(pieces[0], name))
    choice = as_text(pieces[1])

    def selected(node: Node, env: Environment) -> bool:
        name = choice(node, env).strip()
        return _is_in(text(node, env), name, f" {name} ")

    return Compiled("boolean", selected)


def _names_one(piece: Compiled, name: str) -> BooleanEvaluator:
    """The question of nine in ten relevances: whether one answer has one name in it."""
    text, leaf, padded = as_text(piece), piece.leaf, f" {name} "
    if leaf is None:
        return lambda node, env: _is_in(text(node, env), name, padded)

    def selected(node: Node, env: Environment) -> bool:
        only = leaf(node, env)
        if only is None or not only.relevant or only.children:
            return _is_in(text(node, env), name, padded)
        answer = only.text
        return answer == name or (name in answer and padded in f" {answer} ")

    return selected


def _is_in(text: str, name: str, padded: str) -> bool:
    return text == name or (name in text and padded in f" {text} ")


@register(FUNCTIONS, "selected-at", 2, 2)
def _selected_at(pieces: tuple[Compiled, ...]) -> Compiled:
    text, place = as_text(pieces[0]), as_number(pieces[1])

    def selected_at(node: Node, env: Environment) -> str:
        names = text(node, env).split()
        number = place(node, env)
        if not math.isfinite(number) or not 0 <= number < len(names):
            return ""
        return names[int(number)]

    return Compiled("string", selected_at)


@register(FUNCTIONS, "count-selected", 1, 1)
def _count_selected(pieces: tuple[Compiled, ...]) -> Compiled:
    text = as_text(pieces[0])
    return Compiled("number", lambda node, env: float(len(text(node, env).split())))


@register(FUNCTIONS, "jr:choice-name", 2, 2)
def _choice_name(pieces: tuple[Compiled, ...]) -> Compiled:
    value, path = as_text(pieces[0]), as_text(pieces[1])

    def choice_name(node: Node, env: Environment) -> str:
        return env.choice_label(value(node, env), path(node, env).strip(), node)

    return Compiled("string", choice_name)
