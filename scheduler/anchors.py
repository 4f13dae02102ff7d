"""What the periods of a rule hang on, and how they recur."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from scheduler.spans import MonthEnd, Span, SpanText

_TIMES: Final = re.compile(r"(\d{1,3}) x (.+)")


class _Anchor(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CalendarAnchor(_Anchor):
    """Months, quarters, weeks … of the calendar, the same for everybody."""

    kind: Literal["calendar"]


class LastAnchor(_Anchor):
    """The last visit that satisfied the rule; before there is one, the day the subject came in."""

    kind: Literal["last"]


class DateAnchor(_Anchor):
    """A named day of the subject: ``birth_date``, or one that a form told (see effects)."""

    kind: Literal["date"]
    date: str = Field(min_length=1)


class EventAnchor(_Anchor):
    """Something that happens. Besides the events of forms: ``added:TAG`` and ``ended:TAG``,
    ``age:18``, ``listed`` and ``left``."""

    kind: Literal["event"]
    events: tuple[str, ...] = Field(min_length=1)


class FestivalAnchor(_Anchor):
    """Festivals of the year."""

    kind: Literal["festival"]
    festivals: tuple[str, ...] = Field(min_length=1)


Anchor = CalendarAnchor | LastAnchor | DateAnchor | EventAnchor | FestivalAnchor


@dataclass(frozen=True, slots=True)
class Step:
    """A length of a period, and how many of them follow each other."""

    span: Span
    times: int = 1

    @classmethod
    def parse(cls, text: Any) -> Any:
        """A step from words such as "6 x 10 days" or "1 month". Raises ValueError."""
        if not isinstance(text, str):
            return text
        found = _TIMES.fullmatch(text.strip())
        if found is None:
            return cls(Span.parse(text))
        if int(found[1]) < 1:
            raise ValueError("span")
        return cls(Span.parse(found[2]), int(found[1]))


StepText = Annotated[Step, BeforeValidator(Step.parse)]
"""A `Step` in a model that reads it from words."""


class Recurrence(BaseModel):
    """How long periods are: all the same (`every`), or one step after the other, after which there
    is no more, the last one again and again, or all of them anew."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    every: SpanText | None = None
    steps: tuple[StepText, ...] = ()
    after_steps: Literal["stop", "repeat_last", "cycle"] = "stop"
    month_end: MonthEnd = "clamp"

    def recurrence_fault(self, anchor: Anchor) -> str | None:
        """``field:code`` of what does not fit to the anchor."""
        if self.every is not None and self.steps:
            return "steps:every_or_steps"
        if anchor.kind == "calendar" and self.every is None:
            return "every:calendar_needs_every"
        if anchor.kind == "festival" and (self.every or self.steps):
            return "every:festival_has_none"
        if anchor.kind in ("last", "date") and not (self.every or self.steps):
            return "every:every_or_steps"
        return None
