"""Sums, products and unary minus, from left to right."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Final

from forms.node import Node
from forms.xpath.compiled import Compiled, Evaluator, NumberEvaluator, as_number
from forms.xpath.environment import Environment
from forms.xpath.moments import SECONDS_A_DAY
from forms.xpath.values import NAN, to_moment, to_number


def compile_operator(name: str, left: Compiled, right: Compiled) -> Compiled:
    """`left` and `right` joined by one of + - * div mod."""
    if name == "-" and "number" not in (left.kind, right.kind):
        return Compiled("number", _difference(left.value, right.value))
    return Compiled("number", _numeric(name, as_number(left), as_number(right)))


def _numeric(name: str, left: NumberEvaluator, right: NumberEvaluator) -> NumberEvaluator:
    if name == "+":
        return lambda node, env: left(node, env) + right(node, env)
    operation = OPERATIONS[name]
    return lambda node, env: operation(left(node, env), right(node, env))


def _difference(left: Evaluator, right: Evaluator) -> NumberEvaluator:
    """A date counts local days and a date-time days in UTC, so a mixed pair is told apart."""

    def difference(node: Node, env: Environment) -> float:
        one, other = left(node, env), right(node, env)
        start, end = to_moment(other, env), to_moment(one, env)
        if start is not None and end is not None and start.date_only != end.date_only:
            return (end.instant - start.instant).total_seconds() / SECONDS_A_DAY
        return to_number(one, env) - to_number(other, env)

    return difference


def compile_negation(operand: Compiled, times: int) -> Compiled:
    """The number, and with an odd number of signs its opposite."""
    number = as_number(operand)
    if times % 2 == 0:
        return Compiled("number", number)
    return Compiled("number", lambda node, env: -number(node, env))


def divide(left: float, right: float) -> float:
    """Division as IEEE 754 has it: by zero it is an infinity, or NaN."""
    try:
        return left / right
    except ZeroDivisionError:
        if left == 0 or math.isnan(left):
            return NAN
        return math.copysign(math.inf, left) * math.copysign(1.0, right)


def remainder(left: float, right: float) -> float:
    """The remainder of a division that truncates, with the sign of `left`."""
    try:
        return math.fmod(left, right)
    except ValueError:
        return NAN


OPERATIONS: Final[dict[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "div": divide,
    "mod": remainder,
}
