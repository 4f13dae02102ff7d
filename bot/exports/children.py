"""Which tables may tell of a child: what they are made for is asked, and written down."""

from __future__ import annotations

from typing import Final

from bot.exports.definition import Definition
from storage.policy import CHILD_AGE
from storage.unit import UnitOfWork

_TELLING: Final = frozenset({"name", "sex", "birth_date", "age", "tags", "address", "phone"})
"""What of a person is more than a code and a surname."""


async def may_tell_of_children(uow: UnitOfWork, definition: Definition) -> bool:
    """Whether a table may hold more of a child than code and surname: what the register has, or
    what was answered about a person, or about each of a household. Forms that are for grown-ups
    alone have none."""
    if definition.source == "records":
        version = await uow.forms.latest(definition.form)
        offer = version.offer if version else None
        if offer is not None and (offer.minimum_age or 0) >= CHILD_AGE:
            return False
        of_each = bool(definition.repeat) or (offer is not None and offer.subject == "person")
        if of_each and definition.asked:
            return True
    told = {one.field for one in definition.columns if one.room == "subject"}
    return bool(told & _TELLING)
