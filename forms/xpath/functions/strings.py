"""Strings: XPath 1.0 section 4.2 and the OpenRosa additions."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from forms.node import Node
from forms.xpath.compiled import Compiled, TextEvaluator, as_number, as_text, as_texts
from forms.xpath.environment import Environment
from forms.xpath.errors import XPathError
from forms.xpath.functions.registry import MANY, Registry, of_texts, register
from forms.xpath.values import text_of

if TYPE_CHECKING:  # loaded by the first form that has a pattern
    import regex

FUNCTIONS: Registry = {}

REGEX_SECONDS: Final = 0.05
LONGEST_MATCHED: Final = 10_000
"""Characters of an answer that a pattern is tried on; a longer answer does not match."""

CHARACTERS_A_STEP: Final = 64
"""Characters of joined text that cost as much as visiting a node."""
LONGEST_PATTERN: Final = 4_000
"""Characters of a regular expression."""

_SPACES: Final = re.compile(r"[ \t\r\n]+")


def context_text(pieces: tuple[Compiled, ...]) -> TextEvaluator:
    """The only argument as a string, or the context node's when there is none."""
    return as_text(pieces[0]) if pieces else text_of


@register(FUNCTIONS, "string", 0, 1)
def _string(pieces: tuple[Compiled, ...]) -> Compiled:
    return Compiled("string", context_text(pieces))


@register(FUNCTIONS, "concat", 0, MANY)
def _concat(pieces: tuple[Compiled, ...]) -> Compiled:
    """Every node of a set counts, which XPath 1.0 does not say and OpenRosa does."""
    if all(piece.kind in ("string", "number", "boolean") for piece in pieces):
        texts = tuple(map(as_text, pieces))
        return Compiled(
            "string", lambda node, env: joined("", [text(node, env) for text in texts], env)
        )
    return _joining(lambda _node, _env: "", pieces)


@register(FUNCTIONS, "join", 1, MANY)
def _join(pieces: tuple[Compiled, ...]) -> Compiled:
    return _joining(as_text(pieces[0]), pieces[1:])


def _joining(glue: TextEvaluator, pieces: tuple[Compiled, ...]) -> Compiled:
    lists = tuple(map(as_texts, pieces))

    def join(node: Node, env: Environment) -> str:
        parts = [each for texts in lists for each in texts(node, env)]
        return joined(glue(node, env), parts, env)

    return Compiled("string", join)


def joined(glue: str, parts: list[str], env: Environment) -> str:
    """The parts with `glue` between them; long results cost steps, so memory is bounded too."""
    length = sum(map(len, parts)) + len(glue) * len(parts)
    if length > CHARACTERS_A_STEP:
        env.budget.spend(length // CHARACTERS_A_STEP)
    return glue.join(parts)


@register(FUNCTIONS, "substring", 2, 3)
def _substring(pieces: tuple[Compiled, ...]) -> Compiled:
    text = as_text(pieces[0])
    numbers = tuple(map(as_number, pieces[1:]))

    def substring(node: Node, env: Environment) -> str:
        return _between(text(node, env), *[number(node, env) for number in numbers])

    return Compiled("string", substring)


def _between(text: str, start: float, length: float | None = None) -> str:
    """Characters whose place, from 1, is in [round(start), round(start) + round(length))."""
    first = _nearest(start)
    end = math.inf if length is None else first + _nearest(length)
    if math.isnan(first) or not end > 1:  # the end of nothing is NaN
        return ""
    begin = int(min(max(first, 1), len(text) + 1)) - 1
    return text[begin : int(min(end - 1, len(text)))]


def _nearest(number: float) -> float:
    return math.floor(number + 0.5) if math.isfinite(number) else number


@register(FUNCTIONS, "substr", 2, 3)
def _substr(pieces: tuple[Compiled, ...]) -> Compiled:
    """From a place counted from 0 up to, without, another; negative ones count from the end."""
    text = as_text(pieces[0])
    numbers = tuple(map(as_number, pieces[1:]))

    def substr(node: Node, env: Environment) -> str:
        whole = text(node, env)
        places = [_place(number(node, env), len(whole)) for number in numbers]
        return whole[places[0] : places[1] if len(places) > 1 else None]

    return Compiled("string", substr)


def _place(number: float, length: int) -> int:
    if not math.isfinite(number):
        return length if number > 0 else 0
    place = math.trunc(number)
    return max(place + length, 0) if place < 0 else place


def _before(text: str, mark: str) -> str:
    place = text.find(mark)
    return text[:place] if place > 0 else ""


def _after(text: str, mark: str) -> str:
    place = text.find(mark)
    return text[place + len(mark) :] if place >= 0 else ""


@lru_cache(maxsize=256)
def _translation(source: str, target: str) -> dict[int, int | None]:
    table: dict[int, int | None] = {}
    for place, character in enumerate(source):
        table.setdefault(ord(character), ord(target[place]) if place < len(target) else None)
    return table


@register(FUNCTIONS, "string-length", 0, 1)
def _string_length(pieces: tuple[Compiled, ...]) -> Compiled:
    text = context_text(pieces)
    return Compiled("number", lambda node, env: float(len(text(node, env))))


@register(FUNCTIONS, "normalize-space", 0, 1)
def _normalize_space(pieces: tuple[Compiled, ...]) -> Compiled:
    text = context_text(pieces)
    return Compiled("string", lambda node, env: _SPACES.sub(" ", text(node, env)).strip(" "))


@lru_cache(maxsize=512)
def _pattern(source: str) -> regex.Pattern[str]:
    if len(source) > LONGEST_PATTERN:
        raise XPathError("pattern", pattern=source[:100], reason="too long")
    import regex

    try:
        return regex.compile(source)
    except (regex.error, ValueError, OverflowError, RecursionError) as fault:
        raise XPathError("pattern", pattern=source[:100], reason=str(fault)) from None


@register(FUNCTIONS, "regex", 2, 2)
def _regex(pieces: tuple[Compiled, ...]) -> Compiled:
    """A pattern that was written down is tried when the expression is compiled."""
    text, source = as_text(pieces[0]), as_text(pieces[1])
    written = pieces[1].constant
    if isinstance(written, str):
        pattern = _pattern(written)
        return Compiled("boolean", lambda node, env: matches_whole(text(node, env), pattern))
    return Compiled(
        "boolean", lambda node, env: matches_whole(text(node, env), _pattern(source(node, env)))
    )


def matches_whole(text: str, pattern: regex.Pattern[str]) -> bool:
    """Whether the pattern matches all of the text, as in ODK Collect.

    Raises XPathError `pattern_timeout` for one that takes more than 50 ms.
    """
    if len(text) > LONGEST_MATCHED:
        return False
    try:
        return pattern.fullmatch(text, timeout=REGEX_SECONDS) is not None
    except TimeoutError:
        raise XPathError("pattern_timeout", pattern=pattern.pattern) from None


of_texts(FUNCTIONS, "starts-with", 2, "boolean", str.startswith)
of_texts(FUNCTIONS, "ends-with", 2, "boolean", str.endswith)
of_texts(FUNCTIONS, "contains", 2, "boolean", str.__contains__)
of_texts(FUNCTIONS, "substring-before", 2, "string", _before)
of_texts(FUNCTIONS, "substring-after", 2, "string", _after)
of_texts(
    FUNCTIONS,
    "translate",
    3,
    "string",
    lambda text, source, target: text.translate(_translation(source, target)),
)
