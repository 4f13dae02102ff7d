"""The answer to "why is this due?": the rule, its source, the window in words, the last visit."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from core.messages import Button, Reply
from core.texts import say
from handlers import owing_page, window_words
from handlers.markup import literal
from handlers.owing import Duty, Moment
from handlers.owing_list import LIST, SLOT
from handlers.rule_words import RuleWords
from handlers.tokens import DUTY, token
from scheduler.visit_rules import VisitRule


def show(
    duty: Duty, rule: VisitRule, last_visit: date | None, at: Moment, words: RuleWords
) -> Reply:
    """Why `duty` is due, by the version of the rule that it was opened by, in the language of
    `words`. `last_visit` is the day of the last visit to its subject."""
    language = words.language
    back = Button(text=say(language, "owing.button.back"), token=token(DUTY, LIST))
    rows = (owing_page.own_row(duty, language), (back,))
    return Reply(
        text="\n".join(_lines(duty, rule, last_visit, at, words)),
        buttons=tuple(row for row in rows if row),
        slot=SLOT,
        edits=SLOT,
    )


def window(duty: Duty, at: Moment, language: str) -> str:
    """The days of a duty: "any day from 1 to 30 September"."""
    if duty.due_at:
        return window_words.until(duty.opens_on, duty.due_at, at.zone, at.today, language)
    return window_words.any_day(duty.opens_on, duty.due_on, at.today, language)


def _lines(
    duty: Duty, rule: VisitRule, last_visit: date | None, at: Moment, words: RuleWords
) -> Iterator[str]:
    def told(key: str, **values: object) -> str:
        return say(words.language, f"owing.why.{key}", **values)

    yield told("head", what=owing_page.what(duty, words.language), rule=duty.rule)
    yield told("window", window=window(duty, at, words.language))
    if duty.provisional:
        yield told("provisional")
    yield told("often", often=words.often(rule))
    yield told("whom", whom=words.whom(rule.population))
    yield told("who", who=words.role(rule.who))
    for one in rule.satisfied_by:
        yield told("met_by", satisfier=words.satisfier(one))
    source = literal(rule.source)
    if rule.clause:
        source = told("clause", source=source, clause=literal(rule.clause))
    status = say(words.language, f"rules.status.{rule.status}")
    yield told("source", source=source, status=status)
    if last_visit:
        day = window_words.weekday(last_visit, at.today, words.language)
        yield told("last", day=day)
    else:
        yield told("never")
