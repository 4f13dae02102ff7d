"""Telegram, or what lies before it, misbehaves: puts off, breaks off, talks rubbish, or says it
twice."""

from __future__ import annotations

import asyncio

import pytest

from tests.contract.house import TELEGRAM, HastyClock, Kind, Running, running
from tests.emulator import faults
from tests.patience import PATIENCE
from tests.under_fire import troubles
from tests.under_fire.fire import lit
from tests.under_fire.ground import Ground
from tests.under_fire.outcome import Outcome
from tests.under_fire.people import OnTelegram

SEED = 12
PEOPLE = 10
MANY = 20


async def test_every_tenth_call_goes_wrong_and_somebody_else_polls(ground: Ground) -> None:
    async with lit(ground, "ptb polling", SEED) as fire:
        fire.telegram.faults(0.1, SEED, *troubles.EVERYTHING)
        await fire.come(PEOPLE)
        outcome = await fire.burn(troubles.second_poller(fire, 3))
    print(f"everything goes wrong: {outcome}")
    outcome.check()


async def test_every_tenth_call_goes_wrong_and_posts_come_twice_in_any_order(
    ground: Ground,
) -> None:
    async with lit(ground, "aiogram webhook", SEED) as fire:
        fire.telegram.faults(0.1, SEED, *troubles.EVERYTHING)
        await fire.come(PEOPLE)
        outcome = await fire.burn(troubles.disorder(fire, 3))
    print(f"everything goes wrong: {outcome}")
    outcome.check()


@pytest.mark.parametrize("kind", TELEGRAM)
async def test_two_of_a_hundred_calls_are_put_off_and_everybody_finishes(
    kind: Kind, ground: Ground
) -> None:
    """In this process and by a hasty clock; `make soak` has a hundred people."""
    async with ground.opened(HastyClock()) as database, running(kind, database) as house:
        house.telegram.faults(0.02, SEED, methods=troubles.EVERY_CALL)
        people = await everybody_fills_in(house, ground, MANY)
        outcome = Outcome(tuple(people), (), await ground.left_at_rest(), 0)
    print(f"{kind}, 2 % put off: {outcome}")
    outcome.check()
    assert (outcome.submitted, outcome.twice) == (MANY, 0)


@pytest.mark.parametrize("kind", ["aiogram webhook", "ptb polling"])
async def test_answers_that_come_when_nobody_waits_for_them_any_more(
    kind: Kind, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Telegram has done what it was told: a message may come twice, an answer is not lost."""
    monkeypatch.setattr("bot.channels.telegram.channel._CALL", 1.5)
    monkeypatch.setattr("bot.channels.telegram.channel._UPLOAD", 1.5)
    async with ground.opened(HastyClock()) as database, running(kind, database) as house:
        house.telegram.faults(0.1, SEED, faults.stall(3.0), methods=("sendMessage", "getFile"))
        people = await everybody_fills_in(house, ground, PEOPLE)
        outcome = Outcome(tuple(people), (), await ground.left_at_rest(), 0)
    print(f"{kind}, out of time: {outcome}")
    outcome.check()
    assert outcome.submitted == PEOPLE


async def everybody_fills_in(house: Running, ground: Ground, how_many: int) -> list[OnTelegram]:
    """People who all fill in one form at once."""
    people = [
        OnTelegram(worker, SEED, lambda: 1, user=house.telegram.user(1001 + number))
        for number, worker in enumerate(ground.workers[:how_many])
    ]
    async with asyncio.timeout(PATIENCE), asyncio.TaskGroup() as filling:
        for person in people:
            await person.come_in()
            filling.create_task(person.fill_in(lambda: True))
    await house.telegram.quiet()
    return people
