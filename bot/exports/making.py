"""Makes the file of a table: whole or not at all, plain or sealed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.exports.archive import Archive
from bot.exports.definition import Definition
from bot.exports.formats import SUFFIXES, Head, Writer, writer
from bot.exports.periods import span
from bot.exports.reading import Reading
from bot.exports.sealing import SUFFIX, seal
from core.texts import say
from storage.database import Database
from storage.exporting import Wanted
from storage.policy import Actor
from storage.unit import UnitOfWork

if TYPE_CHECKING:
    from scheduler.ground import Ground

FORMATS: Final = (*SUFFIXES, "zip")

Told = Callable[[int, int], None]
"""Told how much is done, and of how much."""


class ExportError(Exception):
    """A table that can't be made so. `code`: ``file_exists``, ``suffix``, ``no_geo``,
    ``sealed_only``, ``no_such_table``."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for beside the definition; None leaves what that says. A `file` that ends in
    ``.sealed`` is sealed."""

    file: Path
    area: str | None = None
    since: date | None = None
    until: date | None = None
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes a table, where from, and what for, if that was asked."""

    actor: Actor
    channel: str
    purpose: str = ""


async def make(
    database: Database,
    caller: Caller,
    definition: Definition,
    asked: Asked,
    *,
    ground: Ground | None = None,
    told: Told = lambda done, total: None,
) -> int:
    """Make the file, and write down in the audit who did; how many rows it has. `ground` tells what
    rules are called.

    Raises ExportError, OSError.
    """
    suffix = _suffix(definition, asked.file)
    if await asyncio.to_thread(asked.file.exists):
        raise ExportError("file_exists", file=asked.file)
    plain = asked.file.with_name(f".{asked.file.name}.part")
    whole = asked.file.with_name(f".{asked.file.name}.{SUFFIX}.part")
    purpose = caller.purpose or f"export {definition.id}"
    try:
        async with database.reading(caller.actor, purpose, caller.channel) as uow:
            count = await write(uow, definition, asked, plain, suffix, ground=ground, told=told)
        if _sealed(asked.file):
            await asyncio.to_thread(seal, plain, whole)
        async with database.unit(caller.actor, purpose, caller.channel) as uow:
            await uow.record("export", f"{definition.id} {asked.area or '*'} {count}")
        await asyncio.to_thread((whole if _sealed(asked.file) else plain).rename, asked.file)
    finally:
        plain.unlink(missing_ok=True)
        whole.unlink(missing_ok=True)
    return count


async def write(
    uow: UnitOfWork,
    definition: Definition,
    asked: Asked,
    plain: Path,
    suffix: str,
    *,
    ground: Ground | None = None,
    told: Told = lambda done, total: None,
) -> int:
    """Write the rows that the actor of `uow` may see to the file `plain`, in the format `suffix`;
    how many they are. Nothing is sealed or written into the audit here. Raises OSError."""
    which = wanted(definition, asked, uow.today)
    reading = Reading(uow, definition, which, asked.language, ground)
    head = _head(uow, definition, which, asked.language)
    return await _write(uow, reading, _writer(plain, suffix, head, definition), told)


def wanted(definition: Definition, asked: Asked, today: date) -> Wanted:
    """Which rows are asked for: days that are asked for go before the period of the definition."""
    chosen = definition.filter
    since, until = asked.since, asked.until
    if since is None and until is None and chosen.period is not None:
        since, until = span(chosen.period, today)
    return Wanted(
        area=asked.area or chosen.area or "",
        since=since,
        until=until,
        form_id=definition.form,
        outcomes=chosen.outcomes,
        tags=chosen.tags,
        rules=chosen.rules,
        states=chosen.states,
    )


async def _write(uow: UnitOfWork, reading: Reading, made: Writer, told: Told) -> int:
    """Everything from `reading` into `made`; how many rows."""
    done = 0
    try:
        total = await reading.count()
        async for lines in reading.lines():
            for line in lines:
                made.row(line)
            if isinstance(made, Archive):
                await made.files(uow, lines)
            done += len(lines)
            told(done, max(done, total))
        await asyncio.to_thread(made.close)
    except BaseException:
        with suppress(Exception):
            made.abandon()
        raise
    return done


def _writer(file: Path, suffix: str, head: Head, definition: Definition) -> Writer:
    if suffix == "zip":
        return Archive(file, head, f"{definition.id}.xlsx")
    return writer(suffix, file, head)


def _suffix(definition: Definition, file: Path) -> str:
    """The format that the name of the file asks for."""
    inner = file.with_suffix("") if _sealed(file) else file
    suffix = inner.suffix.lower().removeprefix(".")
    if suffix not in FORMATS:
        raise ExportError("suffix", file=file)
    if suffix == "geojson" and not definition.geo:
        raise ExportError("no_geo", id=definition.id)
    if definition.sealed and not _sealed(file):
        raise ExportError("sealed_only", id=definition.id, file=f"{file}.{SUFFIX}")
    return suffix


def _sealed(file: Path) -> bool:
    return file.suffix.lower() == f".{SUFFIX}"


def _head(uow: UnitOfWork, definition: Definition, which: Wanted, language: str) -> Head:
    def words(key: str, **values: object) -> str:
        return say(language, f"exports.about.{key}", **values)

    local = uow.now.astimezone(uow.zone)
    days = "" if which.since is None else f"{which.since}"
    days += "" if which.until is None else f" – {which.until}"
    about: Mapping[str, str] = {
        "title": definition.titles.of(language),
        "area": which.area or words("all"),
        "days": days or words("all"),
        "made": f"{local:%Y-%m-%d %H:%M}",
        "care": words("careful"),
    }
    return Head(
        title=definition.titles.of(language),
        titles=[one.titles.of(language) for one in definition.columns],
        keys=[one.name for one in definition.columns],
        about=[(words(name), value) for name, value in about.items()],
        about_title=words("sheet"),
    )
