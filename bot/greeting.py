"""What a start tells whoever started it."""

from __future__ import annotations

from collections.abc import Collection

from bot.program import Announce
from bot.settings import Settings
from core.texts import say
from storage.database import Database


async def greet(
    settings: Settings, database: Database, channels: Collection[str], announce: Announce
) -> None:
    """Where it can be reached, by which channels, and what to mind."""
    language = settings.language
    announce(say(language, "run.listening", url=settings.base_url))
    if settings.demo:
        await _greet_demo(settings, database, announce)
    if len(channels) > 1:
        announce(say(language, "run.telegram", runtime=settings.telegram_runtime))
    if settings.abroad:
        announce(say(language, "trust.start.mainland"))
    announce(say(language, "run.stop_hint"))


async def _greet_demo(settings: Settings, database: Database, announce: Announce) -> None:
    from bot import demo

    links = await demo.sign_in_links(database, settings.base_url)
    if links:
        announce(say(settings.language, "run.once"))
    for role, link in links:
        text = say(settings.language, "run.role_link", role=say(settings.language, role), link=link)
        announce(text)
