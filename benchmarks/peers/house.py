"""A county for ours: the ten questions published, and a grid worker with a code for each person."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from benchmarks.peers.form import QUESTIONS, TITLE, xlsform
from core.clock import SystemClock
from forms.intake import intake
from handlers.forms import publish
from storage import key_file, vault
from storage.areas import Area
from storage.database import Database
from storage.policy import OPERATOR, Role
from storage.submissions import Filter

GRID: Final = "990202100201001"
AREAS: Final = (
    Area("990202", "county", "示范县"),
    Area("990202100", "township", "清溪镇", "990202"),
    Area("990202100201", "village", "柳湾村", "990202100"),
    Area(GRID, "grid", "第一网格", "990202100201"),
)


async def opened(folder: Path, url: str | None = None) -> Database:
    """The database of this folder, or the one at `url`, with the folder's key."""
    vault.use(key_file.load_or_create(folder / "zoufang.key"))
    return await Database.open(url or f"sqlite:///{folder / 'zoufang.sqlite3'}", SystemClock())


async def build(database: Database, people: int) -> list[str]:
    """Fill an empty database; a code for each person, by which a chat becomes theirs."""
    source = xlsform().encode()
    codes = []
    async with database.unit(OPERATOR, "bench") as uow:
        await uow.areas.put(AREAS)
        await publish(uow, intake(source, "ten.md"), source, titles={"zh": TITLE, "en": TITLE})
        for number in range(people):
            account = await uow.accounts.add(f"测试{number}", Role.GRID_WORKER, GRID)
            codes.append(await uow.invites.issue("messenger", account_id=account.id))
    return codes


async def kept(database: Database) -> int:
    """How many records hold what everybody answered. Each record is a row of its own."""
    expected = {question.name: question.stored for question in QUESTIONS}
    found = 0
    async with database.unit(OPERATOR, "bench") as uow:
        async for record, _ in uow.submissions.each(Filter()):
            answers = {name: str(record.answers.get(name)) for name in expected}
            found += answers == expected
    return found
