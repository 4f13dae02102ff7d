"""`zoufang staff`: the accounts, and the codes and links that let people in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli import staff_hour, staff_reassign, staff_standing
from bot.cli.staff_accounts import (
    Invited,
    described,
    every_role,
    existing,
    invite,
    role_name,
    tell,
)
from bot.cli.words import language, words
from core.texts import say

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.accounts import Account
    from storage.database import Database
    from storage.unit import UnitOfWork

app = typer.Typer(no_args_is_help=True)
app.add_typer(staff_standing.app)
app.add_typer(staff_reassign.app)
app.add_typer(staff_hour.app)


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to invite: somebody new by role, area and name, an account, or a resident by code."""

    role: str | None
    area: str | None
    name: str | None
    account: str | None
    resident: str | None


@app.command("list", help=words("help.staff_list"))
def _list() -> None:
    from bot.cli.opening import with_database

    with_database(_list_accounts)


async def _list_accounts(settings: Settings, database: Database) -> None:
    from bot.cli.printing import table
    from storage.policy import OPERATOR

    async with database.unit(OPERATOR, "staff list", "cli") as uow:
        accounts = await uow.accounts.all()
        names = {area.code: area.name for area in await uow.areas.all()}
    heads = [words(f"head.{key}") for key in ("code", "name", "role", "area", "area_name", "state")]
    table(
        heads,
        [
            (
                one.code,
                one.name,
                role_name(one.role),
                one.area_code,
                names[one.area_code],
                "" if one.active else _standing(one),
            )
            for one in accounts
        ],
    )


def _standing(account: Account) -> str:
    return say(language(), f"trust.staff.state.{account.held or 'closed'}")


@app.command("invite", help=words("help.staff_invite"))
def _invite(
    role: Annotated[str | None, typer.Option(help=words("help.role", roles=every_role()))] = None,
    area: Annotated[str | None, typer.Option(help=words("help.area"))] = None,
    name: Annotated[str | None, typer.Option(help=words("help.name"))] = None,
    account: Annotated[str | None, typer.Option(help=words("help.account"))] = None,
    resident: Annotated[str | None, typer.Option(help=words("help.resident"))] = None,
) -> None:
    from bot.cli.opening import with_database
    from storage.policy import CONFIRMED_BY_ANOTHER

    wish = Wish(role, area, name, account, resident)

    async def let_in(settings: Settings, database: Database) -> None:
        invited = await _let_in(database, wish)
        tell(settings, invited)
        if wish.role in CONFIRMED_BY_ANOTHER:
            code = invited.who.split()[-1]
            typer.echo(say(language(), "trust.cli.waits", code=code))

    with_database(let_in)


async def _let_in(database: Database, wish: Wish) -> Invited:
    from bot.cli.errors import OperatorError
    from storage.policy import OPERATOR

    async with database.unit(OPERATOR, "staff invite", "cli") as uow:
        if wish.resident:
            person = await uow.register.person(wish.resident.upper())
            if person is None:
                raise OperatorError("no_such_person", code=wish.resident)
            who, whom = f"{role_name('resident')} {person.code}", {"person_id": person.id}
        else:
            account = await _account(uow, wish)
            who, whom = described(account), {"account_id": account.id}
        invited = await invite(uow, who, **whom)
        await uow.record("invite", who.split()[-1])
    return invited


async def _account(uow: UnitOfWork, wish: Wish) -> Account:
    from bot.cli.errors import OperatorError
    from storage.policy import CONFIRMED_BY_ANOTHER, STAFF_ROLES, Role

    if wish.account:
        found = await existing(uow, wish.account)
        if not found.active:
            raise OperatorError("account_closed", code=found.code)
        return found
    if not (wish.role and wish.area and wish.name and wish.name.strip()):
        raise OperatorError("invite_whom")
    if wish.role not in STAFF_ROLES:
        raise OperatorError("no_such_role", roles=every_role())
    if await uow.areas.get(wish.area) is None:
        raise OperatorError("no_such_area", area=wish.area)
    added = await uow.accounts.add(wish.name.strip(), Role(wish.role), wish.area)
    if added.role in CONFIRMED_BY_ANOTHER:
        await uow.accounts.hold(added.id, "pending")
    return added
