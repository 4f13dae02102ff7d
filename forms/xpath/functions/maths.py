"""Numbers: rounding, powers, trigonometry."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

from forms.node import Node
from forms.xpath.compiled import Compiled, as_number
from forms.xpath.environment import Environment
from forms.xpath.functions.registry import Registry, of_numbers, register
from forms.xpath.values import NAN, string_to_number, text_of

FUNCTIONS: Registry = {}

_PLACES: Final = 30
"""Digits beyond which round(x, n) changes nothing, and before which it leaves nothing."""


@register(FUNCTIONS, "number", 0, 1)
def _number(pieces: tuple[Compiled, ...]) -> Compiled:
    if pieces:
        return Compiled("number", as_number(pieces[0]))
    return Compiled("number", lambda node, env: string_to_number(text_of(node, env), env))


@register(FUNCTIONS, "round", 1, 2)
def _round(pieces: tuple[Compiled, ...]) -> Compiled:
    number = as_number(pieces[0])
    if len(pieces) == 1:
        return Compiled("number", lambda node, env: round_half_away(number(node, env), 0.0))
    places = as_number(pieces[1])

    def rounded(node: Node, env: Environment) -> float:
        return round_half_away(number(node, env), places(node, env))

    return Compiled("number", rounded)


def round_half_away(number: float, places: float) -> float:
    """`number` at `places` decimals, halves away from zero, counted on its decimal spelling."""
    if not math.isfinite(number) or math.isnan(places):
        return number
    digits = int(max(-_PLACES, min(_PLACES, places)))
    decimal = Decimal(repr(number))
    try:
        rounded = decimal.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    except InvalidOperation:  # more digits than the context holds: nothing to round
        return number if digits > 0 else math.copysign(0.0, number)
    return float(rounded)


def _guarded(compute: Callable[..., float]) -> Callable[..., float]:
    """`compute` with NaN outside its domain and infinity beyond the largest number."""

    def safe(*numbers: float) -> float:
        try:
            return float(compute(*numbers))
        except OverflowError:
            return math.inf
        except ValueError:
            return NAN

    return safe


def _whole(compute: Callable[[float], int]) -> Callable[[float], float]:
    """`compute` to a whole number; NaN and infinities stay what they are."""
    return lambda number: float(compute(number)) if math.isfinite(number) else number


def _logarithm(compute: Callable[[float], float]) -> Callable[[float], float]:
    return lambda number: -math.inf if number == 0 else compute(number)


def _power(base: float, exponent: float) -> float:
    if base == 0 and exponent < 0:
        return math.inf
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf


_ONE: Final[dict[str, Callable[..., float]]] = {
    "floor": _whole(math.floor),
    "ceiling": _whole(math.ceil),
    "int": _whole(math.trunc),
    "abs": abs,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "exp10": lambda number: math.pow(10.0, number),
    "log": _logarithm(math.log),
    "log10": _logarithm(math.log10),
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
}
for _name, _compute in _ONE.items():
    of_numbers(FUNCTIONS, _name, 1, _guarded(_compute))
of_numbers(FUNCTIONS, "atan2", 2, _guarded(math.atan2))
of_numbers(FUNCTIONS, "pow", 2, _guarded(_power))
of_numbers(FUNCTIONS, "pi", 0, lambda: math.pi)
