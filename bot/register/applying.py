"""Takes households of a plan into the register, and keeps what that changed, to be taken back.

A change is a mapping: ``do`` says what was done, ``kind``, ``id`` and ``code`` to whom. Dates are
written as in ISO 8601. ``as`` is a keyed hash of somebody new as they were entered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from bot.register.households import new_person
from bot.register.planning import HomePlan, PersonPlan
from scheduler.ground import Ground
from scheduler.relocating import move_home, rehouse
from storage import codes
from storage.register_changes import KnownHome, KnownPerson, RegisterChanges
from storage.unit import UnitOfWork
from storage.vault import vault

Done = dict[str, Any]


def stamp(one: KnownPerson | KnownHome) -> str:
    """A keyed hash of all that the register has of a person, or of a household without people."""
    if isinstance(one, KnownPerson):
        said = [getattr(one, name) for name in KnownPerson.__dataclass_fields__ if name != "tags"]
        said.append(sorted(one.tags))
    else:
        said = [one.code, one.area_code, one.address]
    return vault().index(repr(said), "register_import.stamp")


def written(value: Any) -> Any:
    """A value as a change holds it."""
    return value.isoformat() if isinstance(value, date) else value


async def enter(
    uow: UnitOfWork, ground: Ground, homes: Sequence[HomePlan], number: int
) -> list[Done]:
    """Take some households in, for the import `number`. What they are owed is set right by the next
    tick, and at once where somebody moves."""
    entering = _Entering(uow, ground, number, await changes_of(uow).walked())
    for home in homes:
        await entering.home(home)
    await entering.end()
    return entering.done


def changes_of(uow: UnitOfWork) -> RegisterChanges:
    """What a unit of work writes with."""
    return RegisterChanges(uow.connection, uow.now, uow.today)


async def fresh_codes(uow: UnitOfWork, count: int) -> list[str]:
    """Codes for new people that nobody has."""
    fresh: set[str] = set()
    while len(fresh) < count:
        drawn = {codes.code(codes.PERSON) for _ in range(count - len(fresh))}
        fresh |= drawn - await uow.register.known_codes("person", drawn)
    return sorted(fresh)


@dataclass(slots=True)
class _Entering:
    uow: UnitOfWork
    ground: Ground
    number: int
    walked: int
    done: list[Done] = field(default_factory=list)
    people: set[int] = field(default_factory=set)
    homes: set[int] = field(default_factory=set)

    @property
    def changes(self) -> RegisterChanges:
        return changes_of(self.uow)

    async def home(self, home: HomePlan) -> None:
        before = len(self.done)
        number = home.known.id if home.known else await self._new_home(home)
        if home.known is not None:
            await self._known_home(home, home.known)
        for one in home.former_heads:
            await self._set_person(one, {"head": (True, False)})
        for person in home.people:
            if person.known is not None and person.changed:
                await self._known_person(person, person.known, number)
        await self._new_people(home, number)
        if len(self.done) > before and (home.known is not None or number <= self.walked):
            self.homes.add(number)

    async def end(self) -> None:
        """Have looked at again whoever changed, and log them."""
        await self.changes.review("person", sorted(self.people))
        await self.changes.review("household", sorted(self.homes))
        known = {one["code"] for one in self.done if one["do"] != "new"}
        for code in sorted(known):
            await self.uow.record("import", f"{self.number}:{code}")

    async def _new_home(self, home: HomePlan) -> int:
        number = await self.changes.add_home(home.code, home.area, home.address)
        known = KnownHome(number, home.code, home.area, home.address)
        self._note("new", "household", number, home.code, **{"as": stamp(known)})
        return number

    async def _known_home(self, home: HomePlan, known: KnownHome) -> None:
        if home.moves:
            await move_home(self.uow, self.ground, known.id, home.area)
            told = {"old": known.area_code, "new": home.area}
            self._note("move", "household", known.id, known.code, **told)
        if home.new_address:
            await self.changes.set_home(known.id, {"address": home.address})
            told = {"field": "address", "old": known.address, "new": home.address}
            self._note("set", "household", known.id, known.code, **told)

    async def _known_person(self, person: PersonPlan, known: KnownPerson, home: int) -> None:
        told: Done
        if person.rehoused:
            await rehouse(self.uow, self.ground, known.id, home)
            told = {"old": known.household_id, "new": home}
            self._note("rehouse", "person", known.id, known.code, **told)
            self.homes.add(known.household_id)
        await self._set_person(known, person.fields)
        for tag in person.begun:
            before = await self.changes.begin_tag(known.id, tag, f"import:{self.number}")
            told = {"since": written(self.uow.today)}
            if before is not None:
                told["before"] = {name: written(one) for name, one in asdict(before).items()}
            self._note("tag", "person", known.id, known.code, tag=tag, **told)
        for tag in person.ended:
            for began in await self.changes.end_tag(known.id, tag):
                told = {"since": written(began), "until": written(max(began, self.uow.today))}
                self._note("untag", "person", known.id, known.code, tag=tag, **told)
        self.people.add(known.id)

    async def _set_person(self, known: KnownPerson, fields: Mapping[str, tuple[Any, Any]]) -> None:
        if not fields:
            return
        await self.changes.set_person(known.id, {name: new for name, (_, new) in fields.items()})
        for name, (old, new) in fields.items():
            told = {"field": name, "old": written(old), "new": written(new)}
            self._note("set", "person", known.id, known.code, **told)

    async def _new_people(self, home: HomePlan, number: int) -> None:
        planned = [one for one in home.people if one.known is None]
        if not planned:
            return
        fresh = await fresh_codes(self.uow, len(planned))
        new = [
            (new_person(one.entry, code, one.head), number, home.area)
            for one, code in zip(planned, fresh, strict=True)
        ]
        ids = await self.changes.add_people(new, f"import:{self.number}")
        entered = await self.changes.people(list(ids.values()))
        for known in entered.values():
            self._note("new", "person", known.id, known.code, **{"as": stamp(known)})
            if known.id <= self.walked:
                self.people.add(known.id)

    def _note(self, do: str, kind: str, number: int, code: str, /, **told: Any) -> None:
        self.done.append({"do": do, "kind": kind, "id": number, "code": code, **told})
