"""Two visits so close together that a supervisor should look at them: they count, and are shown."""

from __future__ import annotations

from datetime import date

from scheduler.ground import Ground
from scheduler.matching import too_close
from storage.spacing import neighbours
from storage.unit import UnitOfWork


async def close_by(uow: UnitOfWork, ground: Ground, root_id: str) -> date | None:
    """The day of a visit by the same rule, for another period, that lies too close to that of a
    record; the nearest of them, None if there is none."""
    found: list[tuple[int, date]] = []
    for one in await neighbours(uow.connection, root_id):
        rule = ground.rule(one.rule_id, one.rule_version, one.rule_region)
        if rule is not None and too_close(rule, one.own, one.other):
            found.append((abs((one.own - one.other).days), one.other))
    return min(found)[1] if found else None
