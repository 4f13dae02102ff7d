"""Half a year of visits, late entries, changes of class, departures and outages, as random as they
come; the tables say at all times what the oracle says."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Final

import pytest

from scheduler.effects import Effect
from scheduler.subjects import Visit
from storage.database import Database
from tests.clock import TurnedClock
from tests.scheduler.duties import Place, ground, noon, settle, someone
from tests.scheduler.making import rule
from tests.scheduler.oracle import Key, Oracle

START: Final = date(2026, 7, 6)
DAYS: Final = 184
FORMS: Final = [{"form": "elderly_followup", "outcomes": ["met"]}, {"form": "survey"}]

EFFECTS: Final = (
    Effect(form="survey", question="alone", values=("yes",), tag="lives_alone"),
    Effect(form="survey", question="alone", values=("no",), untag="lives_alone"),
    Effect(form="survey", question="how", values=("monthly",), tier="child.monthly"),
    Effect(form="survey", question="how", values=("quarterly",), tier="child.quarterly"),
    Effect(form="survey", question="high", values=("1",), event="high_pressure"),
    Effect(form="survey", question="left", values=("died",), leaves="deceased"),
)
RULES: Final = (
    rule(id="A01", population={"any_tags": ["lives_alone"]}, satisfied_by=FORMS),
    rule(
        id="A02",
        every="1 quarter",
        population={"no_tags": ["lives_alone"], "minimum_age": 60},
        satisfied_by=FORMS,
    ),
    rule(
        id="A03",
        every="1 week",
        population={"any_tiers": ["child.monthly"], "maximum_age": 17},
        late_entry_days=2,
        newcomer_days=2,
        satisfied_by=FORMS,
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
    ),
    rule(id="A07", anchor={"kind": "last"}, every="3 weeks", satisfied_by=FORMS),
    rule(
        id="A08",
        anchor={"kind": "date", "date": "birth_date"},
        every="1 year",
        population={"maximum_age": 70},
        window={"opens": "end - 1 month"},
        satisfied_by=FORMS,
    ),
)
BIRTHS: Final = tuple(
    date.fromisoformat(text)
    for text in ("1966-09-12", "2008-10-03", "1950-02-28", "2012-08-20", "1955-11-30", "2008-12-31")
)


class Story:
    """The same events for the tables and for the oracle."""

    def __init__(self, place: Place, seed: int) -> None:
        self.place = place
        self.oracle = Oracle(place.ground)
        self.random = Random(seed)
        self.codes: list[str] = []

    async def enter(self, day: date) -> None:
        n = len(self.codes)
        home, code, birth = f"H{n}", f"P{n}", BIRTHS[n % len(BIRTHS)]
        tags = ("lives_alone",) if self.random.random() < 0.5 else ()
        await self.place.enter(someone(code, birth, *tags), code=home)
        self.oracle.enter(home, code, birth, tags, day)
        self.codes.append(code)

    async def visit(self, day: date) -> None:
        code = self.random.choice(self.codes)
        on = day - timedelta(days=self.random.choice((0, 0, 0, 1, 3, 9, 20)))
        form = self.random.choice(("elderly_followup", "survey"))
        answers = dict(self._answer() for _ in range(2)) if form == "survey" else {}
        outcome = self.random.choice(("met", "met", "nobody_home"))
        root = await self.place.visit(code, on, answers, form_id=form, outcome=outcome)
        now = self.place.clock.now()
        made = Visit(form, on, now, "home", outcome, "grid_worker", answers)
        self.oracle.visit(root, code, made, now)

    def _answer(self) -> tuple[str, str]:
        return self.random.choice(
            (
                *(("alone", "yes"), ("alone", "no"), ("how", "monthly"), ("how", "quarterly")),
                *(("high", "1"), ("high", "0"), ("left", "no")),
                *([("left", "died")] if self.random.random() < 0.2 else []),
            )
        )

    async def confirm(self) -> None:
        for code in sorted(self.oracle.leaving):
            await self.place.confirm(code)
            self.oracle.confirm(code, self.place.clock.now())

    async def tick(self) -> None:
        await self.place.tick()
        self.oracle.tick(self.place.clock.now())

    async def agree(self) -> None:
        found: dict[Key, str] = {}
        for who, rule_id, key, state in await self.place.states():
            found[who, rule_id, key] = state
        assert found == self.oracle.states(self.place.clock.now())


@pytest.mark.parametrize("seed", (1, 3, 8))
async def test_the_tables_agree_with_the_oracle_for_half_a_year(
    database: Database, clock: TurnedClock, seed: int
) -> None:
    place = await settle(database, clock, START, ground(*RULES, effects=EFFECTS))
    story = Story(place, seed)
    for _ in range(5):
        await story.enter(START)
    await story.tick()
    outage = 0
    for n in range(1, DAYS):
        day = START + timedelta(days=n)
        clock.set(noon(day))
        chat_too = outage > 5
        outage = max(outage - 1, 0)
        if not outage and story.random.random() < 0.05:
            outage = story.random.randint(2, 10)
        if not outage:
            await story.tick()
        if not (outage and chat_too) and story.random.random() < 0.3:
            await story.visit(day)
        if not outage and story.random.random() < 0.02:
            await story.enter(day)
            await story.tick()
        if not outage and story.random.random() < 0.1:
            await story.confirm()
        if not outage and n % 5 == 0:
            await story.agree()
    await story.tick()
    await story.agree()
    before = await place.states()
    await story.tick()
    assert await place.states() == before
