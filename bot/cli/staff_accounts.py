"""Accounts as commands of `zoufang staff` find them, tell of them, and let people in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import typer

from bot.cli.words import language, words
from core.texts import say

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.accounts import Account
    from storage.unit import UnitOfWork


@dataclass(frozen=True, slots=True)
class Invited:
    """Who was invited, in words, and the two tokens that let them in."""

    who: str
    code: str
    link_token: str


async def existing(uow: UnitOfWork, code: str) -> Account:
    """The account of a code. Raises OperatorError."""
    from bot.cli.errors import OperatorError

    found = await uow.accounts.by_code(code)
    if found is None:
        raise OperatorError("no_such_account", code=code)
    return found


async def invite(uow: UnitOfWork, who: str, **whom: int) -> Invited:
    """New tokens for an `account_id` or a `person_id`."""
    code = await uow.invites.issue("messenger", **whom)
    return Invited(who, code, await uow.invites.issue("web", **whom))


def role_name(role: str) -> str:
    """What a role is called."""
    return say(language(), f"chat.role.{role}")


def every_role() -> str:
    """The roles that an account can have: as they are written, and what they are called."""
    from storage.policy import STAFF_ROLES

    return words("help.between_roles").join(
        words("help.one_role", id=one.value, name=role_name(one)) for one in STAFF_ROLES
    )


def described(account: Account) -> str:
    """An account in a line: its code comes last."""
    return f"{account.name} {role_name(account.role)} {account.area_code} {account.code}"


def tell(settings: Settings, invited: Invited) -> None:
    """Print how somebody comes in."""
    from storage.invites import TOKEN_LIFE

    code, bot = invited.code, (settings.telegram_bot or "").lstrip("@")
    typer.echo(invited.who)
    typer.echo(words("staff.code", code=code, days=TOKEN_LIFE["messenger"].days))
    if bot:
        typer.echo(words("staff.telegram_link", link=f"https://t.me/{bot}?start={code}"))
    else:
        typer.echo(words("staff.telegram_text", code=code))
    link = f"{settings.base_url}/sign-in/{invited.link_token}"
    typer.echo(words("staff.web", link=link, hours=TOKEN_LIFE["web"] // timedelta(hours=1)))
