"""`zoufang audit`: who saw and changed what, and whether that log was tampered with."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime, time, timedelta, tzinfo
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Final

import typer

from bot.cli.words import language
from core.texts import say

if TYPE_CHECKING:
    from bot.settings import Settings
    from storage.audit import Entry, Fault, Head, Which
    from storage.database import Database

FAULTY: Final = 1
"""The exit status of a check that found something."""

Row = dict[str, str]


def _say(key: str, /, **values: object) -> str:
    return say(language(), f"audit.{key}", **values)


app = typer.Typer(no_args_is_help=True)

Subject = Annotated[str | None, typer.Option("--subject", help=_say("help.subject"))]
Account = Annotated[str | None, typer.Option("--account", help=_say("help.account"))]
Since = Annotated[str | None, typer.Option("--since", help=_say("help.since"))]
Until = Annotated[str | None, typer.Option("--until", help=_say("help.until"))]


@app.command("verify", help=_say("help.verify"))
def _verify(
    knows: Annotated[str | None, typer.Option("--knows", help=_say("help.knows"))] = None,
) -> None:
    from bot.cli.opening import with_database

    known = _known(knows)
    with_database(partial(_verified, known=known))


@app.command("list", help=_say("help.list"))
def _list(
    subject: Subject = None,
    account: Account = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, help=_say("help.limit"))] = 50,
) -> None:
    from bot.cli.opening import with_database
    from bot.cli.printing import table
    from storage.policy import OPERATOR

    async def show(settings: Settings, database: Database) -> None:
        which = _which(settings.zone, subject, account, since, until)
        async with database.unit(OPERATOR, "audit list", "cli") as uow:
            found, _ = await uow.audit.latest(which, 0, limit)
            await uow.record("list_audit", subject or account or "*")
        rows = [_row(one, settings.zone) for one in found]
        if rows:
            table(
                [_say(f"column.{name}") for name in rows[0]], [list(row.values()) for row in rows]
            )
        else:
            typer.echo(_say("empty"))

    with_database(show)


@app.command("export", help=_say("help.export"))
def _export(
    file: Annotated[Path, typer.Argument(help=_say("help.file"))],
    subject: Subject = None,
    account: Account = None,
    since: Since = None,
    until: Until = None,
) -> None:
    from bot.cli.opening import with_database
    from storage.policy import OPERATOR

    _new(file)

    async def write(settings: Settings, database: Database) -> None:
        which = _which(settings.zone, subject, account, since, until)
        async with database.unit(OPERATOR, "audit export", "cli") as uow:
            await uow.record("export_audit", subject or account or "*")
            count = await _write(uow.audit.entries(which), file, settings.zone)
        typer.echo(_say("done", n=count, file=file))

    with_database(write)


# --- checking ------------------------------------------------------------------------------------


def _known(text: str | None) -> Head | None:
    from storage.audit import Head

    if text is None:
        return None
    number, _, chain = text.partition(":")
    if not (number.isascii() and number.isdecimal() and len(number) < 19 and chain):
        raise typer.BadParameter(_say("bad_head"))
    return Head(int(number), chain)


async def _verified(settings: Settings, database: Database, known: Head | None) -> None:
    """Check everything and say what was found. Raises typer.Exit if something is wrong."""
    from storage.policy import OPERATOR

    head, faults = await _walk(database)
    _tell(head, faults)
    if known is not None:
        async with database.reading(OPERATOR, "audit verify", "cli") as uow:
            found = await uow.audit.holds(known)
        typer.echo(_say("known") if found else _say("unknown", head=known))
        if not found:
            raise typer.Exit(FAULTY)
    if faults:
        raise typer.Exit(FAULTY)


async def _walk(database: Database) -> tuple[Head, list[Fault]]:
    """Seal what is new and check the whole chain: its end, and what is wrong."""
    from bot.cli.printing import progress
    from storage.audit import AT_ONCE, Head
    from storage.policy import OPERATOR

    sealed = AT_ONCE
    while sealed == AT_ONCE:
        async with database.unit(OPERATOR, "audit verify", "cli") as uow:
            sealed = await uow.audit.seal(everything=True)
    head = Head(0, "")
    faults: list[Fault] = []
    async with database.reading(OPERATOR, "audit verify", "cli") as uow:
        total = (await uow.audit.head()).seq
        with progress(_say("checking")) as told:
            while head.seq < total:
                head, some = await uow.audit.verify(head)
                faults += some
                told(head.seq, total)
    return head, faults


def _tell(head: Head, faults: list[Fault]) -> None:
    if faults:
        typer.echo(_say("faults", n=len(faults)))
        for one in faults:
            typer.echo(f"  {_say(f'fault.{one.kind}', seq=one.seq)}")
    elif head.seq:
        typer.echo(_say("intact", n=head.seq))
    else:
        typer.echo(_say("empty"))
    if head.seq:
        typer.echo(_say("head", head=head))


# --- reading -------------------------------------------------------------------------------------


def _which(
    zone: tzinfo, subject: str | None, account: str | None, since: str | None, until: str | None
) -> Which:
    from storage.audit import Which

    return Which(
        subject.upper() if subject else None,
        account.upper() if account else None,
        _midnight("--since", since, zone),
        _midnight("--until", until, zone, after=1),
    )


def _midnight(option: str, text: str | None, zone: tzinfo, after: int = 0) -> datetime | None:
    from bot.cli.days import day

    found = day(option, text)
    if found is None:
        return None
    return datetime.combine(found + timedelta(days=after), time(), zone)


def _row(entry: Entry, zone: tzinfo) -> Row:
    """An entry by the names of its fields, its moment in local time."""
    values = {one.name: getattr(entry, one.name) for one in fields(entry)}
    values["at"] = f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return {name: str(value or "") for name, value in values.items()}


def _new(file: Path) -> None:
    """Raises for a file that is there already, or that is neither .csv nor .jsonl."""
    from bot.cli.errors import OperatorError

    if file.exists():
        raise OperatorError("file_exists", file=file)
    if file.suffix.lower() not in (".csv", ".jsonl"):
        raise typer.BadParameter(_say("bad_suffix"))


async def _write(entries: AsyncIterator[Entry], file: Path, zone: tzinfo) -> int:
    """Write entries to a new file; how many. The file is whole or not there."""
    part, count = file.with_name(f".{file.name}.part"), 0
    try:
        with _private(part) as stream:
            put = _json_lines(stream) if file.suffix.lower() == ".jsonl" else _table(stream)
            async for entry in entries:
                put(_row(entry, zone))
                count += 1
        part.rename(file)
    finally:
        part.unlink(missing_ok=True)
    return count


def _json_lines(stream: IO[str]) -> Callable[[Row], object]:
    return lambda row: stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def _table(stream: IO[str]) -> Callable[[Row], object]:
    from bot.spreadsheets import harmless
    from storage.audit import Entry

    stream.write("\ufeff")  # by which spreadsheets know UTF-8
    writer = csv.writer(stream)
    writer.writerow(_say(f"column.{one.name}") for one in fields(Entry))
    return lambda row: writer.writerow([harmless(value) for value in row.values()])


@contextmanager
def _private(file: Path) -> Iterator[IO[str]]:
    """A new file that its owner only reads."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as stream:
        yield stream
