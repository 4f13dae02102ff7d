"""The values of expressions and the three conversions of XPath 1.0, with OpenRosa's dates."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from typing import Final, TypeAlias

from forms.node import COMMENT, INSTRUCTION, Node
from forms.xpath.environment import Environment
from forms.xpath.moments import Moment, looks_like_moment, parse_moment

Value: TypeAlias = str | float | bool | list[Node] | Moment

NAN: Final = math.nan
_EXACT: Final = 1e16
"""Whole numbers below it print all their digits; the digits of larger ones end in zeros."""
_NUMBER: Final = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")


def text_of(node: Node, env: Environment) -> str:
    """The string value of a node: empty when it is not relevant."""
    if not node.relevant:
        return ""
    if not node.children:
        return node.text
    parts: list[str] = []
    _gather(node, parts, env)
    return "".join(parts)


def _gather(node: Node, parts: list[str], env: Environment) -> None:
    env.budget.spend(len(node.children))
    for child in node.children:
        if not child.relevant or child.kind in (COMMENT, INSTRUCTION):
            continue
        if child.children:
            _gather(child, parts, env)
        else:
            parts.append(child.text)


def to_string(value: Value, env: Environment) -> str:
    """The string() of XPath, except that NaN prints as nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_to_string(value)
    if isinstance(value, list):
        return text_of(value[0], env) if value else ""
    return str(value)


def number_to_string(value: float) -> str:
    """The shortest decimal that reads back as `value`: no exponent, NaN as nothing."""
    if value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    if math.isnan(value):
        return ""
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    text = repr(value)
    return format(Decimal(text), "f") if "e" in text else text


def to_number(value: Value, env: Environment) -> float:
    """The number() of XPath, where a date or a string that spells one counts as its days."""
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        return string_to_number(value, env)
    if isinstance(value, list):
        return string_to_number(text_of(value[0], env), env) if value else NAN
    return value.number


def string_to_number(text: str, env: Environment) -> float:
    """A decimal without an exponent, or the days of an ISO date; anything else is NaN."""
    if text.isascii() and text.isdigit():
        return float(text)
    text = text.strip()
    if not text:
        return NAN
    if _NUMBER.fullmatch(text):
        return float(text)
    if looks_like_moment(text):
        moment = parse_moment(text, env.tz)
        if moment is not None:
            return moment.number
    return NAN


def to_boolean(value: Value, _env: Environment | None = None) -> bool:
    """The boolean() of XPath: a set with a node in it is true, even when the node is empty."""
    if isinstance(value, float):
        return not (value == 0 or math.isnan(value))
    if isinstance(value, Moment):
        return True
    return bool(value)


def to_moment(value: Value, env: Environment) -> Moment | None:
    """The date or date-time that a value is or spells; numbers are not looked at."""
    if isinstance(value, Moment):
        return value
    if isinstance(value, list):
        value = to_string(value, env)
    if isinstance(value, str):
        text = value.strip()
        if looks_like_moment(text):
            return parse_moment(text, env.tz)
    return None
