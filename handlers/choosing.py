"""Choices by their names: what a person types instead of pressing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING

from forms import Kind, Prompt
from handlers.markup import unmarked
from handlers.widgets import PAGE

if TYPE_CHECKING:  # the engine is loaded by the first form that is opened
    from forms import Interview


def named(text: str, prompt: Prompt, iv: Interview) -> tuple[str, ...]:
    """The values whose labels or names are typed, one only for a select_one; none if one of the
    names is unknown."""
    wanted = _fold(text)
    for parts in [[wanted]] if prompt.kind is Kind.SELECT_ONE else _readings(wanted):
        if found := _all(parts, prompt, iv):
            return found
    return ()


def _all(parts: list[str], prompt: Prompt, iv: Interview) -> tuple[str, ...]:
    """The values of `parts`; none from the first that is unknown on, so that a long text is not
    looked up word by word in a long list."""
    found = []
    for part in filter(None, parts):
        value = _exact(part, prompt, iv)
        if value is None:
            return ()
        found.append(value)
    return tuple(found)


def _readings(text: str) -> Iterator[list[str]]:
    """What several names typed at once may mean: one that has spaces, or some in a row."""
    yield [text]
    yield re.split(r"\s*[,，、;；\n]+\s*", text)
    yield re.split(r"[\s,，、;；]+", text)


def _exact(word: str, prompt: Prompt, iv: Interview) -> str | None:
    for choice in iv.choices(prompt.ref, query=word, size=PAGE).choices:
        if word in (_fold(choice.label), _fold(unmarked(choice.label)), _fold(choice.value)):
            return choice.value
    return None


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()
