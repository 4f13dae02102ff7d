"""`zoufang staff close|open|suspend|resume|confirm|hand-over`: who may act, and who no more."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.staff_accounts import described, existing, invite, tell
from bot.cli.words import language, words
from core.texts import say

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.accounts import Account
    from storage.database import Database
    from storage.unit import UnitOfWork

app = typer.Typer()

Code = Annotated[str, typer.Argument(help=words("help.staff_code"))]
_Act = Callable[["UnitOfWork", "Account"], Awaitable[object]]


def _trust(key: str, /, **values: object) -> str:
    return say(language(), f"trust.cli.{key}", **values)


@app.command("close", help=words("help.staff_close"))
def _close(code: Code) -> None:
    _change("close", code, words("staff.closed", code=code.upper()), _closed)


@app.command("open", help=words("help.staff_open"))
def _open(code: Code) -> None:
    _change("open", code, words("staff.opened", code=code.upper()), _opened)


@app.command("suspend", help=_trust("suspend_help"))
def _suspend(code: Code) -> None:
    _change("suspend", code, _trust("suspended", code=code.upper()), _suspended)


@app.command("resume", help=_trust("resume_help"))
def _resume(code: Code) -> None:
    _change("resume", code, _trust("resumed", code=code.upper()), _opened)


@app.command("confirm", help=_trust("confirm_help"))
def _confirm(code: Code) -> None:
    _change("confirm", code, _trust("confirmed", code=code.upper()), _confirmed)


@app.command("hand-over", help=_trust("hand_over_help"))
def _hand_over(
    code: Code, name: Annotated[str, typer.Option(help=_trust("successor_help"))]
) -> None:
    from bot.cli.opening import with_database

    async def hand_over(settings: Settings, database: Database) -> None:
        from storage.policy import OPERATOR

        async with database.unit(OPERATOR, "staff hand-over", "cli") as uow:
            former = await existing(uow, code)
            new = await uow.accounts.hand_over(former.id, name.strip())
            await uow.record("hand_over", f"{former.code}:{new.code}")
            invited = await invite(uow, described(new), account_id=new.id)
        typer.echo(_trust("handed_over", former=former.code, new=new.code))
        tell(settings, invited)

    with_database(hand_over)


def _change(action: str, code: str, told: str, act: _Act) -> None:
    """Do `act` to the account of `code`, write it down as `action`, and say what was `told`."""
    from bot.cli.opening import with_database

    async def change(settings: Settings, database: Database) -> None:
        from storage.policy import OPERATOR

        async with database.unit(OPERATOR, f"staff {action}", "cli") as uow:
            account = await existing(uow, code)
            await act(uow, account)
            await uow.record(action, account.code)
        typer.echo(described(account))
        typer.echo(told)

    with_database(change)


async def _closed(uow: UnitOfWork, account: Account) -> None:
    await uow.accounts.close(account.id)


async def _opened(uow: UnitOfWork, account: Account) -> None:
    from bot.cli.errors import OperatorError

    if account.held == "pending":
        raise OperatorError("account_waits", code=account.code)
    await uow.accounts.open(account.id)


async def _suspended(uow: UnitOfWork, account: Account) -> None:
    from bot.cli.errors import OperatorError

    if not account.active:
        raise OperatorError("account_closed", code=account.code)
    await uow.accounts.hold(account.id, "suspended")


async def _confirmed(uow: UnitOfWork, account: Account) -> None:
    from bot.cli.errors import OperatorError

    if not await uow.accounts.confirm(account.id):
        raise OperatorError("nothing_to_confirm", code=account.code)
