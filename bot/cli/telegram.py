"""`zoufang telegram webhook`: where Telegram posts what people send."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from bot.cli.words import words

if TYPE_CHECKING:
    from bot.channels.telegram import ApiError, Call, Hook, Unusable
    from bot.settings import Settings

app = typer.Typer(no_args_is_help=True)
webhook = typer.Typer(no_args_is_help=True)
app.add_typer(webhook, name="webhook", help=words("help.telegram_webhook"))


@webhook.command("set", help=words("help.webhook_set"))
def _set() -> None:
    from bot.channels.telegram.webhook import setting

    settings, hook = _opened()
    _ask(settings, setting(hook))
    typer.echo(words("webhook.set", url=_shown(hook.url)))


@webhook.command("delete", help=words("help.webhook_delete"))
def _delete() -> None:
    from bot.channels.telegram import Call
    from bot.settings import from_environment

    _ask(from_environment(), Call("deleteWebhook", {}))
    typer.echo(words("webhook.deleted"))


@webhook.command("info", help=words("help.webhook_info"))
def _info() -> None:
    from bot.channels.telegram import Call
    from bot.settings import from_environment

    settings = from_environment()
    info = _ask(settings, Call("getWebhookInfo", {}))
    if not info.get("url"):
        typer.echo(words("webhook.none", n=info.get("pending_update_count", 0)))
        return
    typer.echo(words("webhook.url", url=_shown(info["url"])))
    typer.echo(words("webhook.waiting", n=info.get("pending_update_count", 0)))
    if info.get("last_error_message"):
        at = datetime.fromtimestamp(info.get("last_error_date", 0), settings.zone)
        when = at.isoformat(" ", "minutes")[:16]
        typer.echo(words("webhook.trouble", when=when, reason=info["last_error_message"]))


def _opened() -> tuple[Settings, Hook]:
    from bot.settings import from_environment
    from bot.telegram import check_webhook, hook_of
    from storage import key_file, vault

    settings = from_environment()
    check_webhook(settings)  # before a key is made that nothing needs
    key = settings.key.get_secret_value() if settings.key else None
    vault.use(key_file.load_or_create(settings.key_file, key))
    return settings, hook_of(settings)


def _ask(settings: Settings, call: Call) -> dict[str, Any]:
    """The answer of one call. Raises SettingsError, Unusable."""
    from bot.channels.telegram import ApiError
    from bot.telegram import open_api_of

    async def ask() -> Any:
        api = open_api_of(settings)
        try:
            return await api.call(call, within=20.0)
        finally:
            await api.close()

    try:
        answer = asyncio.run(ask())
    except ApiError as error:
        raise _unusable(error) from error
    return answer if isinstance(answer, dict) else {}


def _unusable(error: ApiError) -> Unusable:
    from bot.channels.telegram import TokenRefused, Unusable
    from bot.channels.telegram.api import NO_ANSWER, token_refused

    if token_refused(error):
        return TokenRefused(str(error))
    if error.code == NO_ANSWER or error.code >= 500:
        return Unusable("telegram_silent")
    return Unusable("webhook_refused", reason=str(error))


def _shown(url: str) -> str:
    """Without the part of the address that nobody may know."""
    head, slash, tail = url.rpartition("/")
    return f"{head}{slash}…" if len(tail) > 20 else url
