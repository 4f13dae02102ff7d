"""Nobody decides of what is their own: a colleague does, or the level above.

A supervisor makes visits too, and asks to be exempt. What they did or asked stands in the queue of
everybody who oversees the area but themselves: of a second supervisor there, and of the county. So
what has no second supervisor goes one level up by itself, and what is the only county
administrator's waits for another one.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, true

from storage.policy import Actor


class OwnWorkError(PermissionError):
    """Somebody decides of what is their own."""


def is_own(actor: Actor, account_id: int | None) -> bool:
    """Whether something of `account_id` is the actor's own, and so for others to decide."""
    return account_id is not None and account_id == actor.account_id


def of_others(actor: Actor, owner: ColumnElement[Any]) -> ColumnElement[bool]:
    """A condition: `owner`, a column with an account's id, is not the actor."""
    return true() if actor.account_id is None else owner.is_distinct_from(actor.account_id)
