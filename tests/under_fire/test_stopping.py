"""SIGTERM in the middle of work: the steps in hand are finished, the rest is handed back."""

from __future__ import annotations

import pytest

from tests.contract.house import Kind
from tests.under_fire import troubles
from tests.under_fire.fire import lit
from tests.under_fire.ground import Ground

SEED = 8
PEOPLE = 12


@pytest.mark.parametrize("kind", ["ptb polling", "web"])
async def test_a_stop_in_the_middle_loses_doubles_and_repeats_nothing(
    kind: Kind, ground: Ground
) -> None:
    async with lit(ground, kind, SEED) as fire:
        await fire.come(PEOPLE)
        outcome = await fire.burn(troubles.stops(fire, 3))
    print(f"{kind}, stopped: {outcome}")
    outcome.check()
    assert outcome.twice == 0
