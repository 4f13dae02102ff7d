"""The outbox's statements, each written once."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from storage.dialects import upsert
from storage.priorities import ANSWER
from storage.ready import Ready
from storage.tables import conversation, outbox, slot

# In words, not as a parameter: the index that holds only these rows is found by it.
QUEUED: Final = outbox.c.state == literal_column("'queued'")

ADD: Final = Ready(
    insert(outbox),
    "conversation_id",
    "kind",
    "body",
    "slot",
    "edits",
    "priority",
    "state",
    "attempts",
    "not_before",
    "claimed_until",
    "created_at",
)
QUEUED_OF: Final = Ready(  # that go before an answer; a digest may wait long, and holds nobody up
    select(outbox.c.id).where(
        outbox.c.conversation_id == bindparam("chat"), outbox.c.priority <= ANSWER, QUEUED
    )
)
SLOTS: Final = Ready(
    select(slot.c.name, slot.c.message).where(slot.c.conversation_id == bindparam("chat"))
)
EMPTY: Final = Ready(
    delete(slot).where(
        slot.c.conversation_id == bindparam("chat"), slot.c.name == bindparam("filled")
    )
)
DELIVERED: Final = Ready(
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(state="sent", body=None, error=None, done_at=bindparam("at"))
)
FREE: Final = or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until <= bindparam("now"))
_DUE: Final = and_(outbox.c.not_before <= bindparam("now"), FREE)


def _addressed(*more: Any) -> Select[Any]:
    """Queued messages with their addresses."""
    filled = and_(slot.c.conversation_id == outbox.c.conversation_id, slot.c.name == outbox.c.edits)
    return (
        select(
            outbox,
            conversation.c.channel,
            conversation.c.address,
            conversation.c.language,
            conversation.c.reachable,
            slot.c.message.label("replaces"),
            *more,
        )
        .join(conversation, outbox.c.conversation_id == conversation.c.id)
        .outerjoin(slot, filled)
        .where(QUEUED)
    )


NEXT_OF: Final = Ready(
    _addressed(_DUE.label("free"))
    .where(outbox.c.conversation_id == bindparam("chat"))
    .order_by(outbox.c.priority, outbox.c.id)
    .limit(1)
)
NEXT_OF_SLOT: Final = Ready(
    select(outbox.c.edits)
    .where(
        outbox.c.conversation_id == bindparam("chat"),
        outbox.c.id > bindparam("after"),
        or_(outbox.c.slot == bindparam("changed"), outbox.c.edits == bindparam("changed")),
        QUEUED,
    )
    .order_by(outbox.c.id)
    .limit(1)
)


def _is_head() -> ColumnElement[bool]:
    """Whether no other queued message of its conversation goes before this one."""
    before = outbox.alias("before")
    passes = or_(
        before.c.priority < outbox.c.priority,
        and_(before.c.priority == outbox.c.priority, before.c.id < outbox.c.id),
    )
    return ~exists().where(
        before.c.conversation_id == outbox.c.conversation_id,
        before.c.state == literal_column("'queued'"),
        passes,
    )


HEADS: Final = _addressed().where(_DUE, _is_head()).order_by(outbox.c.priority, outbox.c.id)
_CLAIMED_LONGER: Final = outbox.c.claimed_until > outbox.c.not_before
NEXT_DUE: Final = (
    select(func.min(case((_CLAIMED_LONGER, outbox.c.claimed_until), else_=outbox.c.not_before)))
    .select_from(outbox)
    .where(QUEUED, _is_head())
)


@cache
def fill(dialect: str) -> Ready:
    row = ("conversation_id", "name", "message")
    return Ready(upsert(dialect, slot, ["conversation_id", "name"], ["message"]), *row)
