"""A thousand people in the middle of a form while something goes wrong.

Each has given one answer before, gives another one while it burns, and then waits for the third
question: whoever is not asked it is stuck, and an answer that no draft holds is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Collection
from dataclasses import dataclass
from typing import Any, Final

from tests.under_fire.fire import Fire
from tests.under_fire.form import Script
from tests.under_fire.ground import Ground, Left
from tests.under_fire.people import Person

CROWD: Final = 1000
SPREAD: Final = 30.0  # seconds over which they give the answer
PATIENCE: Final = 180.0  # seconds in which nobody at all gets an answer
_BEFORE, _MEANWHILE = 1, 1  # answers


@dataclass(frozen=True, slots=True)
class Held:
    """What came of it: `lost` answers, `doubled` interviews, people who are `stuck`, and prompts
    that came `twice`."""

    people: int
    lost: int
    doubled: int
    stuck: int
    twice: int
    odd: tuple[str, ...]
    left: Left

    def __str__(self) -> str:
        return (
            f"{self.people} open conversations: {self.lost} answers lost, {self.doubled} doubled, "
            f"{self.stuck} stuck, {self.twice} prompts came twice"
        )

    def check(self) -> None:
        """Raises AssertionError unless each has one interview with all that they said."""
        assert (self.lost, self.doubled, self.stuck) == (0, 0, 0), str(self)
        assert not self.odd, f"nobody asked for that: {self.odd}"
        assert not self.left.given_up, self.left.given_up
        assert self.left.at_rest, self.left.figures


async def stand(fire: Fire, trouble: Awaitable[None], spread: float = SPREAD) -> Held:
    """Let everybody open a form, then give one more answer during the trouble."""
    people = fire.people
    beginning = [asyncio.create_task(person.begin(_BEFORE)) for person in people]
    try:
        unasked = await _let(fire, beginning)
        assert not unasked, f"{len(unasked)} were asked nothing before anything went wrong"
        scripts = [task.result() for task in beginning]
    finally:
        await _end(beginning)
    answering = [
        asyncio.create_task(_answer(fire, person, script, spread))
        for person, script in zip(people, scripts, strict=True)
    ]
    try:
        await trouble
        waiting = await _let(fire, answering)
        left = await fire.left_at_rest()
    finally:
        await _end(answering)
        await asyncio.gather(*(person.leave() for person in people))
    lost, doubled = await _missed(fire.ground, people, scripts)
    twice = sum(len(person.twice) for person in people)
    odd = tuple(one for person in people for one in person.odd)
    return Held(len(people), lost, doubled, len(waiting), twice, odd, left)


async def _let(fire: Fire, tasks: Collection[asyncio.Task[Any]]) -> set[asyncio.Task[Any]]:
    """Wait for people as long as any of them gets an answer, however slow the machine and however
    many they are: Telegram takes some thirty messages a second. Those who are stuck."""
    waiting = set(tasks)
    before = -1
    while waiting and fire.answers > before:
        before = fire.answers
        done, waiting = await asyncio.wait(waiting, timeout=PATIENCE)
        for task in done:
            task.result()
    return waiting


async def _end(tasks: Collection[asyncio.Task[Any]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _answer(fire: Fire, person: Person, script: Script, spread: float) -> None:
    await asyncio.sleep(fire.chance.uniform(0, spread))
    await person.answer(script, _BEFORE)


async def _missed(ground: Ground, people: list[Person], scripts: list[Script]) -> tuple[int, int]:
    """How many answers no draft holds, and how many interviews are too many."""
    drafts = await ground.drafts()
    lost = doubled = 0
    for person, script in zip(people, scripts, strict=True):
        mine = drafts.get(person.worker.account, [])
        said = {line.name: str(line.kept) for line in script[: _BEFORE + _MEANWHILE]}
        kept = mine[0] if mine else {}
        lost += sum(kept.get(name) != value for name, value in said.items())
        doubled += max(len(mine) - 1, 0)
    return lost, doubled
