"""Something of each kind in five places, and what every form of the office does to one of them.

A deed is done to `it`, and may name another place: where it goes `to`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, Final, cast

from sqlalchemy import insert, select, text, update

from bot.register.work import imports_of
from handlers.record_reviews import mark_of
from scheduler.closing import keep_up
from storage.obligation_tables import departure, obligation, obligation_visit, visit
from storage.policy import OPERATOR, Actor, Role
from storage.push_tables import push
from storage.request_tables import request
from storage.reviews import Reviewed
from storage.tables import outbox
from storage.webhook_tables import webhook, webhook_call
from tests import world
from tests.bot.route_matrix import PLACES, Site
from tests.bot.test_area_matrix import recorded
from tests.clock import TurnedClock

ABOVE: Final = "above"
"""Where the county's own things stand among those of the places."""

_NEWEST_TOKEN: Final = text("SELECT max(id) FROM api_token")

LATE: Final = datetime(2026, 12, 25, 2, tzinfo=UTC)  # every home of the month is overdue


@dataclass(frozen=True, slots=True)
class Thing:
    """All that lies in one place: a home with a grandmother and, but for one, a child, a worker and
    another one to give things to, a record, a duty, and what waits to be decided."""

    letter: str
    area: str
    worker: str
    taker: int
    record: str
    duty: int
    late: int
    request: int
    grandmother: int
    token: int
    sent: int
    message: int

    @property
    def home(self) -> str:
        return f"H{self.letter}00001"

    @property
    def person(self) -> str:
        return f"P{self.letter}00001"

    @property
    def child(self) -> str:
        return f"P{self.letter}00002"

    @property
    def receiver(self) -> str:
        """A service that is told of this place, and a server that its record did not get to."""
        return f"board-{self.letter}"

    @property
    def mark(self) -> str:
        seen = SimpleNamespace(instance_id=self.record, decided_at=None)
        return mark_of(cast("Reviewed", seen))


Sent = tuple[Mapping[str, object], Mapping[str, object]]
"""What stands in the places of a route's path, and the fields of its form."""

WHY: Final = {"reason": "核对"}

DEEDS: Final[Mapping[str, Callable[[Thing, Thing], Sent]]] = {
    "POST /office/register/person/{code}/tags": lambda it, to: (
        {"code": it.person},
        {"tag": "lives_alone"} | WHY,
    ),
    "POST /office/register/person/{code}/household": lambda it, to: (
        {"code": it.person},
        {"household": to.home} | WHY,
    ),
    "POST /office/register/household/{code}/area": lambda it, to: (
        {"code": it.home},
        {"area": to.area} | WHY,
    ),
    "POST /office/register/imports/{number}/confirm": lambda it, to: ({"number": it.sent}, {}),
    "POST /office/register/imports/{number}/undo": lambda it, to: ({"number": it.sent}, {}),
    "POST /office/register/imports/{number}/forget": lambda it, to: ({"number": it.sent}, {}),
    "POST /office/duties/{duty}/remind": lambda it, to: ({"duty": it.duty}, {}),
    "POST /office/duties/{duty}/exempt": lambda it, to: ({"duty": it.duty}, {"reason": "other"}),
    "POST /office/overdue/remind": lambda it, to: ({}, {"duty": it.duty}),
    "POST /office/overdue/reassign": lambda it, to: ({}, {"duty": it.duty}),
    "POST /office/overdue/give": lambda it, to: ({}, {"duty": it.duty, "to": to.taker}),
    "POST /office/purpose": lambda it, to: ({}, {"code": it.child, "purpose": "visit"}),
    "POST /office/records/approve": lambda it, to: ({}, {"record": it.record}),
    "POST /office/records/{record}/approve": lambda it, to: (
        {"record": it.record},
        {"mark": it.mark},
    ),
    "POST /office/records/{record}/return": lambda it, to: (
        {"record": it.record},
        {"mark": it.mark, "about": ""} | WHY,
    ),
    "POST /office/approvals/departures": lambda it, to: (
        {},
        {"id": it.grandmother, "decision": "yes"},
    ),
    "POST /office/approvals/requests": lambda it, to: ({}, {"id": it.request, "decision": "yes"}),
    "POST /office/approvals/entries": lambda it, to: ({}, {"id": it.late, "decision": "yes"}),
    "POST /office/people": lambda it, to: (
        {},
        {"role": "grid_worker", "area": it.area, "name": "新来"},
    ),
    "POST /office/people/{account}": lambda it, to: ({"account": it.worker}, {"act": "suspend"}),
    "POST /office/interfaces/collect": lambda it, to: (
        {},
        {"account": it.worker, "until": "2027-06-30"},
    ),
    "POST /office/interfaces/read": lambda it, to: (
        {},
        {"name": "board", "area": it.area, "until": "2027-06-30"},
    ),
    "POST /office/interfaces/{number}/revoke": lambda it, to: ({"number": it.token}, {}),
    "POST /office/messages/retry": lambda it, to: ({}, {"id": it.message}),
    "POST /office/messages/calls": lambda it, to: ({}, {"name": it.receiver}),
    "POST /office/messages/records": lambda it, to: ({}, {"name": it.receiver}),
}

OF_NO_PLACE: Final = {
    "POST /office/register/imports": "a file, which is looked at in its sender's area",
    "POST /office/rules/{rule}/switch": "the whole deployment's",
    "POST /office/rules/simulate": "counts within the area of who asks",
    "POST /office/forms/check": "a file, which only its sender sees",
    "POST /office/forms/publish": "the whole deployment's",
    "POST /office/forms/retire": "the whole deployment's",
    "POST /office/forms/offer": "the whole deployment's",
}

GOES_TO: Final = frozenset(
    {
        "POST /office/register/person/{code}/household",
        "POST /office/register/household/{code}/area",
        "POST /office/overdue/give",
    }
)
"""Deeds that name a second place."""


def path_of(route: str, parts: Mapping[str, object]) -> str:
    path = route.removeprefix("POST ")
    for name, value in parts.items():
        path = path.replace(f"{{{name}}}", str(value))
    return path


async def settle(site: Site, clock: TurnedClock) -> Mapping[str, Thing]:
    """Put something of each kind in every place, by its letter."""
    workers, takers = {}, {}
    for letter, area in PLACES.items():
        workers[letter] = await world.hire(site.database, Role.GRID_WORKER, area)
        takers[letter] = await world.hire(site.database, Role.GRID_WORKER, area)
    records = await recorded(site)
    clock.set(LATE)
    ground = site.office.desk.house.ground
    assert ground is not None
    await keep_up(site.database, ground())
    things = {
        letter: await _thing(site, letter, workers[letter], takers[letter], records[letter])
        for letter in PLACES
    }
    return things | {ABOVE: await _above(site, things["D"])}


async def _above(site: Site, near: Thing) -> Thing:
    """What may belong to the county itself; all else in it is of another township."""
    officer = await world.hire(site.database, Role.COUNTY_ADMINISTRATOR, world.COUNTY)
    assert officer.account_id is not None
    async with site.database.unit(officer, "test") as uow:
        sent = await imports_of(uow).keep("people.csv", b"x", ends_tags=False)
    async with site.database.unit(OPERATOR, "test") as uow:
        await uow.tokens.for_service("board", world.COUNTY, files=False)
        token = (await uow.connection.execute(_NEWEST_TOKEN)).scalar_one()
        account = await uow.accounts.get(officer.account_id)
    assert account
    return replace(near, area=world.COUNTY, worker=account.code, token=token, sent=sent)


async def _thing(site: Site, letter: str, worker: Actor, taker: Actor, record: str) -> Thing:
    area = PLACES[letter]
    overseer = await world.hire(site.database, Role.TOWNSHIP_SUPERVISOR, area[:9])
    async with site.database.unit(overseer, "test") as uow:
        sent = await imports_of(uow).keep("people.csv", b"x", ends_tags=False)
    assert worker.account_id is not None and taker.account_id is not None
    async with site.database.unit(OPERATOR, "test") as uow:
        home = await uow.register.household(f"H{letter}00001")
        person = await uow.register.person(f"P{letter}00001")
        assert home and person
        do, own, now = uow.connection.execute, worker.account_id, uow.now
        of_home = obligation.c.household_id == home.id
        await do(update(obligation).where(of_home).values(account_id=own))
        due = (await do(select(obligation).where(of_home))).one()._mapping
        made: dict[str, Any] = {"area_code": area, "account_id": own}
        about = {"subject_kind": "household", "subject_id": home.id, "household_id": home.id}
        visited = {"role": "grid_worker", "form_id": "roof", "visit_date": uow.today}
        visited |= {"entered_at": now, "answers": {}, "root_id": record}
        await do(insert(visit).values(made | about | visited))
        missed = {name: value for name, value in due.items() if name != "id"}
        missed |= {"period_key": "2026-11", "ended": "missed", "closes": now - timedelta(days=1)}
        missed |= {"ended_at": now - timedelta(days=1)}
        late = (await do(insert(obligation).values(missed).returning(obligation.c.id))).scalar_one()
        came = {"obligation_id": late, "root_id": record, "settled": True}
        await do(insert(obligation_visit).values(came | {"in_time": True, "late_entry": True}))
        left = {"person_id": person.id, "kind": "moved", "on_day": uow.today, "root_id": record}
        await do(insert(departure).values(left | {"told_at": now}))
        wish = {"obligation_id": due["id"], "kind": "exempt", "reason": "other", "asked_at": now}
        asked = insert(request).values(made | wish).returning(request.c.id)
        chat = await uow.conversations.load("web", f"chat-{letter}", "zh")
        chat.account_id = own
        await uow.conversations.save(chat)
        dead = {"conversation_id": chat.id, "kind": "reply", "priority": 10, "state": "dead"}
        dead |= {"not_before": now, "created_at": now, "error": "chat not found"}
        board = {"name": f"board-{letter}", "url": "https://board.example", "secret": "s"}
        board |= {"topics": "submission", "area_code": area, "answers": False, "private": False}
        board |= {"created_at": now, "looked_at": now, "audit_seen": 0}
        told = (await do(insert(webhook).values(board).returning(webhook.c.id))).scalar_one()
        failed = {"state": "dead", "attempts": 9, "not_before": now, "error": "refused"}
        call = {"webhook_id": told, "event": "submission.created", "thing": record, "at": now}
        await do(insert(webhook_call).values(failed | call))
        unsent = {"target": f"board-{letter}", "instance_id": record, "root_id": record}
        unsent |= {"entered_at": now, "state": "attention"}
        await do(insert(push).values(failed | unsent))
        await uow.tokens.for_worker(own)
        account = await uow.accounts.get(own)
        assert account
        return Thing(
            letter=letter,
            area=area,
            worker=account.code,
            taker=taker.account_id,
            record=record,
            duty=due["id"],
            late=late,
            request=(await do(asked)).scalar_one(),
            grandmother=person.id,
            token=(await do(_NEWEST_TOKEN)).scalar_one(),
            sent=sent,
            message=(await do(insert(outbox).values(dead).returning(outbox.c.id))).scalar_one(),
        )
