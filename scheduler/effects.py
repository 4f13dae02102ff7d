"""What a submitted form changes about its subject, as data: tags, tiers, events, days, leaving."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

What = Literal["tag", "untag", "tier", "event", "date", "leaves"]

_ONE_OF: Final = ("tag", "untag", "tier", "event", "date", "leaves", "mirrors")


class Effect(BaseModel):
    """When `question` of `form` holds one of `values` (none named: any answer), then one thing
    follows. `mirrors` are choices of a select_multiple that are tags: chosen ones begin, others
    end. `day` is the question that holds the day of a date (else `question` itself), or a deadline
    that goes with an event; `at` the one that holds the instant of an event."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    form: str = Field(min_length=1)
    question: str = Field(min_length=1)
    values: tuple[str, ...] = ()
    tag: str | None = None
    untag: str | None = None
    tier: str | None = Field(default=None, pattern=r"^[a-z_]+\.[a-z_]+$")
    event: str | None = Field(default=None, pattern="^[a-z][a-z0-9_]*$")
    date: str | None = Field(default=None, pattern="^[a-z][a-z0-9_]*$")
    leaves: Literal["moved", "deceased"] | None = None
    mirrors: tuple[str, ...] = ()
    day: str | None = None
    at: str | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Effect:
        if sum(bool(getattr(self, name)) for name in _ONE_OF) != 1:
            raise ValueError("question:effect_is_one_thing")
        return self

    @property
    def questions(self) -> frozenset[str]:
        """The questions whose answers it reads."""
        return frozenset(name for name in (self.question, self.day, self.at) if name)


@dataclass(frozen=True, slots=True)
class Change:
    """What follows from a submission. A `tier` ends the others of its family, which is the part
    before the dot; `day` is a date's value, or the deadline stated with an event; `at` is when an
    event happened, if the form asks that (aware)."""

    what: What
    name: str
    day: date | None = None
    at: datetime | None = None


def changes(effects: Iterable[Effect], form: str, answers: Mapping[str, str]) -> list[Change]:
    """What follows from `answers` to `form`: question name to value, as records hold it. A tag that
    one question begins is not ended by another."""
    fitting = (one for one in effects if one.form == form)
    found = [change for one in fitting for change in _of(one, answers)]
    begun = {change.name for change in found if change.what == "tag"}
    return [one for one in found if one.what != "untag" or one.name not in begun]


def _of(effect: Effect, answers: Mapping[str, str]) -> Iterator[Change]:
    given = answers.get(effect.question, "").split()
    if not given or (effect.values and set(given).isdisjoint(effect.values)):
        return
    if effect.mirrors:
        yield from (Change("tag" if one in given else "untag", one) for one in effect.mirrors)
    elif effect.event:
        day, at = _day(answers, effect.day), _instant(answers, effect.at)
        yield Change("event", effect.event, day, at)
    elif effect.date:
        yield Change("date", effect.date, _day(answers, effect.day or effect.question))
    else:
        whats: tuple[What, ...] = ("tag", "untag", "tier", "leaves")
        for what in whats:
            if name := getattr(effect, what):
                yield Change(what, name)


def _day(answers: Mapping[str, str], question: str | None) -> date | None:
    text = answers.get(question or "", "")
    return date.fromisoformat(text[:10]) if text else None


def _instant(answers: Mapping[str, str], question: str | None) -> datetime | None:
    text = answers.get(question or "", "")
    return datetime.fromisoformat(text) if text else None
