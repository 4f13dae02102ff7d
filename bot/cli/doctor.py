"""`zoufang doctor`: looks at everything that the program needs, and says what to do."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Final

import typer

from bot.cli.words import language
from core.texts import say

if TYPE_CHECKING:
    from bot.settings import Settings

FAILED: Final = 1
"""The exit status if anything failed."""


def doctor() -> None:
    """Print a line for each thing looked at; exit with `FAILED` if one of them failed."""
    from bot.settings import from_environment

    levels = asyncio.run(_print(from_environment()))
    warnings, failures = levels["warn"], levels["fail"]
    summary = "summary" if warnings or failures else "well"
    typer.echo(say(language(), f"doctor.{summary}", warnings=warnings, failures=failures))
    if failures:
        raise typer.Exit(FAILED)


async def _print(settings: Settings) -> Counter[str]:
    levels: Counter[str] = Counter()
    async for level, sentence in _findings(settings):
        typer.echo(f"{say(language(), f'doctor.{level}')}  {sentence}")
        levels[level] += 1
    return levels


async def _findings(settings: Settings) -> AsyncIterator[tuple[str, str]]:
    from bot.checkup.database import database
    from bot.checkup.machine import backups, disk, files, key
    from bot.checkup.program import program
    from bot.checkup.telegram import telegram
    from bot.cli.errors import explained

    for check in (files, key, disk, database, backups, program, telegram):
        try:
            async for finding in check(settings):
                yield finding.level, say(language(), f"doctor.{finding.code}", **finding.values)
        except Exception as error:
            lines = explained(error)
            if not lines:
                raise
            for line in lines:
                yield "fail", line
