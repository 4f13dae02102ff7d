"""Five places with a household each, everybody who may stand near them, and all that chats showed.

Whatever belongs to a place carries its own rare surname: in names, addresses and answers. So a leak
is a surname in the chat of somebody who may not see that place.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from types import ModuleType
from typing import Final

from core.messages import Reply, Tap
from handlers.forms import publish
from scheduler.closing import keep_up
from storage.areas import Area
from storage.enrolment import NewHousehold, NewPerson
from storage.formshelf import Offer
from storage.policy import OPERATOR, POWERS, Role, Sight
from tests.handlers.conftest import (
    COUNTY,
    GRID,
    NEXT_GRID,
    TOWNSHIP,
    VILLAGE,
    Village,
    _taken,
    running,
)
from tests.handlers.paper import PaperChannel, Talker
from tests.scheduler.duties import ground
from tests.scheduler.making import SHANGHAI, rule

FOREIGN: Final = "990303"
OTHER_VILLAGE, OTHER_TOWNSHIP = TOWNSHIP + "102", COUNTY + "002"

PLACES: Final = {
    "闫": GRID,
    "皮": NEXT_GRID,
    "鄢": OTHER_VILLAGE + "001",
    "冼": OTHER_TOWNSHIP + "101001",
    "佘": FOREIGN + "001101001",
}
"""By surname: one's own grid, its sibling, another village, another township, another county."""

LETTERS: Final = dict(zip(PLACES, "EFGJK", strict=True))

AREA_OF_LEVEL: Final = {"grid": GRID, "village": VILLAGE, "township": TOWNSHIP, "county": COUNTY}

FORM: Final = """\
| settings | form_title | form_id | version |
|---|---|---|---|
|  | 谈话 | talk | 1 |

| survey | type | name | label |
|---|---|---|---|
|  | text | words | 说了什么？ |
|  | text | more | 还有呢？ |
"""

HOMES: Final = rule(
    id="G02",
    titles={"zh": "每月入户", "en": "Monthly home visit"},
    population={"subject": "household"},
    satisfied_by=[{"form": "household_visit"}],
    window={"due": "end - 10 days", "closes": "end + 10 days"},
)


@dataclass(slots=True)
class Ear:
    """Hears everything that is said to everybody, old words of changed messages too."""

    heard: dict[str, list[Reply]]

    @classmethod
    def on(cls, channel: PaperChannel) -> Ear:
        """Listen on a channel from now on."""
        ear = cls({})
        channel.refuse = lambda address, reply: ear.heard.setdefault(address, []).append(reply)
        return ear

    def words(self, someone: Talker) -> str:
        """All that somebody was told, with the buttons."""
        said = self.heard.get(someone.address, [])
        return "\n".join(
            "\n".join([one.text, *(button.text for row in one.buttons for button in row)])
            for one in said
        )

    def tokens(self) -> list[str]:
        """Every button that anybody was shown, once."""
        every = (
            button.token
            for said in self.heard.values()
            for one in said
            for row in one.buttons
            for button in row
        )
        return list(dict.fromkeys(every))


def sees(role: Role, place: str) -> bool:
    """Whether the policy shows a role, at its own level above the own grid, somebody there."""
    powers = POWERS[role]
    if powers.sees is not Sight.AREA:
        return False
    return PLACES[place].startswith(AREA_OF_LEVEL[powers.level])


async def settled(village: Village) -> Village:
    """The five places, with rules in force and duties open."""
    async with village.database.unit(OPERATOR, "test") as uow:
        await uow.areas.put(_areas())
        await uow.register.enter(_households(), "test")
        taken = _taken("talk", FORM)
        offer = Offer(subject="person")
        await publish(uow, taken, FORM.encode(), offer=offer)
    here = with_rules(village)
    assert here.house.ground
    await keep_up(here.database, here.house.ground())
    return here


def with_rules(village: Village) -> Village:
    """The same village on a day on which rules are in force."""
    rules = ground(HOMES)
    village.database.zone = SHANGHAI
    village.clock.set(datetime(2026, 12, 3, 2, tzinfo=UTC))
    house = replace(village.house, ground=lambda: rules)
    return running(village.database, village.clock, village.channel, house)


def _areas() -> Iterable[Area]:
    yield Area(OTHER_VILLAGE, "village", "邻村", TOWNSHIP)
    yield Area(OTHER_VILLAGE + "001", "grid", "第一网格", OTHER_VILLAGE)
    yield Area(OTHER_TOWNSHIP, "township", "邻乡", COUNTY)
    yield Area(OTHER_TOWNSHIP + "101", "village", "远村", OTHER_TOWNSHIP)
    yield Area(OTHER_TOWNSHIP + "101001", "grid", "第一网格", OTHER_TOWNSHIP + "101")
    yield Area(FOREIGN, "county", "外县")
    yield Area(FOREIGN + "001", "township", "外乡", FOREIGN)
    yield Area(FOREIGN + "001101", "village", "外村", FOREIGN + "001")
    yield Area(FOREIGN + "001101001", "grid", "第一网格", FOREIGN + "001101")


def _households() -> Iterable[NewHousehold]:
    for surname, area in PLACES.items():
        letter = LETTERS[surname]
        adult = NewPerson(f"P{letter}AAAAA", f"{surname}桂兰", "f", date(1950, 3, 5), True)
        child = NewPerson(f"P{letter}BBBBB", f"{surname}小明", "m", date(2016, 5, 1))
        yield NewHousehold(f"H{letter}AAAAA", area, f"{surname}家街", (adult, child))


async def worked(here: Village, surname: str) -> Talker:
    """A worker of a place who handed in one record, keeps another as a draft, and has a record of
    a child."""
    someone = await here.staff(Role.GRID_WORKER, PLACES[surname], f"worker of {surname}")
    for code, purpose, last in (("AAAAA", "", True), ("BBBBB", "走访", True), ("AAAAA", "", False)):
        await someone.say("/menu")
        await someone.press("我的走访对象")
        await someone.press(f"P{LETTERS[surname]}{code}")
        if purpose:
            await someone.press(purpose)
        await someone.press("谈话")
        await someone.say(f"{surname}氏说的话")
        if last:
            await someone.say(f"{surname}氏还说")
            await someone.press("提交")
    await someone.say("/menu")
    return someone


async def walk(someone: Talker, limit: int = 60) -> None:
    """Press every button that one comes by, from the menu on, up to `limit` of them."""
    await someone.say("/menu")
    waiting = _shown(someone)
    pressed: set[str] = set()
    while waiting and len(pressed) < limit:
        token = waiting.pop(0)
        kind = _kind(token)
        if token in pressed or sum(_kind(one) == kind for one in pressed) >= 4:
            continue
        pressed.add(token)
        await someone.do(Tap(token=token))
        waiting += [one for one in _shown(someone) if one not in pressed]
        if kind in ("f", "d"):
            await someone.say("/menu")


def thinned(tokens: Iterable[str]) -> list[str]:
    """One button of each kind about one's own place, its sibling and a foreign one, and about
    nobody."""
    kept: dict[tuple[str, str], str] = {}
    for token in tokens:
        about = next((one for one in LETTERS.values() if f"{one}AAAAA" in token), "")
        about = about or next((one for one in LETTERS.values() if f"{one}BBBBB" in token), "")
        if about not in (LETTERS["鄢"], LETTERS["冼"]):
            kept.setdefault((_kind(token), about), token)
    return list(kept.values())


def _kind(token: str) -> str:
    area, _, rest = token.partition(":")
    return area if area in "fdqrx" else f"{area}:{rest.partition(':')[0]}"


def _shown(someone: Talker) -> list[str]:
    return [button.token for paper in someone.sheet[-3:] for button in paper.buttons]


def commands(module: ModuleType) -> set[str]:
    """The names that a module's `match` statements on commands know."""
    tree = ast.parse(inspect.getsource(module))
    return {
        str(case.pattern.value.value)
        for case in ast.walk(tree)
        if isinstance(case, ast.match_case)
        and isinstance(case.pattern, ast.MatchValue)
        and isinstance(case.pattern.value, ast.Constant)
    }
