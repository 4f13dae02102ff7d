"""Somebody blocked the bot or deleted the account: the supervisors are told, once."""

from __future__ import annotations

from typing import Final

from storage.priorities import ANSWER
from storage.unit import UnitOfWork

KIND: Final = "unreachable"
"""The kind of the queued message. Its body is ``{"account": code}``, and no more than that."""


async def give_up(uow: UnitOfWork, conversation_id: int) -> None:
    """Write to a chat no more. Its member of staff's supervisors hear of it the first time."""
    if not await uow.conversations.unreachable(conversation_id):
        return
    chat = await uow.conversations.get(conversation_id)
    account = await uow.accounts.get(chat.account_id) if chat and chat.account_id else None
    if account is None or not account.active:
        return
    for supervisor in await uow.accounts.supervisors(account.area_code):
        if supervisor.id != account.id:
            for other in await uow.conversations.of_account(supervisor.id):
                await uow.outbox.queue_kind(other.id, KIND, {"account": account.code}, ANSWER)
