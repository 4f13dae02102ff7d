"""Takes back what a chunk of an import changed, but for whoever was changed since.

Of each person and each household all of it is taken back, or nothing: whose record somebody else
has touched meanwhile stays as it is, and is named.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Generic, TypeVar

from bot.register.applying import changes_of, stamp, written
from scheduler.ground import Ground
from scheduler.relocating import move_home, rehouse
from storage.register_changes import KnownHome, KnownPerson, Spell
from storage.register_removal import Removal
from storage.unit import UnitOfWork

Changes = Sequence[Mapping[str, Any]]
Known = TypeVar("Known", KnownPerson, KnownHome)


async def take_back(uow: UnitOfWork, ground: Ground, changes: Changes) -> list[str]:
    """Take changes back; the codes of those who stay as they are."""
    people = await _People(uow, ground, _by_id(changes, "person")).run()
    return people + await _Homes(uow, ground, _by_id(changes, "household")).run()


def _by_id(changes: Changes, kind: str) -> dict[int, list[Mapping[str, Any]]]:
    found: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    for one in changes:
        if one["kind"] == kind:
            found[one["id"]].append(one)
    return found


class _Undoing(ABC, Generic[Known]):
    """Takes back what was done to people, or to households: `told` by their ids."""

    kind: ClassVar[str]

    def __init__(
        self, uow: UnitOfWork, ground: Ground, told: Mapping[int, list[Mapping[str, Any]]]
    ) -> None:
        self._uow = uow
        self._ground = ground
        self._changes = changes_of(uow)
        self._removal = Removal(uow.connection)
        self._told = told

    async def run(self) -> list[str]:
        """The codes of those who stay as they are."""
        known = await self._known(list(self._told))
        new = {number for number, told in self._told.items() if told[0]["do"] == "new"}
        used = await self._removal.in_use(self.kind, new) if new else set()
        kept: list[str] = []
        gone: list[int] = []
        for number, one in known.items():
            told = self._told[number]
            if number in used or not await self._untouched(one, told):
                kept.append(one.code)
            elif number in new:
                gone.append(number)
            else:
                await self._restore(one, told)
        if gone:
            await self._remove(gone)
        return kept

    @abstractmethod
    async def _known(self, numbers: Sequence[int]) -> Mapping[int, Known]:
        """Those of `numbers` that are there, as they stand now."""

    @abstractmethod
    async def _untouched(self, known: Known, told: Changes) -> bool:
        """Whether nobody has changed since what was done."""

    @abstractmethod
    async def _restore(self, known: Known, told: Changes) -> None:
        """Undo what was done."""

    @abstractmethod
    async def _remove(self, numbers: Sequence[int]) -> None:
        """Take away those who came by it."""


class _People(_Undoing[KnownPerson]):
    kind = "person"

    async def _known(self, numbers: Sequence[int]) -> Mapping[int, KnownPerson]:
        return await self._changes.people(numbers)

    async def _remove(self, numbers: Sequence[int]) -> None:
        await self._removal.remove_people(numbers)

    async def _untouched(self, person: KnownPerson, told: Changes) -> bool:
        for one in told:
            match one["do"]:
                case "new":
                    same = one["as"] == stamp(person)
                case "set":
                    same = written(getattr(person, one["field"])) == one["new"]
                    same = same and not await self._number_taken(one)
                case "rehouse":
                    homes = await self._changes.homes_by_id([one["old"]])
                    same = person.household_id == one["new"] and bool(homes)
                case "tag":
                    same = await self._spell(person, one) == (True, None)
                case _:
                    until = date.fromisoformat(one["until"])
                    ended = await self._spell(person, one) == (True, until)
                    same = ended and one["tag"] not in person.tags
            if not same:
                return False
        return True

    async def _number_taken(self, one: Mapping[str, Any]) -> bool:
        """Whether an ID number that would come back is somebody else's by now."""
        if one["field"] != "id_number" or not one["old"]:
            return False
        return bool(await self._changes.people_by_number([one["old"]]))

    async def _spell(self, person: KnownPerson, one: Mapping[str, Any]) -> tuple[bool, date | None]:
        return await self._changes.spell(person.id, one["tag"], date.fromisoformat(one["since"]))

    async def _restore(self, person: KnownPerson, told: Changes) -> None:
        values: dict[str, Any] = {}
        homes = {person.household_id}
        for one in told:
            match one["do"]:
                case "set":
                    values[one["field"]] = _value(one)
                case "rehouse":
                    await rehouse(self._uow, self._ground, person.id, one["old"])
                    homes.add(one["old"])
                case "tag":
                    since = date.fromisoformat(one["since"])
                    if before := one.get("before"):
                        await self._changes.set_spell(person.id, one["tag"], since, _spell(before))
                    else:
                        await self._changes.drop_tag(person.id, one["tag"], since)
                case _:
                    since = date.fromisoformat(one["since"])
                    await self._changes.restore_tag(person.id, one["tag"], since)
        if values:
            await self._changes.set_person(person.id, values)
        await self._changes.review("person", [person.id])
        await self._changes.review("household", sorted(homes))


class _Homes(_Undoing[KnownHome]):
    kind = "household"

    async def _known(self, numbers: Sequence[int]) -> Mapping[int, KnownHome]:
        return await self._changes.homes_by_id(numbers)

    async def _remove(self, numbers: Sequence[int]) -> None:
        await self._removal.remove_homes(numbers)

    async def _untouched(self, home: KnownHome, told: Changes) -> bool:
        for one in told:
            match one["do"]:
                case "new":
                    same = one["as"] == stamp(home) and not home.people
                case "move":
                    same = home.area_code == one["new"]
                case _:
                    same = home.address == one["new"]
            if not same:
                return False
        return True

    async def _restore(self, home: KnownHome, told: Changes) -> None:
        for one in told:
            if one["do"] == "move":
                await move_home(self._uow, self._ground, home.id, one["old"])
            else:
                await self._changes.set_home(home.id, {one["field"]: one["old"]})
        await self._changes.review("household", [home.id])


def _spell(told: Mapping[str, Any]) -> Spell:
    until = date.fromisoformat(told["until"]) if told["until"] else None
    return Spell(until, told["source"], told["ended_by"])


def _value(one: Mapping[str, Any]) -> Any:
    old = one["old"]
    return date.fromisoformat(old) if one["field"] == "birth_date" else old
