"""One duty: the answer to "why is this due?", and what can be done about it.

The answer is the rule, its source, the window in words and the last visit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from core.messages import Button, Reply
from core.texts import say
from handlers import owing_page, window_words
from handlers.duties import TASK_FORM
from handlers.markup import literal
from handlers.owing import Duty, Moment
from handlers.owing_list import LIST, SLOT
from handlers.rule_words import RuleWords
from handlers.tokens import DUTY, MENU, token
from scheduler.visit_rules import Satisfier, VisitRule

Row = tuple[Button, ...]


def show(
    duty: Duty,
    rule: VisitRule | None,
    last_visit: date | None,
    at: Moment,
    words: RuleWords,
    *,
    movable: bool = False,
) -> Reply:
    """Why `duty` is due, by the version of the rule that it was opened by (None if no file has it
    any more), in the language of `words`. `last_visit` is the day of the last visit to its subject;
    `movable` tells whether its due day may be moved."""
    lines = [*_head(duty, at, words.language)]
    if rule is not None:
        lines += _lines(duty, rule, last_visit, at, words)
    rows = _rows(duty, rule, words.language, movable=movable)
    return Reply(
        text="\n".join(lines),
        buttons=tuple(row for row in rows if row),
        slot=SLOT,
        edits=SLOT,
    )


def window(duty: Duty, at: Moment, language: str) -> str:
    """The days of a duty: "any day from 1 to 30 September"."""
    if duty.due_at:
        return window_words.until(duty.opens_on, duty.due_at, at.zone, at.today, language)
    return window_words.any_day(duty.opens_on, duty.due_on, at.today, language)


def _rows(duty: Duty, rule: VisitRule | None, language: str, *, movable: bool) -> Iterator[Row]:
    def button(name: str, *more: object) -> Button:
        text = say(language, f"owing.button.{name}")
        return Button(text=text, token=token(DUTY, name, duty.id, *more))

    if duty.form:
        text = say(language, "owing.button.fill", what=owing_page.named(duty, language))
        yield (Button(text=text, token=token(DUTY, "start", duty.id), style="primary"),)
    if not duty.asked:
        later = [button("snooze")] if duty.snoozes else []
        later += [button("move")] if movable else []
        later += [button("exempt")] if rule and rule.limits.exempt else []
        yield tuple(later)
    back = Button(text=say(language, "owing.button.back"), token=token(DUTY, LIST))
    yield (back, Button(text=say(language, "chat.button.menu"), token=token(MENU)))


def _head(duty: Duty, at: Moment, language: str) -> Iterator[str]:
    yield say(language, "owing.why.head", what=owing_page.what(duty, language), rule=duty.rule)
    yield from owing_page.marks(duty, at, language)
    yield say(language, "owing.why.window", window=window(duty, at, language))
    if duty.provisional:
        yield say(language, "owing.why.provisional")


def _plain(satisfiers: Iterable[Satisfier]) -> Iterator[Satisfier]:
    """Without the task that was to be done: the title says which one it is."""
    for one in satisfiers:
        yield one.model_copy(update={"answers": {}}) if one.form == TASK_FORM else one


def _lines(
    duty: Duty, rule: VisitRule, last_visit: date | None, at: Moment, words: RuleWords
) -> Iterator[str]:
    def told(key: str, **values: object) -> str:
        return say(words.language, f"owing.why.{key}", **values)

    yield told("often", often=words.often(rule))
    yield told("whom", whom=words.whom(rule.population))
    yield told("who", who=words.role(rule.who))
    for satisfier in dict.fromkeys(words.satisfier(one) for one in _plain(rule.satisfied_by)):
        yield told("met_by", satisfier=satisfier)
    source = literal(rule.source)
    if rule.clause:
        source = told("clause", source=source, clause=literal(rule.clause))
    status = say(words.language, f"rules.status.{rule.status}")
    yield told("source", source=source, status=status)
    if last_visit:
        day = window_words.weekday(last_visit, at.today, words.language)
        yield told("last", day=day)
    elif duty.kind in ("person", "household"):
        yield told("never")
