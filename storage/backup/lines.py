"""The content of a backup: a line of JSON for its head, each table, each row, and the end.

Values keep their types: ``{"b": base64}`` are bytes, ``{"t": …}`` moments in UTC, ``{"d": …}``
days, ``{"j": …}`` what a JSON column holds; everything else is as JSON has it. What is sealed in
the database is sealed in here too.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from storage.backup.envelope import BackupError

Line = dict[str, Any] | list[Any]


def line(content: Line) -> bytes:
    """One line as bytes."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def packed(value: Any) -> Any:
    """A value of a row as a line holds it."""
    match value:
        case bytes() | memoryview():
            return {"b": base64.b64encode(bytes(value)).decode()}
        case datetime():
            utc = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            return {"t": utc.isoformat()}
        case date():
            return {"d": value.isoformat()}
        case dict() | list():
            return {"j": value}
        case _:
            return value


def unpacked(value: Any) -> Any:
    """A value that `packed` made."""
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    match kind:
        case "b":
            return base64.b64decode(content)
        case "t":
            return datetime.fromisoformat(content)
        case "d":
            return date.fromisoformat(content)
        case _:
            return content


def lines(parts: Iterable[bytes]) -> Iterator[Line]:
    """The lines in what is read. Raises BackupError for what is no line."""
    rest = b""
    for part in parts:
        *whole, rest = (rest + part).split(b"\n")
        for one in whole:
            yield _parsed(one)
    if rest:
        raise BackupError("damaged")


def _parsed(content: bytes) -> Line:
    try:
        found: Line = json.loads(content)
    except ValueError as error:
        raise BackupError("damaged") from error
    return found
