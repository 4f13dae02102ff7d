"""Staff accounts: opened, held, handed over, closed. Of the codes that let people in see
`storage.invites`.

Who lets whom in stands in `storage.policy`. An actor finds their own account, and those that they
may invite; an account of anybody else is not there for them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    delete,
    false,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)

from core.ports import Clock
from storage import codes
from storage.areas import within
from storage.arrivals import arriving
from storage.coming_in import rests
from storage.connection import Connection
from storage.policy import CONFIRMED_BY_ANOTHER, Actor, Role
from storage.succession import take_over
from storage.tables import account, conversation, invite, web_session
from storage.trust_tables import account_hold

Hold = Literal["", "pending", "suspended"]


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff. `area_code` is the root of what they may see. An account that is not
    `active` sees nothing: it is `held`, so that it may become active, or closed."""

    id: int
    code: str
    name: str
    role: Role
    area_code: str
    active: bool = True
    held: Hold = ""


class Accounts:
    """Reads and writes accounts, as far as the actor lets people in."""

    def __init__(self, connection: Connection, clock: Clock, actor: Actor) -> None:
        self._connection = connection
        self._clock = clock
        self._actor = actor

    # --- accounts --------------------------------------------------------------------------------

    async def add(self, name: str, role: Role, area_code: str, code: str | None = None) -> Account:
        """Open an account. One that another has to confirm is held until then; what the operator
        adds works at once. Raises PermissionError."""
        if not self._actor.may_invite(role, area_code):
            raise PermissionError(f"{self._actor.role} may not invite {role}")
        code = code or codes.code(codes.STAFF)
        waits = role in CONFIRMED_BY_ANOTHER and self._actor.role is not Role.OPERATOR
        values = {
            "code": code,
            "name": name,
            "role": role.value,
            "area_code": area_code,
            "active": True,
            "created_at": self._clock.now(),
        }
        await arriving(self._connection)
        done = await self._connection.execute(
            insert(account).values(**values).returning(account.c.id)
        )
        added = Account(done.scalar_one(), code, name, role, area_code)
        if not waits:
            return added
        await self.hold(added.id, "pending")
        return replace(added, active=False, held="pending")

    async def get(self, account_id: int) -> Account | None:
        """The account of this id."""
        return await self._one(account.c.id == account_id)

    async def by_code(self, code: str) -> Account | None:
        """The account of this code."""
        return await self._one(account.c.code == code.upper())

    async def all(self, area: str = "", role: Role | None = None) -> Sequence[Account]:
        """Every account that the actor may look after, by area and role: in `area` and below it,
        of one `role`."""
        query = _accounts().where(self._visible(), within(account.c.area_code, area))
        if role is not None:
            query = query.where(account.c.role == role.value)
        ordered = query.order_by(account.c.area_code, account.c.role, account.c.id)
        return [_account(row._mapping) for row in await self._connection.execute(ordered)]

    async def supervisors(
        self, area_code: str, role: Role = Role.TOWNSHIP_SUPERVISOR
    ) -> Sequence[Account]:
        """Active township supervisors, or who else has `role`, whose area holds `area_code`. Any
        member of staff finds them, for whoever has something to report."""
        if self._actor.role is Role.NOBODY:
            return []
        query = _accounts().where(
            account.c.role == role.value,
            account.c.active,
            literal(area_code).like(account.c.area_code + "%"),
        )
        return [_account(row._mapping) for row in await self._connection.execute(query)]

    # --- keeping out, and letting in again -------------------------------------------------------

    async def close(self, account_id: int) -> None:
        """Let nobody act for this account: its chats become a stranger's, its web sessions end, and
        invites that were not used are void. Closing it twice changes nothing."""
        await self.look_after(account_id)
        await self._set_active(account_id, False)
        await self._let_go(account_id)
        chats = select(conversation.c.id).where(conversation.c.account_id == account_id)
        await self._connection.execute(
            delete(web_session).where(web_session.c.conversation_id.in_(chats))
        )
        await self.void(account_id)

    async def open(self, account_id: int) -> None:
        """Undo `close` or `hold`: chats in messengers speak for the account again; after `close`
        the web takes a new link. Opening it twice changes nothing. One that another has to
        confirm waits for that again."""
        await self.look_after(account_id)
        role = (await self._connection.execute(_ROLE, {"of_id": account_id})).scalar_one()
        if role in CONFIRMED_BY_ANOTHER and self._actor.role is not Role.OPERATOR:
            await self.hold(account_id, "pending")
        else:
            await self._begin(account_id)

    async def hold(self, account_id: int, kind: Literal["pending", "suspended"]) -> None:
        """Let nobody act for this account until it is opened again; its sign-ins stay. Codes that
        were handed out before a suspension are void."""
        await self.look_after(account_id)
        if kind == "suspended":
            await self.void(account_id)
        await self._let_go(account_id)
        await self._set_active(account_id, False)
        by, at = self._actor.account_id, self._clock.now()
        await self._connection.execute(
            insert(account_hold).values(account_id=account_id, kind=kind, by_account=by, at=at)
        )

    async def hand_over(self, account_id: int, name: str) -> Account:
        """Close an account and open one for who takes over: the same role and area, with the work
        that is not finished. Raises PermissionError."""
        await self.look_after(account_id)
        former = await self.get(account_id)
        assert former is not None  # looked after just now
        new = await self.add(name, former.role, former.area_code)
        await take_over(self._connection, former.id, new.id)
        await self.close(former.id)
        return new

    async def confirm(self, account_id: int) -> bool:
        """Let an account that waits begin; False if it does not wait. Nobody confirms whom they
        handed a code to, nor whom somebody did who let them in: that raises PermissionError."""
        await self.look_after(account_id)
        query = select(account_hold.c.by_account).where(
            account_hold.c.account_id == account_id, account_hold.c.kind == "pending"
        )
        found = (await self._connection.execute(query)).first()
        if found is None:
            return False
        if self._actor.role is not Role.OPERATOR:
            own = select(account.c.let_in_by).where(account.c.id == self._actor.account_id)
            let_in_by = (await self._connection.execute(own)).scalar()
            if found.by_account is not None and found.by_account in (
                self._actor.account_id,
                let_in_by,
            ):
                raise PermissionError("somebody else has to confirm")
        await self._begin(account_id)
        return True

    async def void(self, account_id: int) -> None:
        """Make invites of this account that were not used worthless."""
        await self.look_after(account_id)
        await self._connection.execute(
            update(invite)
            .where(invite.c.account_id == account_id, invite.c.used_at.is_(None))
            .values(used_at=self._clock.now())
        )

    async def wait_again(self, account_id: int) -> None:
        """Let an account that another has to confirm wait for that, unless the operator acts."""
        role = (await self._connection.execute(_ROLE, {"of_id": account_id})).scalar_one()
        if role in CONFIRMED_BY_ANOTHER and not self._actor.everything:
            await self.hold(account_id, "pending")

    async def look_after(self, account_id: int) -> None:
        """Raises PermissionError unless the actor may decide about this account."""
        query = select(account.c.id).where(account.c.id == account_id, self._in_my_care())
        if (await self._connection.execute(query)).first() is None:
            raise PermissionError("not an account that the actor looks after")

    async def _begin(self, account_id: int) -> None:
        await self._let_go(account_id)
        await self._set_active(account_id, True)

    async def _let_go(self, account_id: int) -> None:
        await self._connection.execute(
            delete(account_hold).where(account_hold.c.account_id == account_id)
        )

    async def _set_active(self, account_id: int, active: bool) -> None:
        await self._connection.execute(
            update(account).where(account.c.id == account_id).values(active=active)
        )

    async def rests(self, account_id: int) -> bool:
        """Whether no code of an account lets in: it is suspended or closed."""
        return await rests(self._connection, account_id)

    # --- whose accounts --------------------------------------------------------------------------

    async def _one(self, which: ColumnElement[bool]) -> Account | None:
        query = _accounts().where(which, self._visible())
        found = (await self._connection.execute(query)).first()
        return _account(found._mapping) if found else None

    def _visible(self) -> ColumnElement[bool]:
        if self._actor.account_id is None:
            return self._in_my_care()
        return or_(account.c.id == self._actor.account_id, self._in_my_care())

    def _in_my_care(self) -> ColumnElement[bool]:
        """Those whom the actor may invite, and never their own account."""
        actor = self._actor
        if actor.everything:
            return true()
        if actor.area is None or not actor.powers.invites:
            return false()
        return and_(
            account.c.id != actor.account_id,
            account.c.role.in_([role.value for role in actor.powers.invites]),
            within(account.c.area_code, actor.area),
        )


_ROLE: Final = select(account.c.role).where(account.c.id == bindparam("of_id"))


def _accounts() -> Select[Any]:
    joined = account.outerjoin(account_hold, account_hold.c.account_id == account.c.id)
    return select(account, account_hold.c.kind.label("held")).select_from(joined)


def _account(row: Any) -> Account:
    return Account(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        role=Role(row["role"]),
        area_code=row["area_code"],
        active=row["active"],
        held=row["held"] or "",
    )
