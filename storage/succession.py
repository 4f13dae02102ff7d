"""One member of staff takes over from another: drafts, households and duties go with the post."""

from __future__ import annotations

from sqlalchemy import update

from storage.connection import Connection
from storage.interviews import KEPT, OPEN
from storage.obligation_tables import obligation
from storage.office_tables import charge
from storage.tables import interview


async def take_over(connection: Connection, former: int, new: int) -> None:
    """Give the unfinished work of account `former` to account `new`. What was handed in, and duties
    that have ended, stay who did them."""
    for statement in (
        update(interview).where(
            interview.c.account_id == former, interview.c.status.in_([OPEN, KEPT])
        ),
        update(charge).where(charge.c.account_id == former),
        update(obligation).where(obligation.c.account_id == former, obligation.c.ended.is_(None)),
    ):
        await connection.execute(statement.values(account_id=new))
