"""A small village, the built-in forms, and people who talk through paper."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from bot.parameters import Parameters
from bot.phones import Phonebook
from bot.settings import DEFAULTS
from forms import library
from forms.intake import Intake, intake
from handlers.forms import _offer, publish
from handlers.rendering import render
from handlers.shelf import Shelf
from handlers.step import Steps
from handlers.turn import House
from scheduler.sender import Sender
from storage.areas import Area
from storage.database import Database
from storage.policy import OPERATOR, Role
from storage.register import NewHousehold, NewPerson
from tests.clock import TurnedClock
from tests.handlers.paper import PaperChannel, Talker

COUNTY, TOWNSHIP, VILLAGE = "990101", "990101001", "990101001101"
GRID, NEXT_GRID = VILLAGE + "001", VILLAGE + "002"

AREAS = (
    Area(COUNTY, "county", "示范县"),
    Area(TOWNSHIP, "township", "示范乡", COUNTY),
    Area(VILLAGE, "village", "柳树村", TOWNSHIP),
    Area(GRID, "grid", "第一网格", VILLAGE),
    Area(NEXT_GRID, "grid", "第二网格", VILLAGE),
)
HOUSEHOLDS = (
    NewHousehold(
        "HAAAAAA",
        GRID,
        "柳树村1号",
        (
            NewPerson("PAAAAAA", "王德福", "m", date(1950, 3, 5), True, tags=("over_65", "hypertension")),
            NewPerson("PBBBBBB", "王小明", "m", date(2016, 5, 1), tags=("left_behind_child",)),
        ),
    ),
    NewHousehold("HBBBBBB", GRID, "柳树村2号", (NewPerson("PCCCCCC", "李秀英", "f", date(1970, 1, 1), True),)),
    NewHousehold("HCCCCCC", NEXT_GRID, "柳树村3号", (NewPerson("PDDDDDD", "赵国强", "m", date(1960, 1, 1), True),)),
)


@dataclass(slots=True)
class Village:
    """Everything running, but the messenger."""

    database: Database
    clock: TurnedClock
    channel: PaperChannel
    steps: Steps
    sender: Sender
    house: House

    def restart(self) -> Village:
        """The same database under a new process: nothing is remembered but what is stored."""
        return _running(self.database, self.clock, self.channel)

    def talker(self, address: str) -> Talker:
        """Somebody without an account."""
        return Talker(address, self.channel, self.steps, self.sender)

    async def staff(self, role: Role, area: str, address: str | None = None) -> Talker:
        """Somebody who has come in with an invite code and sees the menu."""
        async with self.database.unit(OPERATOR, "test") as uow:
            account = await uow.accounts.add(f"测试{role.value}", role, area)
            code = await uow.accounts.issue("messenger", account_id=account.id)
        someone = self.talker(address or f"{role.value}-{account.id}")
        await someone.say(f"/start {code}")
        return someone


Publish = Callable[[str, str], Awaitable[None]]


def _running(database: Database, clock: TurnedClock, channel: PaperChannel) -> Village:
    phones = Phonebook.read(DEFAULTS / "phones.toml")
    parameters = Parameters.read(DEFAULTS / "parameters.toml")
    house = House(
        shelf=Shelf(), zone=ZoneInfo("Asia/Shanghai"), parameters=parameters.on, phones=phones.of
    )
    channels = {channel.name: channel}
    sender = Sender(database, channels, lambda parcel: render(parcel, house), clock)
    steps = Steps(database, house, channels, sender.wake)
    return Village(database, clock, channel, steps, sender, house)


@pytest.fixture(scope="session")
def built_in() -> dict[str, tuple[bytes, Intake]]:
    """The built-in forms, taken in once a session."""
    return {
        name: (library.source(name), intake(library.source(name), f"{name}.md"))
        for name in library.names()
    }


@pytest.fixture
async def village(
    sqlite_database: Database, clock: TurnedClock, built_in: dict[str, tuple[bytes, Intake]]
) -> AsyncIterator[Village]:
    """Two grids with three households, and the built-in forms."""
    async with sqlite_database.unit(OPERATOR, "test") as uow:
        await uow.areas.put(AREAS)
        await uow.register.enter(HOUSEHOLDS, "test")
        for name, (source, taken) in built_in.items():
            titles, offer = _offer(library.offers()[name])
            await publish(uow, taken, source, titles=titles, offer=offer)
    yield _running(sqlite_database, clock, PaperChannel())


@pytest.fixture
def ask(village: Village) -> Publish:
    """Publishes a form given as Markdown tables, for no subject, to every field role."""

    async def publish_markdown(name: str, tables: str) -> None:
        source = tables.encode()
        taken = intake(source, f"{name}.md")
        assert taken.form, taken.findings
        async with village.database.unit(OPERATOR, "test") as uow:
            await publish(uow, taken, source)

    return publish_markdown
