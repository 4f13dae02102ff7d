"""`zoufang staff`: accounts, the codes and links that let people in, and how they are kept out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.words import language, words
from core.texts import say

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.accounts import Account
    from storage.database import Database
    from storage.unit import UnitOfWork

app = typer.Typer(no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to invite: somebody new by role, area and name, an account, or a resident by code."""

    role: str | None
    area: str | None
    name: str | None
    account: str | None
    resident: str | None


@dataclass(frozen=True, slots=True)
class Invited:
    """Who was invited, in words, and the two tokens that let them in."""

    who: str
    code: str
    link_token: str


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
                _role(one.role),
                one.area_code,
                names[one.area_code],
                "" if one.active else words("staff.is_closed"),
            )
            for one in accounts
        ],
    )


@app.command("close", help=words("help.staff_close"))
def _close(code: Annotated[str, typer.Argument(help=words("help.staff_code"))]) -> None:
    from bot.cli.opening import with_database
    from storage.policy import OPERATOR

    async def close(settings: Settings, database: Database) -> None:
        async with database.unit(OPERATOR, "staff close", "cli") as uow:
            account = await _existing(uow, code)
            await uow.accounts.close(account.id)
            await uow.record("close", account.code)
        typer.echo(_described(account))
        typer.echo(words("staff.closed", code=account.code))

    with_database(close)


@app.command("open", help=words("help.staff_open"))
def _open(code: Annotated[str, typer.Argument(help=words("help.staff_code"))]) -> None:
    from bot.cli.opening import with_database
    from storage.policy import OPERATOR

    async def open_again(settings: Settings, database: Database) -> None:
        async with database.unit(OPERATOR, "staff open", "cli") as uow:
            account = await _existing(uow, code)
            await uow.accounts.open(account.id)
            await uow.record("open", account.code)
        typer.echo(_described(account))
        typer.echo(words("staff.opened", code=account.code))

    with_database(open_again)


@app.command("invite", help=words("help.staff_invite"))
def _invite(
    role: Annotated[str | None, typer.Option(help=words("help.role"))] = None,
    area: Annotated[str | None, typer.Option(help=words("help.area"))] = None,
    name: Annotated[str | None, typer.Option(help=words("help.name"))] = None,
    account: Annotated[str | None, typer.Option(help=words("help.account"))] = None,
    resident: Annotated[str | None, typer.Option(help=words("help.resident"))] = None,
) -> None:
    from bot.cli.opening import with_database

    wish = Wish(role, area, name, account, resident)

    async def invite(settings: Settings, database: Database) -> None:
        _tell(settings, await _let_in(database, wish))

    with_database(invite)


async def _let_in(database: Database, wish: Wish) -> Invited:
    from bot.cli.errors import OperatorError
    from storage.policy import OPERATOR

    async with database.unit(OPERATOR, "staff invite", "cli") as uow:
        if wish.resident:
            person = await uow.register.person(wish.resident.upper())
            if person is None:
                raise OperatorError("no_such_person", code=wish.resident)
            who, whom = f"{_role('resident')} {person.code}", {"person_id": person.id}
        else:
            account = await _account(uow, wish)
            who, whom = _described(account), {"account_id": account.id}
        invited = Invited(
            who,
            await uow.accounts.issue("messenger", **whom),
            await uow.accounts.issue("web", **whom),
        )
        await uow.record("invite", who.split()[-1])
    return invited


def _role(role: str) -> str:
    return say(language(), f"chat.role.{role}")


def _described(account: Account) -> str:
    return f"{account.name} {_role(account.role)} {account.area_code} {account.code}"


async def _account(uow: UnitOfWork, wish: Wish) -> Account:
    from bot.cli.errors import OperatorError
    from storage.policy import STAFF_ROLES, Role

    if wish.account:
        found = await _existing(uow, wish.account)
        if not found.active:
            raise OperatorError("account_closed", code=found.code)
        return found
    if not (wish.role and wish.area and wish.name and wish.name.strip()):
        raise OperatorError("invite_whom")
    if wish.role not in STAFF_ROLES:
        raise OperatorError("no_such_role", roles=", ".join(STAFF_ROLES))
    if await uow.areas.get(wish.area) is None:
        raise OperatorError("no_such_area", area=wish.area)
    return await uow.accounts.add(wish.name.strip(), Role(wish.role), wish.area)


async def _existing(uow: UnitOfWork, code: str) -> Account:
    from bot.cli.errors import OperatorError

    found = await uow.accounts.by_code(code)
    if found is None:
        raise OperatorError("no_such_account", code=code)
    return found


def _tell(settings: Settings, invited: Invited) -> None:
    from storage.accounts import TOKEN_LIFE

    code, bot = invited.code, (settings.telegram_bot or "").lstrip("@")
    typer.echo(invited.who)
    typer.echo(words("staff.code", code=code, days=TOKEN_LIFE["messenger"].days))
    if bot:
        typer.echo(words("staff.telegram_link", link=f"https://t.me/{bot}?start={code}"))
    else:
        typer.echo(words("staff.telegram_text", code=code))
    link = f"{settings.base_url}/sign-in/{invited.link_token}"
    typer.echo(words("staff.web", link=link, hours=TOKEN_LIFE["web"] // timedelta(hours=1)))
