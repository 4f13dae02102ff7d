"""The one-time tokens that let people in.

A token is kept as its keyed hash only. ``messenger`` tokens are typed or stand in a deep link;
``web`` tokens stand in a sign-in link of the web chat.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from sqlalchemy import insert, select, update

from core.ports import Clock
from storage import codes
from storage.accounts import Accounts
from storage.coming_in import came_in
from storage.connection import Connection
from storage.policy import Actor
from storage.scope import people_seen
from storage.tables import invite, person, web_session
from storage.vault import vault

TokenKind = Literal["messenger", "web"]
SESSION_LIFE: Final = timedelta(days=30)  # of a browser that has signed in
TOKEN_LIFE: Final = {"messenger": timedelta(days=7), "web": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Invitee:
    """Whom a token lets in: a member of staff, a resident by their person, or by a consent
    (`storage.proxies`) who acts for one; and by whom and when it was handed out, None where that
    was the operator."""

    account_id: int | None
    person_id: int | None
    proxy_id: int | None = None
    issued_by: int | None = None
    issued_at: datetime | None = None


_INVITEE: Final = (
    *(invite.c.account_id, invite.c.person_id, invite.c.proxy_id),
    *(invite.c.issued_by, invite.c.created_at),
)


class Invites:
    """Hands out tokens for those whom the actor looks after, and takes them."""

    def __init__(
        self, connection: Connection, clock: Clock, actor: Actor, today: date, accounts: Accounts
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._actor = actor
        self._today = today
        self._accounts = accounts

    # --- handing out -----------------------------------------------------------------------------

    async def issue(
        self,
        kind: TokenKind,
        *,
        account_id: int | None = None,
        person_id: int | None = None,
        proxy_id: int | None = None,
    ) -> str:
        """A new one-time token for a member of staff, a resident, or who acts for one. Whoever
        hands one out could use it: an account that another has to confirm waits for that again,
        unless the operator hands it out. Raises PermissionError if the actor does not look after
        them."""
        if account_id is not None:
            await self._accounts.look_after(account_id)
            await self._accounts.wait_again(account_id)
        elif not await self._may_bind(person_id):
            raise PermissionError("not a person whom the actor looks after")
        whom = {"account_id": account_id, "person_id": person_id, "proxy_id": proxy_id}
        return await self._issue(kind, whom)

    async def own_link(self) -> str:
        """A new one-time token with which the actor signs in to the web. Raises PermissionError for
        who is no member of staff."""
        if self._actor.account_id is None:
            raise PermissionError("only staff sign in by themselves")
        return await self._issue("web", {"account_id": self._actor.account_id})

    async def _issue(self, kind: TokenKind, whom: Mapping[str, int | None]) -> str:
        token = codes.invite_code() if kind == "messenger" else codes.secret()
        now = self._clock.now()
        await self._connection.execute(
            insert(invite).values(
                token_hash=_hash(token, kind),
                issued_by=self._actor.account_id,
                kind=kind,
                created_at=now,
                expires_at=now + TOKEN_LIFE[kind],
                **whom,
            )
        )
        return token

    async def _may_bind(self, person_id: int | None) -> bool:
        """Whether the actor hands out codes for this person; a proxy's consent was checked when it
        was given (`storage.proxies`)."""
        if self._actor.everything or person_id is None:
            return self._actor.everything or self._actor.may_fill
        query = select(person.c.id).where(
            person.c.id == person_id, people_seen(self._actor, self._today)
        )
        return self._actor.may_fill and (await self._connection.execute(query)).first() is not None

    async def void(self, person_id: int) -> None:
        """Let no code that was made out to a resident work any more."""
        await self._connection.execute(
            update(invite)
            .where(invite.c.person_id == person_id, invite.c.used_at.is_(None))
            .values(used_at=self._clock.now())
        )

    # --- coming in -------------------------------------------------------------------------------

    async def of(self, kind: TokenKind, token: str) -> Invitee | None:
        """Whom a token would let in, without using it up."""
        query = select(*_INVITEE).where(
            invite.c.token_hash == _hash(token, kind),
            invite.c.used_at.is_(None),
            invite.c.expires_at > self._clock.now(),
        )
        found = (await self._connection.execute(query)).first()
        return Invitee(*found) if found else None

    async def redeem(self, kind: TokenKind, token: str) -> Invitee | None:
        """Use up a token; None if it is unknown, used or expired."""
        now = self._clock.now()
        done = await self._connection.execute(
            update(invite)
            .where(
                invite.c.token_hash == _hash(token, kind),
                invite.c.used_at.is_(None),
                invite.c.expires_at > now,
            )
            .values(used_at=now)
            .returning(*_INVITEE)
        )
        found = done.first()
        return Invitee(*found) if found else None

    async def came_in(self, invitee: Invitee, chat_id: int) -> None:
        """Somebody came in by a code of their account, in this chat: what was signed in for the
        account before is so no more."""
        await came_in(self._connection, invitee, chat_id)

    async def keep_signed_in(self, conversation_id: int) -> None:
        """Whoever came to the web chat as a guest and is known now stays as long as anybody."""
        await self._connection.execute(
            update(web_session)
            .where(web_session.c.conversation_id == conversation_id)
            .values(expires_at=self._clock.now() + SESSION_LIFE)
        )


def _hash(token: str, kind: TokenKind) -> str:
    plain = token.strip().replace("-", "").upper() if kind == "messenger" else token
    return vault().index(plain, f"invite.{kind}")
