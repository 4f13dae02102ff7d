"""Every role × every command and every button × own, sibling, parent and foreign area.

The roles, and whom each may see, come from the policy. The buttons are all that anybody was shown
while pressing through the program; each is then pressed by everybody else. A new command or a new
kind of button that stands in no row here fails.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from core.messages import Command, Contact, Edited, Event, Location, Other, Tap, Text
from handlers import tokens, welcome
from storage.database import Database
from storage.policy import OPERATOR, POWERS, STAFF_ROLES, Role, Sight
from tests.handlers import matrix
from tests.handlers.conftest import COUNTY, Village, _put_back
from tests.handlers.matrix import AREA_OF_LEVEL, LETTERS, PLACES, Ear, sees
from tests.handlers.paper import Talker

COMMANDS = {
    *("start", "menu", "cancel", "resume", "records", "owe"),
    *("pension", "bind", "unbind", "proxies", "notice", "mydata", "language", "help"),
}
"""Every command. With whatever argument, it tells of nobody whom one does not see."""

AREAS = {
    *(tokens.MENU, tokens.LIST, tokens.FORM, tokens.DRAFT, tokens.QUESTION, tokens.REVIEW),
    *(tokens.LEAVE, tokens.LANGUAGE, tokens.HELP, tokens.UPGRADE, tokens.RECORD, tokens.DUTY),
    *(tokens.RECALL, tokens.PENSION, tokens.BIND, tokens.PROXY, tokens.REQUEST, tokens.FILE),
    *(tokens.STAFF, tokens.OVERSEE),
}
"""Every kind of button. Those that a walk does not come by are forged for each place."""

OUTSIDERS = (Role.NOBODY, Role.RESIDENT)


def forged(place: str) -> list[str]:
    """Buttons about a place, whether anybody was ever shown them or not."""
    home, adult, child = (f"{kind}{LETTERS[place]}{end}" for kind, end in _CODES)
    words = [
        *(f"l:open:household:{home}", f"l:open:person:{adult}", f"l:open:person:{child}"),
        *(f"u:w:household:{home}", f"u:w:person:{adult}", f"u:l:{PLACES[place][:12]}:0:"),
        *(f"w:for:visit:{child}", f"w:for:visit:{child}:AAAAAAAA"),
        *(f"b:code:{adult}", f"y:of:{adult}", f"y:new:{adult}", f"p:open:{adult}"),
        *(f"b:undo:{adult}", f"b:undone:{adult}", f"z:visit:{adult}", f"z:mistake:{adult}"),
        *(f"a:area:grid_worker:{PLACES[place]}", f"v:{adult}", f"z:{adult}", f"k:{adult}"),
    ]
    if place != "佘":
        return words
    return words + [f"{area}:{code}" for area in sorted(AREAS) for code in (home, adult)]


_CODES = (("H", "AAAAA"), ("P", "AAAAA"), ("P", "BBBBB"))


@dataclass(slots=True)
class Worked:
    """The places after a day's work: the database, and every button that was shown."""

    file: Path | None = None
    shown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Here:
    """The places at work."""

    village: Village
    ear: Ear
    shown: tuple[str, ...]


@pytest.fixture(scope="module")
def worked() -> Worked:
    return Worked()


@pytest.fixture
async def here(
    village: Village, worked: Worked, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Here]:
    """The places at work; the work is done once and put back for each test."""
    file = village.database.engine.url.database
    assert file
    if worked.file is None:
        worked.shown = await _work(village)
        await village.database.close()
        worked.file = tmp_path_factory.mktemp("matrix") / "worked.sqlite3"
        shutil.copy(file, worked.file)
    await village.database.close()
    _put_back(worked.file, file)
    database = Database(village.database.engines, village.clock)
    one = matrix.with_rules(replace(village, database=database))
    yield Here(one, Ear.on(one.channel), worked.shown)
    await database.close()


async def _work(village: Village) -> tuple[str, ...]:
    one = await matrix.settled(village)
    ear = Ear.on(one.channel)
    owners = [await matrix.worked(one, surname) for surname in PLACES]
    above = await one.staff(Role.TOWNSHIP_SUPERVISOR, AREA_OF_LEVEL["township"], "above")
    top = await one.staff(Role.COUNTY_ADMINISTRATOR, COUNTY, "top")
    for someone in (*owners, above, top):
        await matrix.walk(someone)
    return tuple(matrix.thinned(ear.tokens()))


async def someone_of(here: Village, role: Role) -> Talker:
    """Somebody of a role, at its own level above the own grid."""
    if role is Role.NOBODY:
        return here.talker("stranger")
    if role is not Role.RESIDENT:
        return await here.staff(role, AREA_OF_LEVEL[POWERS[role].level], f"the {role}")
    resident = here.talker("the resident")
    async with here.database.unit(OPERATOR, "test") as uow:
        person = await uow.register.person(f"P{LETTERS['闫']}AAAAA")
        assert person
        code = await uow.invites.issue("messenger", person_id=person.id)
    await resident.say(f"/start {code}")
    return resident


def leaks(ear: Ear, someone: Talker, role: Role) -> set[str]:
    """Whose surname came into a chat that may not see them."""
    words = ear.words(someone)
    own = {"闫"} if role is Role.RESIDENT else set()
    return {place for place in PLACES if place in words and not sees(role, place)} - own


@pytest.mark.parametrize("role", [*STAFF_ROLES, *OUTSIDERS])
async def test_nobody_learns_of_others_by_any_command_button_or_word(
    here: Here, role: Role
) -> None:
    someone = await someone_of(here.village, role)
    for name in sorted(COMMANDS):
        await someone.do(Command(name=name, argument=f"P{LETTERS['佘']}AAAAA"))
    for token in [*here.shown, *(one for place in PLACES for one in forged(place))]:
        await someone.do(Tap(token=token))
        if token.startswith(("f:", "d:", "s:", "b:", "y:")):
            await someone.say("/menu")
    events: tuple[Event, ...] = (
        *(Text(text=typed) for typed in ("SGL", f"H{LETTERS['皮']}", "p", "%")),
        Location(latitude=44.9, longitude=127.1),
        Contact(phone="1", own=True),
        Edited(text="改了", message="1"),
        *(Other(what="forwarded"), Other(what="sticker")),
    )
    for event in events:
        await someone.do(Tap(token="l:person"))
        await someone.do(event)
    assert leaks(here.ear, someone, role) == set()


@pytest.mark.parametrize("role", [*STAFF_ROLES, *OUTSIDERS])
async def test_a_role_sees_the_places_of_its_area_and_no_others(here: Here, role: Role) -> None:
    someone = await someone_of(here.village, role)
    for place, letter in LETTERS.items():
        reply = await someone.do(Tap(token=f"l:open:household:H{letter}AAAAA"))
        assert (place in reply.text) == sees(role, place), place
        child = await someone.do(Tap(token=f"l:open:person:P{letter}BBBBB"))
        young = POWERS[role].ages.youngest == 0
        assert (place in child.text) == (sees(role, place) and young), place
        adult = await someone.do(Tap(token=f"l:open:person:P{letter}AAAAA"))
        old = POWERS[role].ages.oldest is None
        assert (place in adult.text) == (sees(role, place) and old), place


async def test_a_group_learns_nothing_by_any_command_or_button(
    here: Here,
) -> None:
    _, code = await here.village.hire(Role.GRID_WORKER, PLACES["闫"])
    group = here.village.talker("-100")
    await group.do(Command(name="start", argument=code), private=False)
    for token in here.shown:
        await group.do(Tap(token=token), private=False)
    for name in COMMANDS:
        await group.do(Command(name=name), private=False)
    said = here.ear.heard[group.address]
    assert {one.text for one in said} == {said[0].text}
    assert not any(one.buttons for one in said)


async def test_every_command_and_every_kind_of_button_stands_in_the_matrix(
    here: Here,
) -> None:
    assert matrix.commands(welcome) == COMMANDS
    kinds = {value for name, value in vars(tokens).items() if name.isupper()}
    assert {one for one in kinds if isinstance(one, str)} == AREAS
    come_by = {tokens.parse(one).area for one in here.shown}
    assert come_by >= {tokens.LIST, tokens.FORM, tokens.RECORD, tokens.STAFF, tokens.OVERSEE}


def test_the_policy_has_a_row_for_every_role() -> None:
    assert set(POWERS) == set(Role)
    assert POWERS[Role.NOBODY].sees is Sight.NOBODY
