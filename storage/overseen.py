"""What somebody who approves and hands on may look at: the subtree of their own area, all of it.

Whoever approves nothing may count there too, but only what is asked of the role itself, or about
people of the ages that concern it: which rules those are, `scheduler.coverage` says.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, false, select, true

from storage.areas import within
from storage.policy import Actor
from storage.tables import area


def overseen(actor: Actor, code: ColumnElement[Any], root: str = "") -> ColumnElement[bool]:
    """A condition: `code`, a column with an area's code, is the actor's to oversee, and in `root`
    or below it. Nothing is, for whoever approves nothing."""
    return _below(code, _reach(actor, root) if actor.may_approve else None)


def area_by_area(actor: Actor, code: ColumnElement[Any], root: str) -> ColumnElement[bool]:
    """The same, for an index that begins with the area and goes on with something else: each area
    is looked up by itself, so that the rest of the index is of use."""
    return code.in_(select(area.c.code).where(overseen(actor, area.c.code, root)))


def counted(
    actor: Actor, code: ColumnElement[Any], root: str, rules: Collection[str]
) -> ColumnElement[bool]:
    """`area_by_area` for numbers by rule, of `rules` (none named: of all). Who approves nothing has
    to name the rules that are theirs."""
    may = actor.may_approve or (actor.may_count and bool(rules))
    reach = _reach(actor, root) if may else None
    return code.in_(select(area.c.code).where(_below(area.c.code, reach)))


def _below(code: ColumnElement[Any], reach: str | None) -> ColumnElement[bool]:
    if reach is None:
        return false()
    return within(code, reach) if reach else true()


def _reach(actor: Actor, root: str) -> str | None:
    """The nearer of the actor's area and `root`; None where they have nothing in common."""
    if actor.area is None and not actor.everything:
        return None
    own = "" if actor.everything else actor.area or ""
    if root.startswith(own):
        return root
    return own if own.startswith(root) else None


def one_of(column: ColumnElement[Any], values: Collection[str]) -> ColumnElement[bool]:
    """A condition: `column` holds one of `values`. Written so that no index on it is taken in place
    of the one on areas, which SQLite would do and which finds far more rows."""
    return column.concat("").in_(list(values))
