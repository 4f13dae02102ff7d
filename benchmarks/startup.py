"""From nothing to the first reply, with many published forms: a fresh process each time.

The forms are made up, of 10 to 60 questions each; they were compiled when they were published, so
that a start only reads what it needs from the cache.

    python -m benchmarks.startup
"""

from __future__ import annotations

import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

FORMS: Final = 50
ROUNDS: Final = 5
LIMIT: Final = 1.0  # seconds to the first reply, on two quiet cores

_TABLE: Final = (
    "| settings | form_title | form_id | version |\n|---|---|---|---|\n|  | {0} | {0} | 1 |\n\n"
)
_HEAD: Final = "| survey | type | name | label | relevant |\n|---|---|---|---|---|\n"


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds: `imports` until the program is loaded, `opened` until the database is, `replied`
    until the first question of a form stands in the outbox; all from the start of the process."""

    imports: float
    opened: float
    replied: float


def run() -> list[Start]:
    """Publish the forms once, then start `ROUNDS` times; prints the medians."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_publish(Path(folder)))
        starts = [_start(Path(folder)) for _ in range(ROUNDS)]
    print(f"start-up with {FORMS} published forms, median of {ROUNDS} fresh processes")
    for name in ("imports", "opened", "replied"):
        print(f"  {name:8} {statistics.median(getattr(one, name) for one in starts):.2f} s")
    print(f"  guide for the first reply on two quiet cores: {LIMIT:.1f} s")
    return starts


def _start(folder: Path) -> Start:
    began = time.time()
    command = [sys.executable, "-m", "benchmarks.startup", str(folder), str(began)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Start(**json.loads(done.stdout))


async def _publish(folder: Path) -> None:
    from core.clock import SystemClock
    from forms import Form
    from handlers.forms import publish
    from storage.areas import Area
    from storage.policy import OPERATOR, Role

    database = await _open(folder)
    try:
        async with database.unit(OPERATOR, "bench") as uow:
            await uow.areas.put([Area("990101", "county", "示范县")])
            account = await uow.accounts.add("测试", Role.GRID_WORKER, "990101")
            chat = await uow.conversations.load("bench", "1", "zh")
            await uow.conversations.bind(chat, account_id=account.id, person_id=None)
            for number in range(FORMS):
                source, xform = _form(f"form{number}", 10 + number)
                from forms.intake import Intake

                taken = Intake(xform, Form.from_xform(xform), ())
                await publish(uow, taken, source)
    finally:
        await database.close()
    assert SystemClock  # the clock's module is part of what a start loads


def _form(name: str, questions: int) -> tuple[bytes, bytes]:
    from pyxform.xls2xform import convert

    rows = [
        f"|  | {'integer' if n % 2 else 'text'} | q{n} | 问题{n} | "
        f"{f'${{q{n - 1}}} != 99' if n else ''} |"
        for n in range(questions)
    ]
    table = _TABLE.format(name) + _HEAD + "\n".join(rows) + "\n"
    return table.encode(), convert(xlsform=table, file_type=".md", validate=False).xform.encode()


async def _open(folder: Path):  # type: ignore[no-untyped-def]
    from core.clock import SystemClock
    from storage import vault
    from storage.database import Database

    vault.use(vault.load_or_create(folder / "key"))
    return await Database.open(f"sqlite:///{folder / 'bench.sqlite3'}", SystemClock())


async def _first_reply(folder: Path, began: float) -> Start:
    from bot.cli.starting import program

    program()
    imports = time.time() - began
    from bot.app import house_of
    from bot.settings import Settings
    from core.messages import Inbound, Tap
    from handlers.step import Steps
    from handlers.tokens import FORM, token
    from storage.policy import SYSTEM
    from tests.handlers.paper import PaperChannel

    database = await _open(folder)
    try:
        opened = time.time() - began
        channels = {"bench": PaperChannel(name="bench")}
        steps = Steps(database, house_of(Settings()), channels, lambda: None)
        async with database.unit(SYSTEM, "bench") as uow:
            chosen = (await uow.forms.offered())[-1]
        key = f"k{began}"
        tap = Tap(token=token(FORM, chosen.sha256[:12], "-"))
        await steps.receive(Inbound(channel="bench", address="1", key=key, event=tap))
        replied = time.time() - began
        async with database.unit(SYSTEM, "bench") as uow:
            assert await uow.outbox.next_due(["bench"]) is not None
    finally:
        await database.close()
    return Start(imports, opened, replied)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        found = asyncio.run(_first_reply(Path(sys.argv[1]), float(sys.argv[2])))
        print(json.dumps({name: getattr(found, name) for name in found.__slots__}))
    else:
        run()
