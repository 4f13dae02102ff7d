"""One visit rule in words, a line for each thing that it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, tzinfo

from core.texts import say
from forms import library
from handlers import window_words
from handlers.rule_words import RuleWords
from scheduler.calendars import WorkingDays
from scheduler.ladders import Ladder
from scheduler.lines import Line
from scheduler.periods import calendar_periods
from scheduler.rulebook import Rulebook
from scheduler.visit_rules import VisitRule
from scheduler.windows import window

Row = tuple[str, str]
"""A field's name and what stands in it."""


@dataclass(frozen=True, slots=True)
class When:
    """The day on which a rule is looked at, the calendar and zone of the deployment, and the
    language of who looks."""

    day: date
    days: WorkingDays
    zone: tzinfo
    language: str

    def say(self, key: str, /, **values: object) -> str:
        """A text of the rulebook."""
        return say(self.language, f"rulebook.{key}", **values)


def text(book: Rulebook, name: str, area: str, when: When) -> str | None:
    """The rule `name` as it stands in `area` (a division code) on that day; None if it is in force
    nowhere there. A version that is not in force on the day is told in words."""
    line = book.line(name, area)
    if line is None:
        return None
    rule = line.in_force(when.day)
    if rule is None:
        return when.say("not_in_force", rule=name, day=when.day)
    return "\n".join(
        when.say("line", name=when.say(f"field.{field}"), value=value)
        for field, value in rows(book, line, rule, when)
    )


def _words_of(book: Rulebook, language: str) -> RuleWords:
    """How rules are said in a language; forms by their built-in titles."""
    offers = library.offers()
    titles = {name: str(one["titles"][language]) for name, one in offers.items()}
    return RuleWords(language, book.roles, titles)


def rows(book: Rulebook, line: Line, rule: VisitRule, when: When) -> Iterator[Row]:
    """What a version of a rule says, by the names of ``rulebook.field``."""
    words = _words_of(book, when.language)
    yield "title", f"{rule.id} {rule.titles.of(when.language)}"
    if rule.note:
        yield "note", rule.note.of(when.language)
    yield "state", when.say("state.on" if rule.on else "state.off")
    yield from _origin(rule, when)
    yield "who", words.role(rule.who)
    if rule.helped_by:
        yield "helped_by", words.roles_of(rule.helped_by)
    yield "population", words.whom(rule.population)
    yield "often", words.often(rule)
    yield from _window(words, line, rule, when)
    for one in rule.satisfied_by:
        yield "satisfied_by", words.satisfier(one)
    if rule.late_entry_days:
        yield "late_entry", when.say("value.late_entry", n=rule.late_entry_days)
    yield "unsatisfied", say(when.language, f"rulewords.unsatisfied.{rule.unsatisfied}")
    if rule.target is not None:
        yield "target", f"{rule.target:.0%}"
    if ladder := book.ladders.get(rule.ladder):
        yield from _told(words, "ladder", ladder)
    if rule.escalation and (chain := book.escalations.get(rule.escalation)):
        yield from _told(words, "escalation", chain)
    yield "limits", words.limits(rule)
    if rule.limits.exempt:
        yield "exempt", words.reasons(rule)


def _origin(rule: VisitRule, when: When) -> Iterator[Row]:
    clause = when.say("value.source", source=rule.source, clause=rule.clause)
    yield "source", clause if rule.clause else rule.source
    yield "status", say(when.language, f"rules.status.{rule.status}")
    yield "scope", say(when.language, f"rulewords.scope.{rule.scope}")
    yield "region", rule.region or when.say("value.everywhere")
    first = window_words.day(rule.valid_from, when.day, when.language)
    last = window_words.day(rule.valid_to, when.day, when.language) if rule.valid_to else ""
    yield "valid", when.say("value.between" if last else "value.since", first=first, last=last)


def _window(words: RuleWords, line: Line, rule: VisitRule, when: When) -> Iterator[Row]:
    yield "opens", words.point(rule.window.opens)
    yield "due", words.point(rule.window.due)
    closes = rule.window.closes
    yield "closes", words.point(closes) if closes else say(when.language, "rulewords.never")
    if rule.window.shift != "none":
        yield "shift", say(when.language, f"rulewords.shift.{rule.window.shift}")
    for period in calendar_periods(line, when.day, when.day):
        if made := window(period, when.days, when.zone):
            shown = window_words.any_day(made.opens_on, made.due_on, when.day, when.language)
            yield "now", when.say("value.now", window=shown, key=period.key)


def _told(words: RuleWords, field: str, ladder: Ladder) -> Iterator[Row]:
    for rung in ladder.rungs:
        yield field, words.rung(rung)
