"""One page of what is owed: lines in sections and groups, and the buttons that belong to them.

A page holds so few duties that it stays within what a messenger takes in one message, however long
their titles are; a test tries the longest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from core.messages import Button
from core.texts import say
from handlers import window_words
from handlers.markup import literal
from handlers.owing import Duty, Entry, Listed, Moment, Section, groups, sections
from handlers.tokens import DUTY, token

PAGE: Final = 8

Row = tuple[Button, ...]


def page_of(
    entries: Sequence[Entry[Listed]], page: int
) -> tuple[Sequence[Entry[Listed]], int, int]:
    """The entries of a page (from 0; too high is the last), its number, and how many there are."""
    pages = max(-(-len(entries) // PAGE), 1)
    page = min(max(page, 0), pages - 1)
    return entries[page * PAGE : (page + 1) * PAGE], page, pages


def lines(
    shown: Sequence[Entry[Duty]], entries: Sequence[Entry[Listed]], at: Moment, language: str
) -> Iterator[str]:
    """The text of the entries `shown`; headings count those of all `entries`."""
    totals = {where: len(some) for where, some in sections(entries)}
    for where, some in sections(shown):
        name = say(language, f"owing.section.{where.value}")
        yield ""
        yield say(language, "owing.heading", name=name, n=totals[where])
        for _, members in groups(some):
            if head := _group_head(members, language):
                yield head
            for one in members:
                words = _line(one.duty, at, language)
                yield say(language, "owing.entry", n=one.number, words=words)


def buttons(shown: Sequence[Entry[Duty]], language: str) -> Iterator[Row]:
    """A row for each entry: start the form, all about it, put it off."""
    for one in shown:
        why = Button(text=say(language, "owing.button.why"), token=token(DUTY, "why", one.duty.id))
        label = say(language, "owing.button.start", n=one.number, what=named(one.duty, language))
        start, snooze = _start(one.duty, label), _snooze(one.duty, language)
        yield (*start, why, *snooze)


def named(duty: Duty, language: str) -> str:
    """Whom it concerns, by code; what is to be done where that is nobody."""
    return duty.code or duty.titles.of(language)


def _start(duty: Duty, label: str) -> Row:
    if not duty.form:
        return ()
    return (Button(text=label, token=token(DUTY, "start", duty.id), style="primary"),)


def _snooze(duty: Duty, language: str) -> Row:
    if not duty.snoozes:
        return ()
    text = say(language, "owing.button.snooze")
    return (Button(text=text, token=token(DUTY, "snooze", duty.id)),)


def pager(page: int, pages: int, *words: object) -> list[Row]:
    """The way to the other pages; `words` stand in the token before the page's number."""
    if pages == 1:
        return []
    shown = ((page - 1) % pages, "‹"), (page, f"{page + 1} / {pages}"), ((page + 1) % pages, "›")
    return [tuple(Button(text=text, token=token(DUTY, *words, to)) for to, text in shown)]


def what(duty: Duty, language: str) -> str:
    """A duty without its day: whom it concerns, and what is to be done."""
    title = literal(duty.titles.of(language))
    if duty.wanted > 1:
        title = say(language, "owing.quota", title=title, done=duty.done, wanted=duty.wanted)
    subject = _subject(duty.kind, duty.code, duty.surname, language) or literal(duty.place)
    return say(language, "owing.of", subject=subject, title=title) if subject else title


def due(duty: Duty, at: Moment, language: str) -> str:
    """When a duty is due, and for how long it has been overdue."""
    if duty.due_at:
        moment = window_words.moment(duty.due_at, at.zone, at.today, language)
        words = say(language, "owing.due_at", moment=moment)
    else:
        day = window_words.day(duty.due_on, at.today, language)
        words = say(language, "owing.due_on", day=day)
    late = (at.today - duty.due_on).days
    if at.now >= duty.overdue_at and late > 0:
        span = say(language, "rulewords.unit.day", n=late)
        words = say(language, "owing.late", due=words, span=span)
    return say(language, "owing.provisional", due=words) if duty.provisional else words


def _line(duty: Duty, at: Moment, language: str) -> str:
    words = say(language, "owing.with_due", what=what(duty, language), due=due(duty, at, language))
    return "".join(
        (words, *(say(language, "owing.mark", words=one) for one in marks(duty, at, language)))
    )


def marks(duty: Duty, at: Moment, language: str) -> Iterator[str]:
    """To when a duty is put off, and what waits for the supervisor."""
    if duty.hidden_until:
        day = window_words.day(duty.hidden_until, at.today, language)
        yield say(language, "owing.put_off", day=day)
    if duty.asked:
        yield say(language, f"owing.asked.{duty.asked}")


def _group_head(members: Sequence[Entry[Duty]], language: str) -> str:
    """The household of people, named once; nothing where each line names its own subject."""
    first = members[0].duty
    if first.kind != "person" or members[0].group != first.home:
        return ""
    return _subject("household", first.home, first.home_surname, language)


def _subject(kind: str, code: str, surname: str, language: str) -> str:
    if not code:
        return ""
    key = f"owing.{kind}" if surname and kind in ("person", "household") else "owing.other"
    return say(language, key, code=literal(code), surname=literal(surname))


def counts(entries: Sequence[Entry[Listed]]) -> dict[str, int]:
    """How many there are in each section."""
    return {one.value: sum(entry.section is one for entry in entries) for one in Section}
