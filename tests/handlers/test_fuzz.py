"""Anything at all comes in, in the shapes of the messengers: nothing breaks, nobody learns of
others, and everything can be left. `make fuzz` does the same a hundred times over.

A worker of each of two grids, a director, a resident, a stranger and the staff of another county
are at it at once, in a register where each place has a rare surname of its own.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select

from core import measures
from core.messages import Command, Reply
from handlers import states
from handlers.forms import publish
from handlers.states import Idle
from storage.database import Database
from storage.formshelf import Offer
from storage.policy import OPERATOR, SYSTEM, Role
from storage.tables import inbox
from tests.handlers import matrix
from tests.handlers.conftest import GRID, NEXT_GRID, VILLAGE, Village, _put_back, _taken
from tests.handlers.matrix import FOREIGN, LETTERS, PLACES
from tests.handlers.monkey import Monkey
from tests.handlers.paper import Talker
from tests.handlers.uploads import WHOLE

TIMES: Final = int(os.environ.get("FUZZ_TIMES", "2"))
FIRST: Final = int(os.environ.get("FUZZ_SEED", "1"))
UPDATES: Final = 1000
OFTEN: Final = 25  # updates after which somebody leaves what they are in

CODES: Final = tuple(
    f"{kind}{letter}{end}"
    for letter in LETTERS.values()
    for kind, end in (("H", "AAAAA"), ("P", "AAAAA"), ("P", "BBBBB"))
)
_SURNAMES: Final = re.compile("|".join(PLACES).replace("皮", "皮(?!疹)"))  # a rash is nobody

EVERYTHING: Final = """\
| settings | form_title | form_id | version |
|---|---|---|---|
|  | 样样 | every | 1 |

| survey | type | name | label | required |
|---|---|---|---|---|
|  | image | photo | 照片？ |  |
|  | begin repeat | room | 房间 |  |
|  | integer | size | 多大？ |  |
|  | end repeat |  |  |  |
|  | file | paper | 文件？ |  |
|  | audio | voice | 录音？ |  |
|  | video | film | 录像？ |  |
|  | geopoint | place | 在哪里？ |  |
|  | select_multiple fruit | fruits | 水果？ | yes |
|  | dateTime | moment | 什么时候？ |  |
|  | time | hour | 几点？ |  |
|  | decimal | warm | 体温？ |  |
|  | range | mark | 打分？ |  |
|  | barcode | bar | 条码？ |  |

| choices | list_name | name | label |
|---|---|---|---|
|  | fruit | apple | 苹果 |
|  | fruit | pear | 梨 |
"""


@dataclass(slots=True)
class World:
    """The village with everybody in it. `leaks` are replies that told somebody of those whom they
    may not see."""

    village: Village
    hidden: dict[str, str]
    people: list[Talker]
    leaks: list[tuple[str, Reply]] = field(default_factory=list)

    def listen(self) -> None:
        """Hear what is said to everybody."""
        self.village.channel.refuse = self._hear

    def _hear(self, address: str, reply: Reply) -> None:
        words = reply.text + "\n" + "\n".join(one.text for row in reply.buttons for one in row)
        if set(_SURNAMES.findall(words)) & set(self.hidden[address]):
            self.leaks.append((address, reply))


@dataclass(slots=True)
class Settled:
    """The database after everybody has come in, and who they are."""

    file: Path | None = None
    hidden: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="module")
def settled_once() -> Settled:
    return Settled()


@pytest.fixture
async def world(
    village: Village, settled_once: Settled, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[World]:
    """Everybody at their menu; they come in once, and are put back for each test."""
    file = village.database.engine.url.database
    assert file
    if settled_once.file is None:
        settled_once.hidden = await _everybody(await matrix.settled(village))
        await village.database.close()
        settled_once.file = tmp_path_factory.mktemp("fuzz") / "settled.sqlite3"
        shutil.copy(file, settled_once.file)
    await village.database.close()
    _put_back(settled_once.file, file)
    database = Database(village.database.engines, village.clock)
    here = matrix.with_rules(replace(village, database=database))
    here.channel.files |= {name: content for name, (content, _) in WHOLE.items()}
    yield World(here, settled_once.hidden, [here.talker(one) for one in settled_once.hidden])
    await database.close()


async def _everybody(here: Village) -> dict[str, str]:
    """Let people in; whose surnames each of them must not learn."""
    async with here.database.unit(OPERATOR, "test") as uow:
        form = _taken("every", EVERYTHING)
        await publish(uow, form, EVERYTHING.encode(), offer=Offer(subject="person"))
        person = await uow.register.person(f"P{LETTERS['闫']}AAAAA")
        assert person
        code = await uow.invites.issue("messenger", person_id=person.id)
    staff = (
        (Role.GRID_WORKER, GRID, "near", "闫"),
        (Role.GRID_WORKER, NEXT_GRID, "far", "皮"),
        (Role.CHILD_DIRECTOR, VILLAGE, "director", "闫皮"),
        (Role.GRID_WORKER, PLACES["佘"], "abroad", "佘"),
        (Role.TOWNSHIP_SUPERVISOR, f"{FOREIGN}001", "over there", "佘"),
    )
    for role, area, address, _ in staff:
        await here.staff(role, area, address)
    await here.talker("resident").say(f"/start {code}")
    known = {address: seen for _, _, address, seen in staff}
    known |= {"resident": "闫", "stranger": ""}
    return {who: "".join(set(PLACES) - set(seen)) for who, seen in known.items()}


@pytest.mark.parametrize("seed", range(FIRST, FIRST + TIMES))
async def test_anything_at_all_breaks_nothing_and_tells_nobody_of_others(
    seed: int, world: World
) -> None:
    village, monkey = world.village, Monkey(seed, CODES, [(x, WHOLE[x][1]) for x in WHOLE])
    world.listen()
    failed = measures.STEPS.values.get(("paper", "failed"), 0)
    for turn in range(UPDATES):
        someone = monkey.chance.choice(world.people)
        inbound = monkey.update(someone)
        if inbound is None:
            continue
        await village.steps.receive(inbound)
        await village.sender.drain()
        assert not world.leaks, (turn, inbound)
        assert measures.STEPS.values.get(("paper", "failed"), 0) == failed, (turn, inbound)
        if turn % OFTEN == 0:
            await leaves(village, someone, turn)
        del someone.sheet[:-30]
    async with village.database.unit(SYSTEM, "test") as uow:
        states_of = await uow.connection.execute(select(inbox.c.state).distinct())
        assert set(states_of.scalars()) == {"done"}


async def leaves(village: Village, someone: Talker, turn: int) -> None:
    """/cancel asks once what is to become of a draft, and the menu keeps it."""
    await someone.do(Command(name="cancel"), key=f"cancel-{turn}")
    await someone.do(Command(name="menu"), key=f"menu-{turn}")
    async with village.database.unit(SYSTEM, "test") as uow:
        chat = await uow.conversations.load("paper", someone.address, "zh")
    assert isinstance(states.load(chat.state), Idle)
