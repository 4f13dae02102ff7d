"""What is queued to remind or to answer somebody: not words, but an intention.

The kind says who writes the message (`handlers.preparing`); the body says whose it is and what it
is about. What it says is read from the tables at the moment of sending.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

DIGEST: Final = "digest"
"""The one message a day about what somebody owes. Its body is a `Day`."""
REMINDER: Final = "reminder"
"""A message of its own about what somebody owes. Its body is an `Intent`."""
OVERDUE: Final = "overdue_alert"
"""A message to who oversees, about what is overdue. Its body is an `Intent`."""
AGAIN: Final = "asked_again"
"""Asks the open question again, after something urgent came in between. Its body is empty."""

DECISION: Final = "decision"
"""Tells a worker what a supervisor said to a request. Its body holds the kind of request (`asked`),
the `decision`, the `rule` with its version and region, the code of the `subject`, the `day`, and
the day `on` which it was decided."""

DIGEST_SLOT: Final = "digest"

DECISION_SLOT: Final = "menu"
"""What the button of a decision opens stands in its place, as with a menu."""


@dataclass(frozen=True, slots=True)
class Intent:
    """The account, and the moment `at` that tells which rungs it is about, with the ways in which
    those were to be told. One that goes `through` waits for nothing."""

    account: int
    at: datetime
    ways: tuple[str, ...]
    through: bool

    def body(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "account": self.account,
            "at": self.at.isoformat(),
            "ways": list(self.ways),
            "through": self.through,
        }

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Intent:
        """From JSON."""
        at = datetime.fromisoformat(body["at"])
        return cls(body["account"], at, tuple(body["ways"]), body["through"])

    @property
    def urgent(self) -> bool:
        """Whether it is about something urgent."""
        return self.ways == ("urgent",)


@dataclass(frozen=True, slots=True)
class Day:
    """The account, the day, and how many messages were held back since the last digest."""

    account: int
    day: date
    held: int

    def body(self) -> dict[str, Any]:
        """As JSON."""
        return {"account": self.account, "day": self.day.isoformat(), "held": self.held}

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Day:
        """From JSON."""
        return cls(body["account"], date.fromisoformat(body["day"]), body["held"])
