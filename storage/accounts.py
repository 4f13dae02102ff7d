"""Staff accounts, and the one-time tokens that let people in.

A token is kept as its keyed hash only. ``messenger`` tokens are typed or stand in a deep link;
``web`` tokens stand in a sign-in link of the web chat.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, Literal

from sqlalchemy import delete, insert, literal, select, update

from core.ports import Clock
from storage import codes
from storage.connection import Connection
from storage.policy import Role
from storage.tables import account, conversation, invite, web_session
from storage.vault import vault

TokenKind = Literal["messenger", "web"]
TOKEN_LIFE: Final = {"messenger": timedelta(days=7), "web": timedelta(days=1)}


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff. `area_code` is the root of what they may see; a closed account, one that
    is not `active`, sees nothing."""

    id: int
    code: str
    name: str
    role: Role
    area_code: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class Invitee:
    """Whom a token lets in: a member of staff, a resident by their person, or by a consent
    (`storage.proxies`) who acts for one."""

    account_id: int | None
    person_id: int | None
    proxy_id: int | None = None


_INVITEE: Final = (invite.c.account_id, invite.c.person_id, invite.c.proxy_id)


class Accounts:
    """Reads and writes accounts and tokens."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    async def add(self, name: str, role: Role, area_code: str, code: str | None = None) -> Account:
        """Open an account."""
        code = code or codes.code(codes.STAFF)
        values = {
            "code": code,
            "name": name,
            "role": role.value,
            "area_code": area_code,
            "active": True,
            "created_at": self._clock.now(),
        }
        done = await self._connection.execute(
            insert(account).values(**values).returning(account.c.id)
        )
        return Account(done.scalar_one(), code, name, role, area_code)

    async def get(self, account_id: int) -> Account | None:
        """The account of this id."""
        return await self._one(account.c.id == account_id)

    async def by_code(self, code: str) -> Account | None:
        """The account of this code."""
        return await self._one(account.c.code == code.upper())

    async def all(self) -> Sequence[Account]:
        """Every account, by area and role."""
        query = select(account).order_by(account.c.area_code, account.c.role, account.c.id)
        return [_account(row._mapping) for row in await self._connection.execute(query)]

    async def supervisors(self, area_code: str) -> Sequence[Account]:
        """Active township supervisors whose area holds `area_code`."""
        query = select(account).where(
            account.c.role == Role.TOWNSHIP_SUPERVISOR.value,
            account.c.active,
            literal(area_code).like(account.c.area_code + "%"),
        )
        return [_account(row._mapping) for row in await self._connection.execute(query)]

    async def close(self, account_id: int) -> None:
        """Let nobody act for this account: its chats become a stranger's, its web sessions end, and
        invites that were not used are void. Closing it twice changes nothing."""
        await self._set_active(account_id, False)
        chats = select(conversation.c.id).where(conversation.c.account_id == account_id)
        await self._connection.execute(
            delete(web_session).where(web_session.c.conversation_id.in_(chats))
        )
        await self._connection.execute(
            update(invite)
            .where(invite.c.account_id == account_id, invite.c.used_at.is_(None))
            .values(used_at=self._clock.now())
        )

    async def open(self, account_id: int) -> None:
        """Undo `close`: chats in messengers speak for the account again; the web takes a new link.
        Opening it twice changes nothing."""
        await self._set_active(account_id, True)

    async def _set_active(self, account_id: int, active: bool) -> None:
        await self._connection.execute(
            update(account).where(account.c.id == account_id).values(active=active)
        )

    async def issue(
        self,
        kind: TokenKind,
        *,
        account_id: int | None = None,
        person_id: int | None = None,
        proxy_id: int | None = None,
    ) -> str:
        """A new one-time token for a member of staff, a resident, or who acts for one."""
        token = codes.invite_code() if kind == "messenger" else codes.secret()
        now = self._clock.now()
        await self._connection.execute(
            insert(invite).values(
                token_hash=_hash(token, kind),
                account_id=account_id,
                person_id=person_id,
                proxy_id=proxy_id,
                kind=kind,
                created_at=now,
                expires_at=now + TOKEN_LIFE[kind],
            )
        )
        return token

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

    async def invited(self, kind: TokenKind, token: str) -> Invitee | None:
        """Whom a token would let in, without using it up."""
        query = select(*_INVITEE).where(
            invite.c.token_hash == _hash(token, kind),
            invite.c.used_at.is_(None),
            invite.c.expires_at > self._clock.now(),
        )
        found = (await self._connection.execute(query)).first()
        return Invitee(*found) if found else None

    async def _one(self, condition: Any) -> Account | None:
        found = (await self._connection.execute(select(account).where(condition))).first()
        return _account(found._mapping) if found else None


def _hash(token: str, kind: TokenKind) -> str:
    plain = token.strip().replace("-", "").upper() if kind == "messenger" else token
    return vault().index(plain, f"invite.{kind}")


def _account(row: Any) -> Account:
    return Account(
        row["id"], row["code"], row["name"], Role(row["role"]), row["area_code"], row["active"]
    )
