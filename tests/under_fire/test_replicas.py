"""Two processes on one PostgreSQL: any of them may take any update, and either may be gone."""

from __future__ import annotations

from tests.under_fire import troubles
from tests.under_fire.fire import Fire, lit
from tests.under_fire.ground import Ground

SEED = 6
PEOPLE = 12


async def test_one_of_two_is_killed_again_and_again(shared_ground: Ground) -> None:
    async def kills(fire: Fire) -> None:
        await troubles.kills(fire, 6)
        await shared_ground.let_claims_run_out()  # nobody here waits half a minute

    async with lit(shared_ground, "aiogram webhook", SEED, replicas=2) as fire:
        await fire.come(PEOPLE)
        outcome = await fire.burn(kills(fire))
    print(f"two replicas, killed: {outcome}")
    outcome.check()


async def test_one_is_paused_until_its_claims_are_over_and_then_wakes(
    shared_ground: Ground,
) -> None:
    async with lit(shared_ground, "ptb webhook", SEED, replicas=2) as fire:
        await fire.come(PEOPLE)
        outcome = await fire.burn(troubles.pauses(fire, 2))
    print(f"two replicas, paused: {outcome}")
    outcome.check()


async def test_a_rolling_restart_loses_doubles_and_repeats_nothing(shared_ground: Ground) -> None:
    async with lit(shared_ground, "aiogram webhook", SEED, replicas=2) as fire:
        await fire.come(PEOPLE)
        outcome = await fire.burn(troubles.rolling_restarts(fire, 4))
    print(f"two replicas, restarted in turn: {outcome}")
    outcome.check()
    assert outcome.twice == 0
