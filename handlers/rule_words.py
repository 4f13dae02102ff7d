"""A visit rule in words: who, whom, how often, in which window, by what, and who is told when.

Everything is read from the rule, so that what people read is what is reckoned with. Names that have
no words yet, such as a county's own event, are shown as they stand in its file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from core.texts import known, say
from handlers import window_words
from scheduler.anchors import CalendarAnchor, DateAnchor, EventAnchor, FestivalAnchor
from scheduler.ladders import Rung
from scheduler.points import Point
from scheduler.population import Population
from scheduler.roles import RuleRole
from scheduler.spans import Span
from scheduler.visit_rules import Satisfier, VisitRule

_UNITS: Final = ((12, "year"), (6, "half-year"), (3, "quarter"), (1, "month"))
_ANY_YEAR: Final = 2025


@dataclass(frozen=True, slots=True)
class RuleWords:
    """Says rules in a language. `roles` are those of the rulebook, `forms` what forms are called,
    by form id."""

    language: str
    roles: Mapping[str, RuleRole]
    forms: Mapping[str, str]

    # --- who, and whom ---------------------------------------------------------------------------

    def role(self, name: str) -> str:
        """What a role, the worker or the supervisor is called."""
        if name in self.roles:
            return self.roles[name].titles.of(self.language)
        return self._named("to", name)

    def roles_of(self, names: Iterable[str]) -> str:
        """Several roles."""
        return self._list(self.role(name) for name in names)

    def whom(self, population: Population) -> str:
        """Whom a rule concerns."""
        parts = [self._say(f"subject.{population.subject}")]
        chosen = [*map(self._tag, population.any_tags), *map(self._tier, population.any_tiers)]
        without = [*map(self._tag, population.no_tags), *map(self._tier, population.no_tiers)]
        parts += self._among("any", chosen)
        parts += self._among("all", [*map(self._tag, population.all_tags)])
        parts += self._among("none", without)
        parts += self._among("roles", [*map(self.role, population.roles)])
        if population.level:
            parts.append(self._say("whom.level", name=self._say(f"level.{population.level}")))
        return self._join([*parts, *self._ages(population)])

    def _among(self, key: str, names: Sequence[str]) -> list[str]:
        return [self._say(f"whom.{key}", names=self._list(names))] if names else []

    def _ages(self, population: Population) -> list[str]:
        least, most = population.minimum_age, population.maximum_age
        if least is not None and most is not None:
            return [self._say("ages_between", least=least, most=most)]
        if least is not None:
            return [self._say("ages_from", least=least)]
        return [] if most is None else [self._say("ages_to", most=most)]

    # --- how often -------------------------------------------------------------------------------

    def often(self, rule: VisitRule) -> str:
        """What its periods hang on, and how they follow each other."""
        match rule.anchor:
            case CalendarAnchor():
                parts = [self._say("often.calendar", every=self._steps(rule))]
            case DateAnchor(date=name):
                named = self._named("date", name)
                parts = [self._say("often.date", date=named, steps=self._steps(rule))]
            case EventAnchor(events=names):
                events = self._list(map(self._event, names))
                key = "event_steps" if rule.every or rule.steps else "event"
                parts = [self._say(f"often.{key}", events=events, steps=self._steps(rule))]
            case FestivalAnchor(festivals=names):
                named = self._list(self._named("festival", name) for name in names)
                parts = [self._say("often.festival", festivals=named)]
            case _:
                parts = [self._say("often.last", steps=self._steps(rule))]
        if rule.at_least > 1:
            parts.append(self._say("times", n=rule.at_least))
        if rule.of and rule.share:
            percent = f"{rule.share:.0%}"
            parts += [self.whom(rule.of), self._say("share_of", percent=percent)]
        return self._join(parts)

    def _steps(self, rule: VisitRule) -> str:
        if rule.every:
            return self.every(rule.every)
        steps = self._list(
            self._say("often.step", n=one.times, span=self.span(one.span))
            if one.times > 1
            else self.span(one.span)
            for one in rule.steps
        )
        return self._say(f"often.after_{rule.after_steps}", steps=steps) if steps else ""

    # --- when ------------------------------------------------------------------------------------

    def every(self, span: Span) -> str:
        """A length of time that comes again: "every two months"."""
        n, unit = _counted(span)
        return self._say(f"every.{unit}", n=n)

    def span(self, span: Span) -> str:
        """A length of time: "ten days"."""
        n, unit = _counted(span)
        return self._say(f"unit.{unit}", n=n)

    def point(self, point: Point) -> str:
        """A point in time: "7 days before it is due"."""
        if point.month_day:
            on = date(_ANY_YEAR, *point.month_day)
            return self._say("point.yearly", day=window_words.day(on, on, self.language))
        if not point.amount:
            return self._say(f"at.{point.base}")
        span = self._say(f"unit.{point.unit}", n=abs(point.amount))
        key = "point.after" if point.amount > 0 else "point.before"
        return self._say(key, span=span, mark=self._say(f"from.{point.base}"))

    # --- by what ---------------------------------------------------------------------------------

    def form(self, name: str) -> str:
        """What a form is called."""
        return self.forms.get(name, name)

    def satisfier(self, one: Satisfier) -> str:
        """A submission that satisfies."""
        parts = [self.form(one.form)]
        parts += self._filter("roles", [*map(self.role, one.roles)])
        parts += self._filter("modes", [self._named("mode", name) for name in one.modes])
        parts += self._filter("outcomes", [self._named("outcome", name) for name in one.outcomes])
        for question, wanted in one.answers.items():
            key = "answer_is" if wanted else "answered"
            parts.append(self._say(key, question=question, values=self._list(wanted)))
        return self._join(parts)

    def _filter(self, key: str, names: Sequence[str]) -> list[str]:
        if not names:
            return []
        return [self._say("is", name=self._say(f"filter.{key}"), value=self._list(names))]

    # --- who is told -----------------------------------------------------------------------------

    def rung(self, rung: Rung) -> str:
        """A rung of a ladder or of a chain of escalation."""
        how = self._say(f"how.{rung.how}")
        words = self._say("rung", when=self.point(rung.when), to=self.role(rung.to), how=how)
        if rung.every is None:
            return words
        return self._say("repeated", rung=words, every=self.every(rung.every))

    def limits(self, rule: VisitRule) -> str:
        """How far it may be put off."""
        limits = rule.limits
        return self._say(
            "snooze",
            days=limits.snooze_days,
            times=limits.snooze_times,
            move=limits.reschedule_days,
        )

    def reasons(self, rule: VisitRule) -> str:
        """For which reasons it may be lifted."""
        return self._list(self._named("reason", name) for name in rule.limits.exempt)

    # --- names -----------------------------------------------------------------------------------

    def _say(self, key: str, /, **values: object) -> str:
        return say(self.language, f"rulewords.{key}", **values)

    def _named(self, what: str, name: str) -> str:
        return self._say(f"{what}.{name}") if known(f"rulewords.{what}.{name}") else name

    def _tag(self, name: str) -> str:
        return say(self.language, f"tags.{name}") if known(f"tags.{name}") else name

    def _tier(self, name: str) -> str:
        return self._named("tier", name)

    def _event(self, name: str) -> str:
        what, _, detail = name.partition(":")
        if what == "age":
            return self._say("event.age", n=detail)
        if detail:
            return self._say(f"event.{what}", tag=self._tag(detail))
        return self._named("event", name)

    def _list(self, names: Iterable[str]) -> str:
        return self._say("list").join(names)

    def _join(self, parts: Iterable[str]) -> str:
        return self._say("and").join(parts)


def _counted(span: Span) -> tuple[int, str]:
    """A span in the largest unit that goes into it: 12 months are one year, 14 days two weeks."""
    if span.months:
        return next((span.months // n, unit) for n, unit in _UNITS if span.months % n == 0)
    return (span.days // 7, "week") if span.days % 7 == 0 else (span.days, "day")
