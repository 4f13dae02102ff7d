"""Records of others, for those who oversee them: read, approved, or sent back with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import func, insert, or_, select

from core.ports import Clock
from storage.connection import Connection
from storage.corrections import RETURNED, SUPERSEDED
from storage.dialects import insert_if_new, upsert
from storage.four_eyes import OwnWorkError, is_own
from storage.interviews import Interviews, StoredInterview
from storage.obligation_tables import obligation
from storage.office_tables import nudge, record_review, review_word
from storage.overdue import Case
from storage.overseen import overseen
from storage.policy import Actor
from storage.tables import account, submission

__all__ = ["APPROVED", "RETURNED", "Review", "Reviewed", "Reviews", "Said"]

APPROVED: Final = "approved"

NUDGES_A_DAY: Final = 5
"""So often a day somebody is reminded by those who oversee them, whoever does."""

Nudged = Literal["now", "already", "enough"]
"""Whether somebody is reminded: now; not, as they were of this subject today; not, as often."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The version that stands of somebody's record. `interview_id` is what filled it in, None for a
    record from elsewhere; `first_entered` is when its first version came in. `decision` is what was
    last said of it, at `decided_at`, and `current` whether that was said of this version. `mends`
    tells whether its author is still here to correct it: an account in use, in the same area."""

    instance_id: str
    root_id: str
    interview_id: str | None
    form_sha256: str
    form_id: str
    area_code: str
    subject_kind: str
    subject_code: str | None
    account_id: int
    worker: str
    visit_date: date
    first_entered: datetime
    decision: str | None
    decided_at: datetime | None
    current: bool
    mends: bool = True


@dataclass(frozen=True, slots=True)
class Review:
    """What is said of a record: ``approved``, or ``returned`` with a reason, for a question `ref`.

    It is the record of `account_id`."""

    root_id: str
    instance_id: str
    decision: str
    ref: str | None
    reason: str | None
    account_id: int
    decided_by: int
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of a record: `by` is the code of who said it of the version
    `instance_id`, and `ref` the question that the reason is about, None for all of it."""

    instance_id: str
    decision: str
    ref: str | None
    reason: str | None
    by: str
    at: datetime


class Reviews:
    """Reads records within what the actor oversees, and keeps what was said of them."""

    def __init__(self, connection: Connection, actor: Actor, clock: Clock) -> None:
        self._connection = connection
        self._actor = actor
        self._clock = clock

    async def record(self, instance_id: str) -> Reviewed | None:
        """The version that stands of the record of which `instance_id` is a version."""
        root = func.coalesce(submission.c.root_id, submission.c.instance_id)
        known = select(root).where(submission.c.instance_id == instance_id)
        root_id = (await self._connection.execute(known)).scalar()
        return None if root_id is None else await self._standing(root_id)

    async def _standing(self, root_id: str) -> Reviewed | None:
        first, said = submission.alias("first"), record_review
        one = submission.c
        query = (
            select(
                one.instance_id,
                one.interview_id,
                one.form_sha256,
                one.form_id,
                one.area_code,
                one.subject_kind,
                one.subject_code,
                one.account_id,
                one.visit_date,
                account.c.code.label("worker"),
                account.c.active,
                account.c.area_code.label("works_in"),
                first.c.entered_at.label("first_entered"),
                said.c.decision,
                said.c.decided_at,
                func.coalesce(said.c.instance_id == one.instance_id, False).label("current"),
            )
            .select_from(
                submission.join(first, first.c.instance_id == root_id)
                .join(account, account.c.id == one.account_id)
                .outerjoin(said, said.c.root_id == root_id)
            )
            .where(
                overseen(self._actor, one.area_code),
                or_(one.instance_id == root_id, one.root_id == root_id),
                one.state != SUPERSEDED,
            )
        )
        row = (await self._connection.execute(query)).first()
        if row is None:
            return None
        fields: dict[str, Any] = dict(row._mapping)
        active, works_in = fields.pop("active"), fields.pop("works_in")
        mends = bool(active) and row.area_code.startswith(works_in)
        found = {"root_id": root_id, "current": bool(row.current), "mends": mends}
        return Reviewed(**(fields | found))

    async def said(self, root_id: str) -> Said | None:
        """What was last said of the record whose first version is `root_id`."""
        words = await self.words(root_id)
        return words[-1] if words else None

    async def words(self, root_id: str) -> Sequence[Said]:
        """All that was said of the record, of whichever version, the oldest first."""
        said = review_word.c
        columns = (said.instance_id, said.decision, said.ref, said.reason)
        query = (
            select(*columns, account.c.code, said.decided_at)
            .select_from(
                review_word.join(account, account.c.id == said.decided_by).join(
                    submission, submission.c.instance_id == said.instance_id
                )
            )
            .where(said.root_id == root_id, overseen(self._actor, submission.c.area_code))
            .order_by(said.id)
        )
        return [Said(*row) for row in await self._connection.execute(query)]

    async def interview(self, record: Reviewed) -> StoredInterview | None:
        """What filled the record in, to be read. `record` was found within the actor's reach."""
        if record.interview_id is None:
            return None
        author = Actor(self._actor.role, record.area_code, account_id=record.account_id)
        return await Interviews(self._connection, author, self._clock).get(record.interview_id)

    async def decide(self, review: Review) -> None:
        """Keep what is said of a record: it counts in place of what was said before, which is kept
        as well. Raises OwnWorkError."""
        if is_own(self._actor, review.account_id):
            raise OwnWorkError(review.instance_id)
        values = asdict(review)
        changed = [name for name in values if name != "root_id"]
        put = upsert(self._connection.dialect.name, record_review, ["root_id"], changed)
        await self._connection.execute(put.values(values))
        said = {name: value for name, value in values.items() if name != "account_id"}
        await self._connection.execute(insert(review_word).values(said))

    async def nudge(self, case: Case, day: date, by: int) -> Nudged:
        """Note down that whoever owes a duty is reminded of it: once a day of one subject, and so
        often in all, whoever reminds them."""
        one, owed = nudge.c, obligation.c
        today = (
            select(owed.subject_kind, owed.subject_id, owed.area_code)
            .join(nudge, one.obligation_id == owed.id)
            .where(one.on_day == day, one.account_id == case.account_id)
        )
        told = [tuple(row) for row in await self._connection.execute(today)]
        if (case.kind, case.subject_id, case.area_code) in told:
            return "already"
        if len(told) >= NUDGES_A_DAY:
            return "enough"
        put = insert_if_new(self._connection.dialect.name, nudge, ["obligation_id", "on_day"])
        row = {"obligation_id": case.id, "on_day": day, "nudged_by": by}
        done = await self._connection.execute(put.values(row | {"account_id": case.account_id}))
        return "now" if done.rowcount else "already"
