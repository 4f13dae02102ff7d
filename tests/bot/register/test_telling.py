"""What a page says of a plan gives nothing away."""

from __future__ import annotations

from bot.register.planning import Plan
from bot.register.telling import fingerprint
from storage import vault as vaults
from storage.vault import Vault


def test_what_a_plan_is_known_by_is_useless_without_the_key(vault: Vault) -> None:
    plan = Plan((), (), ())
    seen = fingerprint(plan)
    assert fingerprint(plan) == seen
    vaults.use(Vault(bytes(32)))
    assert fingerprint(plan) != seen
