"""An expression in the words of the sheet: ``${age} > 17`` for ``/data/person/age > 17``."""

from __future__ import annotations

import re
from typing import Final

from forms.builder import plain_path
from forms.form import Form

_NAME: Final = r"[^\W\d][\w.\-]*"
_RELATIVE: Final = rf"(?:current\(\)/)?(?:\.\./)+{_NAME}(?:/{_NAME})*"
_ABSOLUTE: Final = rf"(?<![\w)\]*/.])(?:/{_NAME})+"
_GAP: Final = r"(?<=[(\[])\s+|\s+(?=[)\],]|$)|^\s+"
_PART: Final = re.compile(
    rf"""'[^']*'|"[^"]*"|(?P<path>{_RELATIVE}|{_ABSOLUTE})|(?P<gap>{_GAP})|\s+"""
)
"""A text in quotes, a path, and space, of which pyxform puts some around each path."""


def spelt(form: Form, source: str, context: str) -> str:
    """`source`, an expression of the node at `context`, with questions by their names.

    Paths that lead to none, such as those within a list, stay as they are.
    """

    def part(found: re.Match[str]) -> str:
        if found["gap"] or found[0].isspace():
            return "" if found["gap"] else " "
        path = plain_path(found["path"], context) if found["path"] else ""
        return f"${{{path.rpartition('/')[2]}}}" if path in form.index else found[0]

    return _PART.sub(part, source)
