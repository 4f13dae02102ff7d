"""What the fire falls on: a database with a grid, its workers and the form; and what is left of it.

A ground is made once and copied for each fire, so that no fire starts on what another one left.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic
from typing import Any, Final

from sqlalchemy import select, update

from core.clock import SystemClock
from core.ports import Clock
from forms import library
from forms.intake import intake
from handlers.forms import publish
from handlers.visits import find
from storage import key_file
from storage import vault as vaults
from storage.areas import Area
from storage.database import Database
from storage.figures import Figures, figures
from storage.formshelf import FormSource, FormVersion
from storage.interviews import _stored
from storage.policy import OPERATOR, SYSTEM, Role
from storage.submissions import Filter
from storage.tables import interview, media, outbox
from storage.unit import UnitOfWork
from tests.patience import PATIENCE
from tests.under_fire.form import NAMES, PHOTO, TABLE, files, size_of

PEOPLE: Final = 100
_LOOK: Final = 0.05  # seconds between two looks
_GRID: Final = "990101001101001"
_AREAS: Final = (
    Area("990101", "county", "示范县"),
    Area(_GRID[:9], "township", "示范乡", "990101"),
    Area(_GRID[:12], "village", "柳树村", _GRID[:9]),
    Area(_GRID, "grid", "第一网格", _GRID[:12]),
)


@dataclass(frozen=True, slots=True)
class Worker:
    """A member of staff, and what lets them in: once by a messenger, once on the web."""

    account: int
    code: str
    link: str


@dataclass(frozen=True, slots=True)
class Left:
    """What a database holds: each worker's records, what is still under way, and why something was
    given up."""

    records: dict[int, list[dict[str, Any]]]
    figures: Figures
    given_up: list[str]

    @property
    def at_rest(self) -> bool:
        """Whether nothing waits to be handled or delivered."""
        return not (self.figures.inbox.waiting or self.figures.outbox.waiting)


@dataclass(frozen=True, slots=True)
class Ground:
    """A folder with the key, the URL of the database, and the workers in it."""

    folder: Path
    url: str
    workers: tuple[Worker, ...]

    @property
    def settings(self) -> dict[str, object]:
        """How the program finds it."""
        key = self.folder / "zoufang.key"
        open_to_numbers = {"profile": "open", "open_on": "web,telegram"}
        return {"database_url": self.url, "key_file": key, "demo": False} | open_to_numbers

    def copy(self, folder: Path, url: str = "") -> Ground:
        """The same elsewhere. The SQLite file is copied; a PostgreSQL `url` names a copy."""
        folder.mkdir(parents=True, exist_ok=True)
        for file in self.folder.iterdir():
            shutil.copy(file, folder)
        return replace(self, folder=folder, url=url or sqlite_url(folder))

    @asynccontextmanager
    async def opened(self, clock: Clock | None = None) -> AsyncIterator[Database]:
        """The database, beside or after the program."""
        before = list(vaults._open)
        vaults.use(key_file.load_or_create(self.folder / "zoufang.key", None))
        database = await Database.open(self.url, clock or SystemClock())
        try:
            yield database
        finally:
            await database.close()
            vaults._open[:] = before

    async def let_claims_run_out(self) -> None:
        """Make every claim on a delivery as old as one that a paused process could not renew; those
        aside that it is about to write itself."""
        claimed = select(outbox.c.id).where(outbox.c.claimed_until.is_not(None))
        free = claimed.with_for_update(skip_locked=True)
        async with self.opened() as database, database.unit(SYSTEM, "test") as uow:
            over = update(outbox).where(outbox.c.id.in_(free)).values(claimed_until=uow.now)
            await uow.connection.execute(over)

    async def drafts(self) -> dict[int, list[dict[str, str]]]:
        """The answers in each worker's open interviews, by the name of the question."""
        found: dict[int, list[dict[str, str]]] = {}
        async with self.opened() as database, database.unit(SYSTEM, "test") as uow:
            for row in await uow.connection.execute(select(interview)):
                values = _stored(row._mapping).state["values"].items()
                said = {ref.rsplit("/", 1)[-1]: value for ref, value in values if value}
                found.setdefault(row.account_id, []).append(said)
        return found

    async def left(self) -> Left:
        """What is there now."""
        records: dict[int, list[dict[str, Any]]] = {}
        async with self.opened() as database, database.unit(OPERATOR, "test") as uow:
            photos = await _photos(uow)
            async for record, _ in uow.submissions.each(Filter()):
                said = {name: find(record.answers, name) for name in NAMES}
                said[PHOTO] = ", ".join(photos[record.instance_id])
                records.setdefault(record.account_id, []).append(said)
            given_up = [one.error for one in await uow.dead_letters.inbounds()]
            given_up += [one.error for one in await uow.dead_letters.messages()]
            return Left(records, await figures(uow), given_up)

    async def left_at_rest(self, taken: Callable[[], bool] = lambda: True) -> Left:
        """What is there when nothing is under way any more and all is `taken`, or after a while
        anyway."""
        left = await self.left()
        until = monotonic() + PATIENCE
        while not (left.at_rest and taken()) and monotonic() < until:
            await asyncio.sleep(_LOOK)
            left = await self.left()
        return left


async def _photos(uow: UnitOfWork) -> defaultdict[str, list[str]]:
    """The sizes of each record's photos, by its instance id."""
    kept = select(media.c.submission_id, media.c.content).where(media.c.submission_id.is_not(None))
    found = defaultdict(list)
    for row in await uow.connection.execute(kept):
        found[row.submission_id].append(size_of(row.content))
    return found


def sqlite_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'zoufang.sqlite3'}"


async def settle(folder: Path, url: str, people: int = PEOPLE) -> Ground:
    """Fill a database: the areas, the form, so many workers."""
    bare = Ground(folder, url, ())
    source = TABLE.encode()
    taken = intake(source, "tenfold.md", files())
    async with bare.opened() as database, database.unit(OPERATOR, "test") as uow:
        await uow.areas.put(_AREAS)
        await publish(uow, taken, source)
        for name in library.names():
            await _pass_over(uow, name)
        workers = []
        for number in range(people):
            account = await uow.accounts.add(f"周{number}", Role.GRID_WORKER, _GRID)
            code = await uow.invites.issue("messenger", account_id=account.id)
            link = await uow.invites.issue("web", account_id=account.id)
            workers.append(Worker(account.id, code, link))
    return replace(bare, workers=tuple(workers))


async def _pass_over(uow: UnitOfWork, name: str) -> None:
    """Keep a built-in form as one that was retired: no start then takes seconds to compile it."""
    digest = hashlib.sha256(library.source(name)).hexdigest()
    version = FormVersion(
        sha256=digest,
        form_id=name,
        version="1",
        source_sha256=digest,
        titles={},
        state="published",
        published_at=uow.now,
    )
    await uow.forms.publish(version, FormSource(b"", {}, b""))
    await uow.forms.retire(name)
