"""Visits by one rule to one subject, on both sides of the edge of a period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select

from storage.connection import Connection
from storage.obligation_tables import obligation, obligation_visit, visit


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A visit that met another period of a rule that a record met too; `own` is the day of the
    record's visit, `other` that of the other one."""

    rule_id: str
    rule_version: int
    rule_region: str
    own: date
    other: date


async def neighbours(connection: Connection, root_id: str) -> Sequence[Neighbour]:
    """Those of a record, by the root of its versions, the latest first."""
    mine, other = obligation, obligation.alias("other")
    own, near = obligation_visit, obligation_visit.alias("near")
    made, former = visit, visit.alias("former")
    same = and_(
        other.c.area_code == mine.c.area_code,
        other.c.subject_kind == mine.c.subject_kind,
        other.c.subject_id == mine.c.subject_id,
        other.c.rule_id == mine.c.rule_id,
        other.c.period_key != mine.c.period_key,
    )
    rows = await connection.execute(
        select(
            *(mine.c.rule_id, mine.c.rule_version, mine.c.rule_region),
            *(made.c.visit_date, former.c.visit_date),
        )
        .select_from(
            own.join(mine, own.c.obligation_id == mine.c.id)
            .join(made, made.c.root_id == own.c.root_id)
            .join(other, same)
            .join(near, near.c.obligation_id == other.c.id)
            .join(former, former.c.root_id == near.c.root_id)
        )
        .where(own.c.root_id == root_id, near.c.root_id != root_id)
        .order_by(former.c.visit_date.desc())
    )
    return [Neighbour(*row) for row in rows]
