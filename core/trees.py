"""JSON of any shape, with its texts changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from pydantic_core import to_json

_UNFIT: Final = re.compile("[\x00\ud800-\udfff]")


def with_texts(tree: Any, change: Callable[[str], str]) -> Any:
    """The same with every text in it changed, names included. Raises RecursionError."""
    if isinstance(tree, str):
        return change(tree)
    if isinstance(tree, dict):
        return {change(name): with_texts(value, change) for name, value in tree.items()}
    if isinstance(tree, list):
        return [with_texts(value, change) for value in tree]
    return tree


def plain(tree: Any) -> Any:
    """The same without what no database takes as text: NUL, and halves of a character, each of
    which becomes U+FFFD. Raises RecursionError."""
    return tree if _is_plain(tree) else with_texts(tree, _plain)


def _is_plain(tree: Any) -> bool:
    """Whether it is plain for certain: nearly always, and far quicker than to go through it."""
    try:
        return b"\\u0000" not in to_json(tree)
    except ValueError:  # half of a character, or very deep
        return False


def _plain(text: str) -> str:
    if not _UNFIT.search(text):
        return text
    return _UNFIT.sub("\ufffd", text.replace("\x00", ""))
