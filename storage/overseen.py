"""What somebody who approves and hands on may look at: the subtree of their own area, all of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false, true

from storage.areas import within
from storage.policy import Actor


def overseen(actor: Actor, code: ColumnElement[Any]) -> ColumnElement[bool]:
    """A condition: `code`, a column with an area's code, is the actor's to oversee. Nothing is, for
    whoever approves nothing."""
    if not actor.may_approve:
        return false()
    if actor.everything:
        return true()
    return within(code, actor.area) if actor.area else false()
