"""Cursors: where a page ended, in letters that mean nothing to others."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Final

_ENDS: Final = {"submissions": 2, "obligations": 1, "subjects": 1}


class BadCursorError(ValueError):
    """The cursor is none of ours, or one of another list."""


def cursor(name: str, *end: str | int) -> str:
    """The cursor after the entry of the list `name` that these values tell apart."""
    said = json.dumps([name, *end], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(said).decode().rstrip("=")


def moment_and_id(text: str | None) -> tuple[datetime, str] | None:
    """Where a page of records ended. Raises BadCursorError."""
    if text is None:
        return None
    moment, name = _read("submissions", text)
    try:
        at = datetime.fromisoformat(str(moment))
    except ValueError as error:
        raise BadCursorError from error
    if at.tzinfo is None:
        raise BadCursorError
    return at, str(name)


def number(text: str | None) -> int:
    """Where a page of duties ended, 0 for the first page. Raises BadCursorError."""
    found = _read("obligations", text)[0] if text else 0
    if not isinstance(found, int) or not 0 <= found < 2**62:
        raise BadCursorError
    return found


def code(text: str | None) -> str:
    """Where a page of subjects ended, '' for the first page. Raises BadCursorError."""
    return str(_read("subjects", text)[0]) if text else ""


def _read(name: str, text: str) -> list[object]:
    try:
        said = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error) as error:
        raise BadCursorError from error
    if not isinstance(said, list) or said[:1] != [name] or len(said) != _ENDS[name] + 1:
        raise BadCursorError
    return said[1:]
