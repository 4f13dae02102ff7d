"""Steps that occur again and again, made once."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from forms.xpath.syntax import Path, Step

ITSELF: Final = Step("self", "node", "")
UP: Final = Step("parent", "node", "")
EVERYTHING: Final = Step("descendant-or-self", "node", "")


@lru_cache(maxsize=1024)
def plain_path(text: str) -> Path:
    """A path of names after any number of parents, or from the root."""
    absolute = text.startswith("/")
    names = text.lstrip("/").split("/")
    return Path(absolute, None, tuple(UP if name == ".." else _child(name) for name in names))


@lru_cache(maxsize=1024)
def _child(name: str) -> Step:
    return Step("child", "name", name)
