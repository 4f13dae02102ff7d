"""What should be owed, computed without any table: everything again from the beginning of a story.

It keeps the facts in lists and walks over everybody and every period at each moment. Of the
product it uses the pure rules only (who is in a population, periods, windows); opening, meeting,
cancelling and closing are told here a second time, in the simplest way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from scheduler.anchors import CalendarAnchor, FestivalAnchor
from scheduler.ground import Ground
from scheduler.owed import Owed, owed_by_all
from scheduler.periods import Period as Asked
from scheduler.periods import calendar_periods
from scheduler.points import start_of
from scheduler.subjects import Event, Spell, Stay, Subject, Visit
from scheduler.visit_rules import VisitRule
from scheduler.windows import State, Window, state
from tests.scheduler.making import SHANGHAI

Key = tuple[str, str, str]
"""Who, rule, period."""

Period = tuple[str, str]
"""Rule, period."""

AHEAD = timedelta(days=62)
BACK = timedelta(days=200)


@dataclass(slots=True)
class Due:
    """One obligation: how it ended, if it did, and the visits that it got. One that was `unseen`
    was owed and cancelled between two ticks: tables need not hold it."""

    owed: Owed
    window: Window
    end: State | None = None
    got: set[str] = field(default_factory=set)
    unseen: bool = False


@dataclass(slots=True)
class Oracle:
    """People by code, homes with those who live there, and what is owed."""

    ground: Ground
    homes: dict[str, list[str]] = field(default_factory=dict)
    people: dict[str, Subject] = field(default_factory=dict)
    dues: dict[str, dict[Period, Due]] = field(default_factory=dict)
    leaving: dict[str, date] = field(default_factory=dict)
    ticked: date | None = None
    known: set[Period] = field(default_factory=set)
    foreseen: dict[str, set[Period]] = field(default_factory=dict)
    _windows: dict[tuple[object, ...], tuple[Window | None, VisitRule]] = field(
        default_factory=dict
    )
    _home_of: dict[str, str] = field(default_factory=dict)
    _visits: dict[str, list[tuple[str, Visit]]] = field(default_factory=dict)

    # --- what happens ----------------------------------------------------------------------------

    def enter(
        self, home: str, code: str, birth: date, tags: tuple[str, ...], day: date, area: str
    ) -> None:
        self.homes.setdefault(home, []).append(code)
        self._home_of[code] = home
        self.people[code] = Subject(
            "person",
            (Stay(area, day),),
            tags=tuple(Spell(tag, day) for tag in tags),
            birth_date=birth,
        )

    def move(self, home: str, area: str, now: datetime) -> None:
        for code in self.homes[home]:
            one = self.people[code]
            self.people[code] = replace(one, stays=(replace(one.stays[0], area=area),))
        today = now.astimezone(SHANGHAI).date()
        for who in (*self.homes[home], home):
            self._reckon(who, today, now, closed_too=False)
            self._give_all(who, now)

    def visit(self, root: str, code: str, made: Visit, now: datetime) -> None:
        home = self.home(code)
        for who in (code, home):
            self._visits_of(who).append((root, made))
        for who in (code, home):
            self._give(who, root, made, now)
        self._take_effect(root, code, made)
        for who in (code, home):
            self._reckon(who, made.on, now, closed_too=False)
            self._give_all(who, now)

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
            self._give_all(who, now)
        for due in (due for dues in self.dues.values() for due in dues.values()):
            if due.end is None and state(due.window, now) is State.MISSED:
                due.end = State.MISSED
        self.known |= self._begun(since, now)
        self.ticked = today

    def unseen(self, key: Key) -> bool:
        """Whether tables may hold it as cancelled, or not at all."""
        who, *period = key
        due = self.dues.get(who, {}).get((period[0], period[1]))
        return due is not None and due.unseen and due.end is State.CANCELLED

    def states(self, now: datetime) -> dict[Key, str]:
        return {
            (who, *key): str(state(due.window, now, due.end))
            for who, dues in self.dues.items()
            for key, due in dues.items()
        }

    # --- what follows ----------------------------------------------------------------------------

    def home(self, code: str) -> str:
        return self._home_of[code]

    def _give_all(self, who: str, now: datetime) -> None:
        for root, made in self._visits_of(who):
            self._give(who, root, made, now)

    def _visits_of(self, who: str) -> list[tuple[str, Visit]]:
        return self._visits.setdefault(who, [])

    def _subject(self, who: str) -> Subject:
        if who in self.people:
            visits = tuple(made for _, made in self._visits_of(who))
            return replace(self.people[who], visits=visits)
        members = tuple(self.people[code] for code in self.homes[who])
        visits = tuple(made for _, made in self._visits_of(who))
        return Subject("household", members[0].stays, visits=visits, members=members)

    def _reckon(self, who: str, since: date, now: datetime, *, closed_too: bool) -> None:
        subject, today = self._subject(who), now.astimezone(SHANGHAI).date()
        dues = self.dues.setdefault(who, {})
        wanted = self._wanted(subject, dues, today)
        foreseen = self.foreseen.get(who, set())
        self.foreseen[who] = {
            key
            for key, (_, window) in wanted.items()
            if key in foreseen or window.closes is None or window.closes > now
        }
        for key, (one, window) in wanted.items():
            over = one.until is not None and one.until <= today
            closed = window.closes is not None and window.closes <= now
            if key not in dues:
                regular = isinstance(one.period.rule.anchor, CalendarAnchor | FestivalAnchor)
                begun = window.opens <= now if regular else one.period.first <= today
                late = one.period.last < since
                too_late = late and (regular or closed)
                if closed:
                    seen = regular and self._passed_by(key, one.period, foreseen)
                    too_late = late or seen or not closed_too
                if begun and not too_late and not over:
                    dues[key] = Due(one, window)
                elif begun and not too_late and regular:
                    dues[key] = Due(one, window, end=State.CANCELLED, unseen=True)
                continue
            due = dues[key]
            if due.end is None and state(due.window, now) is State.MISSED:
                continue
            if due.end is None and over:
                due.end = State.CANCELLED
            elif due.end is State.CANCELLED and not over and not closed:
                dues[key] = Due(one, window, got=due.got)
            elif due.end is None:
                due.owed, due.window = one, window
        for key, due in dues.items():
            missed = state(due.window, now) is State.MISSED
            if due.end is None and key not in wanted and not missed:
                due.end = State.CANCELLED

    def _begun(self, since: date, now: datetime) -> set[Period]:
        """The periods of the calendar that rules ask now of somebody, and that have opened."""
        lines, last = self.ground.book.lines, now.astimezone(SHANGHAI).date() + AHEAD
        found = (one for line in lines for one in calendar_periods(line, since, last))
        windows = ((one, self.ground.window(one)) for one in found)
        return {(one.rule.id, one.key) for one, at in windows if at and at.opens <= now}

    def _passed_by(self, key: Period, period: Asked, foreseen: Collection[Period]) -> bool:
        """Whether nobody could know of what is closed by now while something could be done: a tick
        looked when it had opened, and no rule asked it of anybody, or nothing told that it would be
        asked of this one."""
        if key in self.known:
            return key not in foreseen
        whole = self.ground.window(period)
        begun = whole.opens if whole else None
        return bool(self.ticked and begun and begun <= start_of(self.ticked, SHANGHAI))

    def _wanted(
        self, subject: Subject, dues: Mapping[Period, Due], today: date
    ) -> dict[Period, tuple[Owed, Window]]:
        """What the rules ask now. What lies further back than anything open or late is settled."""
        alive = (None, State.CANCELLED)
        unsettled = (one.owed.period.first for one in dues.values() if one.end in alive)
        start = max(subject.stays[0].since, min((today - BACK, *unsettled)))
        owed = owed_by_all(self.ground.book.lines, subject, start, today + AHEAD)
        found = ((one, self._window(one)) for one in owed)
        return {
            (one.period.rule.id, one.period.key): (one, window) for one, window in found if window
        }

    @property
    def _rules(self) -> dict[str, VisitRule]:
        """Each rule as it is now: that decides by what a period is met."""
        return {one.id: one for one in self.ground.book.rules}

    def _window(self, one: Owed) -> Window | None:
        """Computed once, for there are many and they never change."""
        period = one.period
        key = (id(period.rule), period.key, period.first, one.since, period.began, period.stated)
        if key not in self._windows:
            self._windows[key] = (self.ground.window(period, one.since), period.rule)
        return self._windows[key][0]

    def _give(self, who: str, root: str, made: Visit, now: datetime) -> None:
        mine = sorted(self.dues[who].items(), key=lambda one: one[1].owed.period.first)
        carried = {rule_id for (rule_id, _), due in mine if root in due.got}
        for (rule_id, _), due in mine:
            rule, window = self._rules.get(rule_id), due.window
            if rule is None or due.end is not None or root in due.got or not rule.met_by(made):
                continue
            if rule.unsatisfied == "carry" and rule_id in carried:
                continue
            until = due.owed.until or date.max
            last = window.counts_until or date.max
            if not (window.opens_on <= made.on <= last and made.on < until):
                continue
            carried.add(rule_id)
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
