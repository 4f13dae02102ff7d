"""A code for an account of staff, and what the account's own chats hear of it."""

from __future__ import annotations

from core.messages import Reply
from core.texts import say
from storage.accounts import Account
from storage.unit import UnitOfWork


async def code_for(uow: UnitOfWork, one: Account) -> tuple[Account, str]:
    """A new code for an account; those before are void. The account as it stands from then on, and
    the code. Raises PermissionError."""
    await uow.accounts.void(one.id)
    await tell(uow, one.id, "code")
    code = await uow.invites.issue("messenger", account_id=one.id)
    await uow.record("invite", one.code)
    return await uow.accounts.get(one.id) or one, code


async def tell(uow: UnitOfWork, account_id: int, what: str, but: int | None = None) -> None:
    """Let the chats of an account know: of a ``code`` that was handed out, or ``used`` in the chat
    `but`, so that nobody takes somebody else's place behind their back."""
    for chat in await uow.conversations.of_account(account_id, resting=True):
        if chat.id != but:
            said = Reply(text=say(chat.language, f"letting_in.{what}"))
            await uow.outbox.queue(chat.id, [said])
