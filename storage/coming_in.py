"""Somebody comes in by a code of staff: from then on it is this chat that speaks for the account.

A code is handed out anew when a phone is lost, so whatever was signed in before is cut off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from storage.connection import Connection
from storage.tables import account, conversation, web_session
from storage.trust_tables import account_hold

if TYPE_CHECKING:
    from storage.invites import Invitee

_WEB = "web"  # a web chat is named after its account for good; it is its sessions that end


async def rests(connection: Connection, account_id: int) -> bool:
    """Whether nobody may act for an account, and no confirmation is awaited either."""
    held = select(account_hold.c.kind).where(account_hold.c.account_id == account_id)
    active = select(account.c.active).where(account.c.id == account_id)
    if (await connection.execute(active)).scalar():
        return False
    return (await connection.execute(held)).scalar() != "pending"


async def came_in(connection: Connection, invitee: Invitee, chat_id: int) -> None:
    """Keep who let the person of an account in, and cut off what was signed in before: its other
    chats in messengers, and web sessions that are older than the code."""
    mine = conversation.c.account_id == invitee.account_id
    await connection.execute(
        update(account)
        .where(account.c.id == invitee.account_id)
        .values(let_in_by=invitee.issued_by)
    )
    chats = select(conversation.c.id).where(mine)
    await connection.execute(
        delete(web_session).where(
            web_session.c.conversation_id.in_(chats),
            web_session.c.created_at < invitee.issued_at,
        )
    )
    await connection.execute(
        update(conversation)
        .where(mine, conversation.c.id != chat_id, conversation.c.channel != _WEB)
        .values(account_id=None, revision=conversation.c.revision + 1)
    )
