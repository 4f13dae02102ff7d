"""The durable state of one address: who it is, where they are, in which language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, bindparam, insert, select, update

from core.ports import Clock
from storage.connection import Connection
from storage.policy import NOBODY, Actor, Role
from storage.ready import Ready
from storage.tables import account, conversation
from storage.vault import vault


@dataclass(slots=True)
class Conversation:
    """One chat. A handler changes `state`, `language` and whom it belongs to; the step saves it.
    `updated_at` is when the last step was made; `keyboard` tells that a keyboard for a place or a
    number was brought and not taken away since."""

    id: int
    channel: str
    address: str
    language: str
    state: dict[str, Any]
    updated_at: datetime
    account_id: int | None = None
    person_id: int | None = None
    reachable: bool = True
    keyboard: bool = False
    revision: int = 0
    actor: Actor = field(default=NOBODY)


class Conversations:
    """Reads and writes conversations. Whoever is not the machine itself learns of another's chat
    that it is there, and no more: neither its address nor where its person stands."""

    def __init__(self, connection: Connection, clock: Clock, actor: Actor) -> None:
        self._connection = connection
        self._clock = clock
        self._actor = actor

    async def load(self, channel: str, address: str, language: str) -> Conversation:
        """The conversation of an address, locked until the transaction ends; made if it is new."""
        where = {"of_channel": channel, "of_address": address_hash(channel, address)}
        found = await _LOAD.first(self._connection, where)
        if found:
            return _conversation(found)
        return await self._add(channel, address, language)

    async def get(self, conversation_id: int) -> Conversation | None:
        """The conversation of this id."""
        found = await self._get(conversation_id)
        return self._shown(found) if found else None

    async def _get(self, conversation_id: int) -> Conversation | None:
        found = (await self._connection.execute(_GET, {"of_id": conversation_id})).first()
        return _conversation(found._mapping) if found else None

    def _shown(self, chat: Conversation) -> Conversation:
        own = chat.account_id is not None and chat.account_id == self._actor.account_id
        if own or self._actor.everything:
            return chat
        return replace(chat, address="", state={}, actor=NOBODY)

    async def of_account(self, account_id: int, *, resting: bool = False) -> Sequence[Conversation]:
        """The chats in which a member of staff can be reached; with `resting` also those of an
        account that nobody may act for."""
        query = _with_account().where(
            conversation.c.account_id == account_id, conversation.c.reachable
        )
        if not resting:
            query = query.where(account.c.active)
        rows = await self._connection.execute(query)
        return [self._shown(_conversation(row._mapping)) for row in rows]

    async def of_person(self, person_id: int) -> Sequence[Conversation]:
        """The chats in which a resident can be reached about their own affairs."""
        query = _with_account().where(
            conversation.c.person_id == person_id,
            conversation.c.account_id.is_(None),
            conversation.c.reachable,
        )
        rows = await self._connection.execute(query)
        return [self._shown(_conversation(row._mapping)) for row in rows]

    async def bind(
        self, target: Conversation, *, account_id: int | None, person_id: int | None
    ) -> None:
        """Let `target` speak for a member of staff or a resident."""
        target.account_id, target.person_id = account_id, person_id
        await self.save(target)
        fresh = await self._get(target.id)
        target.actor = fresh.actor if fresh else NOBODY

    async def save(self, changed: Conversation) -> None:
        """Write a conversation back."""
        changed.revision += 1
        row = {
            "of_id": changed.id,
            "account_id": changed.account_id,
            "person_id": changed.person_id,
            "language": changed.language,
            "state": changed.state,
            "revision": changed.revision,
            "reachable": changed.reachable,
            "keyboard": changed.keyboard,
            "updated_at": self._clock.now(),
        }
        await _SAVE.run(self._connection, row)

    async def unreachable(self, conversation_id: int) -> bool:
        """Remember that this chat can't be written to any more; whether that is new."""
        done = await self._connection.execute(
            update(conversation)
            .where(conversation.c.id == conversation_id, conversation.c.reachable)
            .values(reachable=False)
        )
        return bool(done.rowcount)

    async def _add(self, channel: str, address: str, language: str) -> Conversation:
        now = self._clock.now()
        done = await self._connection.execute(
            insert(conversation)
            .values(
                channel=channel,
                address=address,
                address_hash=address_hash(channel, address),
                language=language,
                state={},
                revision=0,
                reachable=True,
                updated_at=now,
            )
            .returning(conversation.c.id)
        )
        return Conversation(done.scalar_one(), channel, address, language, {}, now)


def address_hash(channel: str, address: str) -> str:
    """By what an address is found without being readable."""
    return vault().index(address, f"address.{channel}")


def _conversation(row: Any) -> Conversation:
    return Conversation(
        id=row["id"],
        channel=row["channel"],
        address=row["address"],
        language=row["language"],
        state=row["state"],
        updated_at=row["updated_at"],
        account_id=row["account_id"],
        person_id=row["person_id"],
        reachable=row["reachable"],
        keyboard=row["keyboard"],
        revision=row["revision"],
        actor=_actor(row),
    )


def _actor(row: Any) -> Actor:
    if row["account_id"] is not None and row["active"]:
        return Actor(Role(row["role"]), row["area_code"], account_id=row["account_id"])
    if row["person_id"] is not None:
        return Actor(Role.RESIDENT, person_id=row["person_id"])
    return NOBODY


# --- statements that a step needs are written once -----------------------------------------------


def _with_account() -> Select[Any]:
    joined = conversation.outerjoin(account, conversation.c.account_id == account.c.id)
    staff = (account.c.role, account.c.area_code, account.c.active)
    return select(conversation, *staff).select_from(joined)


_GET: Final = _with_account().where(conversation.c.id == bindparam("of_id"))
_LOAD: Final = Ready(
    _with_account()
    .where(
        conversation.c.channel == bindparam("of_channel"),
        conversation.c.address_hash == bindparam("of_address"),
    )
    .with_for_update(of=conversation)
)
_SAVE: Final = Ready(
    update(conversation).where(conversation.c.id == bindparam("of_id")),
    "account_id",
    "person_id",
    "language",
    "state",
    "revision",
    "reachable",
    "keyboard",
    "updated_at",
)
