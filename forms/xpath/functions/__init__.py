"""The functions of XPath 1.0 and OpenRosa, by name."""

from __future__ import annotations

from forms.xpath.functions import (
    aggregates,
    conditions,
    dates,
    geo,
    interview,
    maths,
    nodesets,
    security,
    selections,
    strings,
)
from forms.xpath.functions.registry import Function, Registry

_ALL: Registry = {}
for _room in (
    aggregates,
    conditions,
    dates,
    geo,
    interview,
    maths,
    nodesets,
    security,
    selections,
    strings,
):
    _ALL.update(_room.FUNCTIONS)


def find(name: str) -> Function | None:
    """The function called `name`, prefix included, or None."""
    return _ALL.get(name)


def names() -> list[str]:
    """The names of all functions, sorted."""
    return sorted(_ALL)
