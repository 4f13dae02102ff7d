"""What a check found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Level = Literal["ok", "warn", "fail"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`code` names the sentence ``doctor.{code}``, which `values` fill in. For a warning and a
    failure it says what to do."""

    level: Level
    code: str
    values: dict[str, object] = field(default_factory=dict)


def fine(code: str, /, **values: object) -> Finding:
    """All is well."""
    return Finding("ok", code, values)


def warning(code: str, /, **values: object) -> Finding:
    """It works, but somebody should look after it."""
    return Finding("warn", code, values)


def failure(code: str, /, **values: object) -> Finding:
    """It does not work."""
    return Finding("fail", code, values)
