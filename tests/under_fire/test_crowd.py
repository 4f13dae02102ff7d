"""Many conversations stand open while something goes wrong; `make soak` has a thousand of them."""

from __future__ import annotations

from tests.under_fire import troubles
from tests.under_fire.crowd import stand
from tests.under_fire.fire import lit
from tests.under_fire.ground import Ground

SEED = 6
PEOPLE = 40
DAY = 86400.0


async def test_the_clock_jumps_a_day_ahead_and_back(ground: Ground) -> None:
    async with lit(ground, "ptb polling", SEED) as fire:
        await fire.come(PEOPLE)
        held = await stand(fire, troubles.clock_jumps(fire, 1, DAY), spread=6.0)
    print(f"clock: {held}")
    held.check()
