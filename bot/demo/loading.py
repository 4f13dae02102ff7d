"""Enters the demo township into an empty register, and lets one of each role in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from bot.demo import pensions
from bot.demo.township import COUNTY, Township, township
from bot.settings import Settings
from core.ports import Clock
from storage.database import Database
from storage.policy import OPERATOR, Actor, Role
from storage.register import NewHousehold, PersonFile
from storage.unit import UnitOfWork

SEED: Final = 20260101
SOURCE: Final = "demo"
_RESIDENTS: Final = {"chat.role.resident": range(60, 150), "run.paying_resident": range(45, 59)}
"""Residents of whom one each is let in: what they are called, and how old they are."""

_PAGE: Final = 50

Progress = Callable[[int, int], None]
"""Told how many households are in, and of how many."""


async def load(
    database: Database,
    settings: Settings,
    clock: Clock,
    *,
    progress: Progress | None = None,
    seed: int = SEED,
) -> bool:
    """Enter the township in one transaction.

    Does nothing and returns False when there are people, areas or staff already: made-up ones must
    never stand among real ones.
    """
    async with database.unit(OPERATOR, "demo", "cli") as uow:
        _, people = await uow.register.counts()
        if people or await uow.areas.all() or await uow.accounts.all():
            return False
        made = township(seed, clock.now().astimezone(settings.zone).date())
        await uow.areas.put(made.areas)
        await uow.register.enter(_told(made.households, progress), SOURCE)
        await _enter_staff(uow, made)
        codes = [one.code for household in made.households for one in household.people]
        await pensions.enter(uow, codes, seed, uow.today)
        await uow.record("load", "demo")
    return True


async def _enter_staff(uow: UnitOfWork, made: Township) -> None:
    for one in made.staff:
        await uow.accounts.add(one.name, one.role, one.area_code, one.code)


def _told(
    households: tuple[NewHousehold, ...], progress: Progress | None
) -> Iterable[NewHousehold]:
    return households if progress is None else _telling(households, progress)


def _telling(households: tuple[NewHousehold, ...], progress: Progress) -> Iterator[NewHousehold]:
    for done, household in enumerate(households):
        progress(done, len(households))
        yield household
    progress(len(households), len(households))


async def sign_in_links(database: Database, base_url: str) -> list[tuple[str, str]]:
    """A fresh one-time link into the web chat for one person of each role of the demo.

    Returns the key of what each is called in the catalogues, and the link. Gives nothing for a
    register without the demo: links to real people's files are never handed out unasked.
    """
    links = []
    async with database.unit(OPERATOR, "demo", "cli") as uow:
        for role in (Role.GRID_WORKER, Role.CHILD_DIRECTOR, Role.TOWNSHIP_SUPERVISOR):
            account_id = await _account(uow, role)
            if account_id is not None:
                token = await uow.invites.issue("web", account_id=account_id)
                links.append((f"chat.role.{role.value}", f"{base_url}/sign-in/{token}"))
        for key, ages in _RESIDENTS.items():
            resident = await _resident(uow, ages)
            if resident is not None:
                token = await uow.invites.issue("web", person_id=resident.id)
                links.append((key, f"{base_url}/sign-in/{token}"))
    return links


async def _account(uow: UnitOfWork, role: Role) -> int | None:
    for one in await uow.accounts.all():
        if one.role is role and one.active and one.area_code.startswith(COUNTY):
            return one.id
    return None


async def _resident(uow: UnitOfWork, ages: range) -> PersonFile | None:
    """The first person of the demo, in the order of the list, who is of one of these ages."""
    today = uow.today
    before = uow.actor
    uow.become(Actor(Role.COUNTY_ADMINISTRATOR, COUNTY))
    people, total = await uow.register.list("person", size=_PAGE)
    for page in range(1, -(-total // _PAGE) + 1):
        for one in people:
            found = await uow.register.person(one.code)
            if found and found.age(today) in ages:
                uow.become(before)
                return found
        people, _ = await uow.register.list("person", page=page, size=_PAGE)
    return None
