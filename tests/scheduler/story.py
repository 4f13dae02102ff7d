"""A township over years, as random as it comes: the same events for the tables and the oracle.

People come in, are visited, change class, move and die; what was done is entered late; rules
change; and for days nothing works. The tables hold everybody, the oracle only some of the homes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final

from sqlalchemy import select

from scheduler.closing import Ticked
from scheduler.effects import Effect
from scheduler.ground import Ground
from scheduler.relocating import move_home
from scheduler.subjects import Visit
from scheduler.visit_rules import VisitRule
from storage.policy import SYSTEM, Role
from storage.tables import household
from tests import world
from tests.scheduler.duties import Place, ground, noon, someone
from tests.scheduler.ledger import Ledger
from tests.scheduler.listeners import LADDERS, MINUTES, NOON, Listeners
from tests.scheduler.making import SHANGHAI, rule
from tests.scheduler.oracle import Key, Oracle

FORMS: Final = [{"form": "elderly_followup", "outcomes": ["met"]}, {"form": "survey"}]
AREAS: Final = (world.GRID, world.SIBLING_GRID, world.SIBLING_VILLAGE + "001", world.OTHER_GRID)

EFFECTS: Final = (
    Effect(form="survey", question="alone", values=("yes",), tag="lives_alone"),
    Effect(form="survey", question="alone", values=("no",), untag="lives_alone"),
    Effect(form="survey", question="how", values=("monthly",), tier="child.monthly"),
    Effect(form="survey", question="how", values=("quarterly",), tier="child.quarterly"),
    Effect(form="survey", question="high", values=("1",), event="high_pressure"),
    Effect(form="survey", question="left", values=("died",), leaves="deceased"),
)
ALONE: Final = rule(id="A01", population={"any_tags": ["lives_alone"]}, satisfied_by=FORMS)
OTHERS: Final = rule(
    id="A02",
    every="1 quarter",
    population={"no_tags": ["lives_alone"], "minimum_age": 60},
    satisfied_by=FORMS,
)
RULES: Final = (
    ALONE,
    OTHERS,
    rule(
        id="A03",
        every="1 week",
        population={"any_tiers": ["child.monthly"], "maximum_age": 17},
        late_entry_days=2,
        newcomer_days=2,
        satisfied_by=FORMS,
        ladder="alone",
    ),
    rule(
        id="A04",
        population={"any_tiers": ["child.quarterly"]},
        unsatisfied="carry",
        window={"closes": "never"},
        satisfied_by=FORMS,
    ),
    rule(
        id="A05",
        every="1 quarter",
        population={"subject": "household", "any_tags": ["lives_alone"]},
        satisfied_by=FORMS,
    ),
    rule(
        id="A06",
        anchor={"kind": "event", "events": ["high_pressure"]},
        unsatisfied="merge",
        window={"opens": "event + 1 day", "due": "event + 2 weeks", "closes": "never"},
        satisfied_by=FORMS,
        ladder="urgent",
    ),
    rule(
        id="A07",
        anchor={"kind": "last"},
        every="3 weeks",
        population={"minimum_age": 65},
        satisfied_by=FORMS,
    ),
    rule(
        id="A08",
        anchor={"kind": "date", "date": "birth_date"},
        every="1 year",
        population={"maximum_age": 70},
        window={"opens": "end - 1 month"},
        satisfied_by=FORMS,
    ),
    rule(id="A09", every="1 half-year", region=world.OTHER_TOWNSHIP, satisfied_by=FORMS),
)
BIRTHS: Final = tuple(
    date.fromisoformat(text)
    for text in (
        *("1967-09-12", "2010-10-03", "1950-02-28", "2012-02-29"),
        *("1962-11-30", "2010-12-31", "1968-02-29", "1957-03-15"),
    )
)
"""Some come of age for a rule, or grow out of it, within the two years."""

HOURS: Final = 8
"""What the hours of ticks are drawn with, apart from what happens."""
_LATE: Final = (0, 0, 0, 1, 3, 9, 20)  # days between a visit and its entry
_CHANGES: Final[dict[str, tuple[VisitRule, ...]]] = {
    "A01": (
        rule(id="A01", population={"any_tags": ["lives_alone"]}, satisfied_by=FORMS[:1]),
        rule(
            id="A01",
            population={"any_tags": ["lives_alone"], "minimum_age": 50},
            window={"due": "end - 5 days", "closes": "end"},
            satisfied_by=FORMS,
        ),
    ),
    "A02": (
        rule(id="A02", every="1 quarter", on=False, satisfied_by=FORMS),
        rule(id="A02", population={"no_tags": ["lives_alone"]}, satisfied_by=FORMS),
    ),
    "A07": (
        rule(
            id="A07",
            anchor={"kind": "last"},
            every="5 weeks",
            population={"minimum_age": 65},
            satisfied_by=FORMS,
        ),
    ),
}
"""What rules change to, and back from."""


@dataclass(frozen=True, slots=True)
class Often:
    """How many of each there are in a day, at most one of what is less than one."""

    visits: float = 0.5
    arrivals: float = 0.005
    moves: float = 0.01
    confirmations: float = 0.1
    outages: float = 0.03
    rule_changes: float = 0.01
    ticks: float = 1.0
    unsure: float = 0.01


@dataclass(slots=True)
class Story:
    """One township. Every home whose number divides by `checked` is told to the oracle; homes come
    into `areas`. Who is hired is reminded and watched: `listeners` tell what they heard. All tables
    are looked at each time in so many (`full_every`) that everything is."""

    place: Place
    random: Random
    often: Often = Often()
    checked: int = 1
    areas: Sequence[str] = AREAS
    rules: dict[str, VisitRule] = field(default_factory=lambda: {one.id: one for one in RULES})
    homes: list[str] = field(default_factory=list)
    outage: int = 0
    was_out: bool = False
    full_every: int = 1
    faults: list[str] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)
    oracle: Oracle = field(init=False)
    listeners: Listeners = field(init=False)
    ledger: Ledger = field(init=False)
    _looks: int = 0

    def __post_init__(self) -> None:
        self.place.ground = self._ground()
        self.oracle = Oracle(self.place.ground)
        hours = Random(HOURS)
        self.listeners = Listeners(
            self.place.database,
            lambda: self.place.ground,
            hours,
            unsure=self.often.unsure,
            faults=self.faults,
        )
        self.ledger = Ledger(self.place.database)

    def _ground(self) -> Ground:
        rules = (one for _, one in sorted(self.rules.items()))
        return ground(*rules, effects=EFFECTS, ladders=LADDERS)

    async def hire(self) -> None:
        """A grid worker for each area, and who oversees them."""
        assert self.place.worker.account_id and self.place.worker.area
        await self.listeners.welcome(self.place.worker.account_id)
        for area in self.areas:
            if area != self.place.worker.area:
                await self.listeners.hire(Role.GRID_WORKER, area)
        for township in sorted({area[: len(world.TOWNSHIP)] for area in self.areas}):
            await self.listeners.hire(Role.TOWNSHIP_SUPERVISOR, township)

    async def day(self, day: date) -> bool:
        """Whatever happens on a day; whether everything was looked at at its end."""
        self.place.clock.set(noon(day))
        if await self._is_out(day):
            return False
        ticked = await self._change_rules(day) or self._happens(self.often.ticks)
        minute = self.listeners.random.choice(MINUTES)
        if ticked and minute < NOON:
            await self._remind(day, minute)
            self.place.clock.set(noon(day))
        if ticked:
            await self.tick()
        for _ in range(self._times(self.often.visits)):
            await self.visit(day)
        for _ in range(self._times(self.often.arrivals)):
            await self.enter(day)
            await self.tick()
        for _ in range(self._times(self.often.moves)):
            await self.move()
        if self._happens(self.often.confirmations):
            await self.confirm()
        if ticked and minute >= NOON:
            await self._remind(day, minute)
        return ticked

    async def _is_out(self, day: date) -> bool:
        """Whether nothing ticks today, though people may come. Until then it ticked all the
        time."""
        if self.outage:
            self.outage -= 1
        elif self._happens(self.often.outages):
            await self.tick()
            self.outage, self.was_out = self.random.randint(2, 10), True
            self.happened["outages"] += 1
        if not self.outage:
            return False
        for _ in range(0 if self.outage > 5 else self._times(self.often.visits)):
            await self.visit(day)
        return True

    async def _change_rules(self, day: date) -> bool:
        """Now and then a rule changes, mostly while it ticks, and the next tick is near: whether
        there has to be one."""
        back, self.was_out = self.was_out, False
        if back and self._happens(10 * self.often.rule_changes):
            self.change_rules()
        elif self._happens(self.often.rule_changes):
            await self.tick()
            self.change_rules()
            if self._happens(self.often.visits):
                await self.visit(day)
        else:
            return back
        return True

    def _happens(self, share: float) -> bool:
        return self.random.random() < share

    def _times(self, mean: float) -> int:
        whole = int(mean)
        return whole + self._happens(mean - whole)

    async def enter(self, day: date) -> None:
        """A home of two comes into the register."""
        n = len(self.homes)
        home, area = f"H{n}", self.random.choice(self.areas)
        people = [
            (f"P{n}{letter}", BIRTHS[(2 * n + k) % len(BIRTHS)]) for k, letter in enumerate("ab")
        ]
        tags = [("lives_alone",) if self._happens(0.3) else () for _ in people]
        new = [someone(*one, *has) for one, has in zip(people, tags, strict=True)]
        await self.place.enter(*new, code=home, area=area)
        self.homes.append(home)
        if self._told(home):
            for (code, birth), has in zip(people, tags, strict=True):
                self.oracle.enter(home, code, birth, has, day, area)

    async def visit(self, day: date) -> None:
        """Somebody is visited, or was some days ago."""
        home = self.random.choice(self.homes)
        code = f"P{home[1:]}{self.random.choice('ab')}"
        on = day - timedelta(days=self.random.choice(_LATE))
        form = self.random.choice(("elderly_followup", "survey"))
        answers = dict(self._answer() for _ in range(2)) if form == "survey" else {}
        self.happened["late entries"] += on < day
        outcome = self.random.choice(("met", "met", "nobody_home"))
        root = await self.place.visit(code, on, answers, form_id=form, outcome=outcome)
        if self._told(home):
            now = self.place.clock.now()
            made = Visit(form, on, now, "home", outcome, "grid_worker", answers)
            self.oracle.visit(root, code, made, now)

    def _answer(self) -> tuple[str, str]:
        return self.random.choice(
            (
                *(("alone", "yes"), ("alone", "no"), ("how", "monthly"), ("how", "quarterly")),
                *(("high", "1"), ("high", "0"), ("left", "no")),
                *([("left", "died")] if self._happens(0.1) else []),
            )
        )

    async def move(self) -> None:
        """A home moves to another area."""
        home, area = self.random.choice(self.homes), self.random.choice(self.areas)
        self.happened["moves"] += 1
        async with self.place.database.unit(SYSTEM, "test") as uow:
            query = select(household.c.id).where(household.c.code == home)
            number = (await uow.connection.execute(query)).scalar_one()
            await move_home(uow, self.place.ground, number, area)
        if self._told(home):
            self.oracle.move(home, area, self.place.clock.now())

    async def confirm(self) -> None:
        """A supervisor confirms all deaths of which the oracle knows."""
        for code in sorted(self.oracle.leaving):
            await self.place.confirm(code)
            self.happened["deaths"] += 1
            self.oracle.confirm(code, self.place.clock.now())

    def change_rules(self) -> None:
        """A rule changes in its file, or back."""
        name = self.random.choice(sorted(_CHANGES))
        first = next(one for one in RULES if one.id == name)
        self.rules[name] = self.random.choice((first, *_CHANGES[name]))
        self.place.ground = self.oracle.ground = self._ground()
        self.happened["rule changes"] += 1

    async def tick(self) -> None:
        """The tables and the oracle catch up with the clock; the tables twice."""
        await self.place.tick()
        self.oracle.tick(self.place.clock.now())
        again = await self.place.tick()
        if again != Ticked(0, 0, 0):
            self.faults.append(f"a tick that was done again did {again}")

    async def look(self) -> None:
        """Look at all tables, just after a tick, and have it done again."""
        before = await self.ledger.picture()
        await self.tick()
        if before != await self.ledger.picture():
            self.faults.append("a tick that was done again changed something")
        self.faults += await self.ledger.faults()

    async def _remind(self, day: date, minute: int) -> None:
        """At a minute of a day, who is to be told is told."""
        if self.listeners.chats:
            local = datetime.combine(day, time(*divmod(minute, 60)), SHANGHAI)
            self.place.clock.set(local.astimezone(UTC))
            self._looks += 1
            full = self._looks % self.full_every == 0
            await self.listeners.tick(self.ledger if full else None)

    async def states(self) -> dict[Key, str]:
        """What the tables say of those of whom the oracle knows."""
        found = await self.place.states()
        return {
            (who, rule_id, key): state
            for who, rule_id, key, state in found
            if who in self.oracle.people or who in self.oracle.homes
        }

    async def differences(self) -> dict[Key, tuple[str | None, str | None]]:
        """Where the tables say one thing, and the oracle another."""
        found, told = await self.states(), self.oracle.states(self.place.clock.now())
        keys = sorted(found.keys() | told.keys())
        both = {key: (found.get(key), told.get(key)) for key in keys}
        differing = {key: pair for key, pair in both.items() if pair[0] != pair[1]}
        unseen = {key for key, (one, _) in differing.items() if not one and self.oracle.unseen(key)}
        return {key: pair for key, pair in differing.items() if key not in unseen}

    def _told(self, home: str) -> bool:
        return int(home[1:]) % self.checked == 0
