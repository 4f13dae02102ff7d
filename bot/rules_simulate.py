"""What a rule file would ask of the register, beside what the rules in force ask now.

It reckons with every home, a little at a time: it may run beside the chat.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.rules import folders
from bot.rules_simulation import Simulation, Stretch, Tally
from bot.rules_staff import Member, Staff
from bot.settings import Settings
from scheduler.dossiers import subject as subject_of
from scheduler.lines import Line
from scheduler.rulebook import Rulebook
from scheduler.subjects import Stay, Subject

if TYPE_CHECKING:
    from storage.accounts import Account
    from storage.obligations_facts import Dossier
    from storage.unit import UnitOfWork

Reading = Callable[[], AbstractAsyncContextManager["UnitOfWork"]]
"""Opens a unit of work that reads as whoever asked."""

Told = Callable[[int, int], None]
"""Told how much is done, and of how much."""

HOMES: Final = 100  # read in one transaction
_ALWAYS: Final = date(2000, 1, 1)  # staff and areas were there before any rule


@dataclass(slots=True)
class Outcome:
    """Both counts, and how large the register is."""

    before: Tally
    after: Tally
    people: int = 0
    homes: int = 0


def books(settings: Settings, file: Path) -> tuple[Rulebook, Rulebook]:
    """The rules in force, and those with `file`, which takes the place of a file of its name.

    Raises RulesError.
    """
    own = [one for folder in folders(settings) for one in _files(folder) if one.name != file.name]
    return Rulebook.read(*folders(settings)), Rulebook.read(*own, file)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.toml")) if folder.is_dir() else [folder]


async def simulate(
    reading: Reading,
    before: Rulebook,
    after: Rulebook,
    stretch: Stretch,
    *,
    area: str,
    told: Told,
) -> Outcome:
    """Count with both rulebooks, over the register in `area` as it stands."""
    async with reading() as uow:
        accounts = [one for one in await uow.accounts.all() if one.active]
        areas = [one.code for one in await uow.areas.all(area)]
        total = await uow.census.count(area)
    runs = _Runs(before, after, accounts, stretch)
    for number, code in enumerate(areas):
        runs.take(Subject("area", (Stay(code, _ALWAYS),)), number)
        await asyncio.sleep(0)
    for one in accounts:
        if one.area_code.startswith(area):
            stays = (Stay(one.area_code, _ALWAYS),)
            runs.take(Subject("worker", stays, role=one.role.value), one.id, one.code)
    people = homes = last = 0
    while chunk := await _chunk(reading, last, area):
        for home in chunk:
            last = home.whose.id
            homes += 1
            people += sum(one.left_on is None for one in home.members)
            runs.take_home(home)
            await asyncio.sleep(0)  # the chat goes first
        told(homes, total)
    was, now = runs.tallies()
    return Outcome(was, now, people, homes)


async def _chunk(reading: Reading, after: int, area: str) -> Sequence[Dossier]:
    async with reading() as uow:
        return await uow.census.homes(after, HOMES, area)


class _Runs:
    """The simulations of both books; what is the same in both is counted once."""

    def __init__(
        self, before: Rulebook, after: Rulebook, accounts: Sequence[Account], stretch: Stretch
    ) -> None:
        members = [Member(one.code, one.role.value, one.area_code) for one in accounts]
        same = [line for line in after.lines if _unchanged(line, before, after)]
        staff, later = Staff(members, before.roles), Staff(members, after.roles)
        self._zone = stretch.zone
        self._both = Simulation(after, same, later, stretch)
        self._before = Simulation(before, _without(before.lines, same), staff, stretch)
        self._after = Simulation(after, _without(after.lines, same), later, stretch)

    def take(self, subject: Subject, number: int, code: str = "") -> None:
        for one in (self._both, self._before, self._after):
            one.take(subject, number, code)

    def take_home(self, home: Dossier) -> None:
        """A household, and each of its people."""
        for one in (home, *home.members):
            self.take(subject_of(one, self._zone), one.whose.id)

    def tallies(self) -> Iterator[Tally]:
        """Before, and after."""
        for one in (self._before, self._after):
            one.tally.add(self._both.tally)
            yield one.tally


def _unchanged(line: Line, before: Rulebook, after: Rulebook) -> bool:
    """Whether a line asks the same of the same people, and tells the same."""
    if line not in before.lines or before.roles != after.roles:
        return False
    return all(
        before.ladders[rule.ladder] == after.ladders[rule.ladder]
        and (
            rule.escalation is None
            or before.escalations[rule.escalation] == after.escalations[rule.escalation]
        )
        for rule in line.versions
    )


def _without(lines: Sequence[Line], same: Sequence[Line]) -> list[Line]:
    return [line for line in lines if line not in same]
