"""What happened that webhooks are told of: queued as ids, and read when it is sent.

News is looked for a little further back than the last look, since who entered first may commit
last; the queue holds each thing once, so that nothing is told twice.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    cast,
    exists,
    func,
    literal,
    select,
    union_all,
    update,
)

from core.ports import Clock
from storage.areas import within
from storage.connection import Connection
from storage.dialects import insert_if_new
from storage.duty_feed import Duty, DutyFeed
from storage.obligation_tables import obligation
from storage.policy import Actor
from storage.tables import account, area, audit, form, household, person, submission
from storage.webhook_tables import webhook, webhook_call
from storage.webhooks import QUEUED, Webhook

SUBMITTED: Final = "submission.created"
OVERDUE: Final = "obligation.overdue"
ENDED: Final = "obligation.ended"
CHANGED: Final = "register.changed"

AT_ONCE: Final = 500
"""Calls that one transaction queues."""

PLACES: Final = 200
"""Areas in which one statement looks for what became overdue."""

_OVERLAP: Final = timedelta(minutes=10)
_ENTRIES: Final = 1_000  # entries of the audit: who got a number first may commit last
_DUTIES: Final = 5_000  # duties, likewise

_CHANGES: Final = ("import", "move", "erase", "confirm_departure")
_EDITS: Final = "change_%"  # each kind of edit has its own
_CODE: Final = re.compile(r"\b[HP][0-9A-Z]{6}\b")
_MOVE: Final = re.compile(r"[HP][0-9A-Z]{6}:(\d+):\d+")  # from where to where


class News:
    """Finds what happened, and reads it. Only for the machine itself."""

    def __init__(self, connection: Connection, actor: Actor, clock: Clock) -> None:
        self._connection = connection
        self._actor = actor
        self._clock = clock

    # --- queueing --------------------------------------------------------------------------------

    async def submissions(self, hook: Webhook) -> int:
        """Queue records that came in, `AT_ONCE` at most; how many."""
        one = submission.c
        forms = select(form.c.form_id).distinct()
        return await self._enlist(
            hook,
            SUBMITTED,
            one.instance_id,
            one.entered_at,
            one.form_id.in_(forms),  # by the index over form and moment
            self._lately(hook, one.entered_at),
            *self._of_area(hook, one.area_code),
        )

    async def ended(self, hook: Webhook) -> int:
        """Queue duties that were done, missed or lifted, `AT_ONCE` at most; how many."""
        one = obligation.c
        moment = func.strftime("%Y%m%d%H%M%S", one.ended_at)
        if self._connection.dialect.name == "postgresql":
            moment = func.to_char(one.ended_at, "YYYYMMDDHH24MISS")
        thing = cast(one.id, String) + ":" + moment
        recent = self._lately(hook, one.ended_at)
        where = one.ended_at.is_not(None), recent, *self._of_area(hook, one.area_code)
        return await self._enlist(hook, ENDED, thing, one.ended_at, *where)

    async def overdue(self, hook: Webhook, places: Sequence[str]) -> int:
        """Queue duties of these areas that became overdue; how many."""
        one = obligation.c
        here = one.area_code.in_(list(places))
        return await self._enlist_overdue(hook, here, self._lately(hook, one.overdue))

    async def opened_overdue(self, hook: Webhook) -> int:
        """Queue duties that were overdue when they were opened: after an import, an outage, or when
        a rule was switched on; how many."""
        one = obligation.c
        fresh = one.id > max(hook.duties_from, hook.duty_seen - _DUTIES)
        return await self._enlist_overdue(hook, fresh, *self._of_area(hook, one.area_code))

    async def _enlist_overdue(self, hook: Webhook, *where: ColumnElement[bool]) -> int:
        one = obligation.c
        due = func.to_char(one.due_on, "YYYYMMDD")
        if self._connection.dialect.name != "postgresql":
            due = func.strftime("%Y%m%d", one.due_on)
        thing = cast(one.id, String) + ":" + due
        late = one.ended.is_(None), one.overdue <= self._clock.now()
        return await self._enlist(hook, OVERDUE, thing, one.overdue, *late, *where)

    async def changed(self, hook: Webhook) -> int:
        """Queue changes to the register, as the audit tells them; how many."""
        one = audit.c
        changes = one.action.in_(_CHANGES) | one.action.like(_EDITS)
        since = one.id > hook.audit_seen - _ENTRIES, one.at >= hook.created_at
        return await self._enlist(hook, CHANGED, cast(one.id, String), one.at, changes, *since)

    async def places(self, hook: Webhook) -> Sequence[str]:
        """The codes of all areas of a webhook."""
        query = select(area.c.code).where(within(area.c.code, hook.area_code or ""))
        return list((await self._connection.execute(query.order_by(area.c.code))).scalars())

    async def newest_entry(self) -> int:
        """The last entry of the audit."""
        return (await self._connection.execute(select(func.max(audit.c.id)))).scalar() or 0

    async def newest_duty(self) -> int:
        """The duty that was opened last."""
        return (await self._connection.execute(select(func.max(obligation.c.id)))).scalar() or 0

    async def looked(self, hook: Webhook, at: datetime, entry: int, duty: int) -> None:
        """Everything up to `at`, to this entry of the audit and to this duty is queued."""
        change = update(webhook).where(webhook.c.id == hook.id)
        seen = change.values(looked_at=at, audit_seen=entry, duty_seen=duty)
        await self._connection.execute(seen)

    def _lately(self, hook: Webhook, moment: ColumnElement[Any]) -> ColumnElement[bool]:
        return moment >= max(hook.created_at, hook.looked_at - _OVERLAP)

    def _of_area(self, hook: Webhook, code: ColumnElement[Any]) -> list[ColumnElement[bool]]:
        return [within(code, hook.area_code)] if hook.area_code else []

    async def _enlist(
        self,
        hook: Webhook,
        event: str,
        thing: ColumnElement[Any],
        moment: ColumnElement[Any],
        *where: ColumnElement[bool],
    ) -> int:
        known = exists().where(
            webhook_call.c.webhook_id == hook.id,
            webhook_call.c.event == event,
            webhook_call.c.thing == thing,
        )
        now = literal(self._clock.now(), webhook_call.c.not_before.type)
        some: Select[Any] = select(
            literal(hook.id), literal(event), thing, moment, literal(QUEUED), literal(0), now
        )
        some = some.where(*where, ~known).order_by(moment, thing).limit(AT_ONCE)
        row = insert_if_new(self._connection.dialect.name, webhook_call, _KEY)
        done = await self._connection.execute(row.from_select(_COLUMNS, some))
        return done.rowcount

    # --- reading ---------------------------------------------------------------------------------

    async def record(self, instance_id: str, *, answers: bool) -> dict[str, Any] | None:
        """A record in codes, with what was answered if that is wanted; None if it is gone."""
        names = [*_OF_RECORDS, *(["answers"] if answers else [])]
        query = (
            select(*(submission.c[name] for name in names), account.c.code.label("worker"))
            .join(account, submission.c.account_id == account.c.id)
            .where(submission.c.instance_id == instance_id)
        )
        found = (await self._connection.execute(query)).first()
        return dict(found._mapping) if found else None

    async def duty(self, obligation_id: int) -> Duty | None:
        """A duty as it stands now; None if it is gone."""
        feed = DutyFeed(self._connection, self._actor, self._clock.now())
        found = await feed.after(obligation_id - 1, 1)
        return found[0] if found and found[0].id == obligation_id else None

    async def change(self, entry: int) -> dict[str, Any] | None:
        """A change to the register: what was done, and the household or person in codes; of a move
        also from where. Without a code if it was to many; None if nobody knows of it, or of whom it
        was."""
        query = select(audit.c.action, audit.c.object).where(audit.c.id == entry)
        found = (await self._connection.execute(query)).first()
        if found is None:
            return None
        named = _CODE.search(found.object)
        whom = await self._subject(named[0]) if named else _NOBODY
        if whom is None:
            return None
        moved = _MOVE.fullmatch(found.object) if found.action == "move" else None
        return {"action": found.action, **whom} | ({"former_area_code": moved[1]} if moved else {})

    async def _subject(self, code: str) -> dict[str, Any] | None:
        queries = [
            select(literal(kind).label("kind"), table.c.code, table.c.area_code)
            .where(table.c.code == code)
            for kind, table in (("person", person), ("household", household))
        ]  # fmt: skip
        found = (await self._connection.execute(union_all(*queries))).first()
        if found is None:
            return None
        return {
            "subject_kind": found.kind,
            "subject_code": found.code,
            "area_code": found.area_code,
        }


_KEY: Final = ["webhook_id", "event", "thing"]
_COLUMNS: Final = [*_KEY, "at", "state", "attempts", "not_before"]
_OF_RECORDS: Final = (
    *("instance_id", "form_id", "form_version", "area_code", "subject_kind", "subject_code"),
    *("channel", "visit_date", "entered_at", "mode", "outcome", "deprecated_id", "state"),
)
_NOBODY: Final = {"subject_kind": None, "subject_code": None, "area_code": None}
