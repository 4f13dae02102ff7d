"""What should be owed, computed without any table: everything again from the beginning of a story.

It keeps the facts in lists and walks over everybody and every period at each moment. Of the
product it uses the pure rules only (who is in a population, periods, windows); opening, meeting,
cancelling and closing are told here a second time, in the simplest way.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from scheduler.anchors import CalendarAnchor, FestivalAnchor
from scheduler.ground import Ground
from scheduler.owed import Owed, owed_by_all
from scheduler.subjects import Event, Spell, Stay, Subject, Visit
from scheduler.windows import State, Window, state
from tests.scheduler.making import SHANGHAI

Key = tuple[str, str, str]
"""Who, rule, period."""

AHEAD = timedelta(days=62)


@dataclass(slots=True)
class Due:
    """One obligation: how it ended, if it did, and whether by a change of class."""

    owed: Owed
    window: Window
    end: State | None = None
    got: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Oracle:
    """People by code, homes with those who live there, and what is owed."""

    ground: Ground
    homes: dict[str, list[str]] = field(default_factory=dict)
    people: dict[str, Subject] = field(default_factory=dict)
    visits: list[tuple[str, str, Visit]] = field(default_factory=list)
    dues: dict[Key, Due] = field(default_factory=dict)
    leaving: dict[str, date] = field(default_factory=dict)
    ticked: date | None = None

    # --- what happens ----------------------------------------------------------------------------

    def enter(self, home: str, code: str, birth: date, tags: tuple[str, ...], day: date) -> None:
        self.homes.setdefault(home, []).append(code)
        self.people[code] = Subject(
            "person",
            (Stay("990202100201001", day),),
            tags=tuple(Spell(tag, day) for tag in tags),
            birth_date=birth,
        )

    def visit(self, root: str, code: str, made: Visit, now: datetime) -> None:
        self.visits.append((root, code, made))
        home = self.home(code)
        for who in (code, home):
            self._give(who, root, made, now)
        self._take_effect(root, code, made)
        for who in (code, home):
            self._reckon(who, made.on, now, closed_too=False)
            for other_root, other_code, other in self.visits:
                if other_code == who or self.home(other_code) == who:
                    self._give(who, other_root, other, now)

    def confirm(self, code: str, now: datetime) -> None:
        day = self.leaving.pop(code)
        self.people[code] = replace(self.people[code], left_on=day)
        for who in (code, self.home(code)):
            self._reckon(who, day, now, closed_too=False)

    def tick(self, now: datetime) -> None:
        today = now.astimezone(SHANGHAI).date()
        since = min(self.ticked or today, today)
        for who in (*self.people, *self.homes):
            self._reckon(who, since, now, closed_too=True)
        for due in self.dues.values():
            if due.end is None and state(due.window, now) is State.MISSED:
                due.end = State.MISSED
        self.ticked = today

    def states(self, now: datetime) -> dict[Key, str]:
        return {key: str(state(due.window, now, due.end)) for key, due in self.dues.items()}

    # --- what follows ----------------------------------------------------------------------------

    def home(self, code: str) -> str:
        return next(home for home, members in self.homes.items() if code in members)

    def _subject(self, who: str) -> Subject:
        if who in self.people:
            visits = tuple(made for _, code, made in self.visits if code == who)
            return replace(self.people[who], visits=visits)
        members = tuple(self.people[code] for code in self.homes[who])
        visits = tuple(made for _, code, made in self.visits if code in self.homes[who])
        return Subject("household", members[0].stays, visits=visits, members=members)

    def _reckon(self, who: str, since: date, now: datetime, *, closed_too: bool) -> None:
        subject, today = self._subject(who), now.astimezone(SHANGHAI).date()
        start = subject.stays[0].since
        owed = owed_by_all(self.ground.book.lines, subject, start, today + AHEAD)
        wanted: dict[Key, tuple[Owed, Window]] = {}
        for one, window in self.ground.windows(owed):
            wanted[who, one.period.rule.id, one.period.key] = (one, window)
        for key, (one, window) in wanted.items():
            over = one.until is not None and one.until <= today
            closed = window.closes is not None and window.closes <= now
            if key not in self.dues:
                late = one.period.last < since
                regular = isinstance(one.period.rule.anchor, CalendarAnchor | FestivalAnchor)
                begun = window.opens <= now if regular else one.period.first <= today
                too_late = (late and (regular or closed)) or (closed and not closed_too)
                if begun and not over and not too_late:
                    self.dues[key] = Due(one, window)
                continue
            due = self.dues[key]
            if due.end is None and over:
                self._cancel(due, now)
            elif due.end is State.CANCELLED and not over and not closed:
                self.dues[key] = Due(one, window, got=due.got)
            elif due.end is None:
                due.owed, due.window = one, window
        for key, due in self.dues.items():
            if key[0] == who and due.end is None and key not in wanted:
                self._cancel(due, now)

    def _cancel(self, due: Due, now: datetime) -> None:
        if due.window.closes is None or due.window.closes > now:
            due.end = State.CANCELLED

    def _give(self, who: str, root: str, made: Visit, now: datetime) -> None:
        mine = [(key, due) for key, due in self.dues.items() if key[0] == who]
        mine.sort(key=lambda one: one[1].owed.period.first)
        carried = {key[1] for key, due in mine if root in due.got}
        for key, due in mine:
            rule, window = due.owed.period.rule, due.window
            if due.end is not None or root in due.got or not rule.met_by(made):
                continue
            if rule.unsatisfied == "carry" and key[1] in carried:
                continue
            until = due.owed.until or date.max
            last = window.counts_until or date.max
            if not (window.opens_on <= made.on <= last and made.on < until):
                continue
            carried.add(key[1])
            due.got.add(root)
            if window.closes is None or made.entered < window.closes:
                on_time = made.on <= window.due_on
                due.end = State.DONE_ON_TIME if on_time else State.DONE_LATE

    def _take_effect(self, root: str, code: str, made: Visit) -> None:
        person, on, says = self.people[code], made.on, made.answers
        if says.get("alone") == "yes":
            person = replace(person, tags=_begun(person.tags, "lives_alone", on))
        if says.get("alone") == "no":
            person = replace(person, tags=_ended(person.tags, "lives_alone", on))
        if how := says.get("how"):
            name = f"child.{how}"
            others = [one.name for one in person.tiers if one.name != name]
            tiers = person.tiers
            for other in others:
                tiers = _ended(tiers, other, on)
            person = replace(person, tiers=_begun(tiers, name, on))
        if says.get("high") == "1":
            key = f"{root.removeprefix('uuid:')}.high_pressure"
            told = Event("high_pressure", key, on, made.entered)
            person = replace(person, events=(*person.events, told))
        if says.get("left") == "died":
            self.leaving[code] = on
        self.people[code] = person


def _begun(spells: tuple[Spell, ...], name: str, day: date) -> tuple[Spell, ...]:
    if any(one.name == name and one.until is None for one in spells):
        return spells
    others = tuple(one for one in spells if (one.name, one.since) != (name, day))
    return (*others, Spell(name, day))


def _ended(spells: tuple[Spell, ...], name: str, day: date) -> tuple[Spell, ...]:
    return tuple(
        replace(one, until=max(day, one.since)) if one.name == name and one.until is None else one
        for one in spells
    )
