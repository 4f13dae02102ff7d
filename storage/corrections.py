"""What members of staff handed in themselves, and until when they may correct it.

A record is never changed. A correction is a new version of it: the former is superseded and kept,
and all versions hold together by the id of the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, update

from storage.areas import within
from storage.connection import Connection
from storage.formshelf import Forms, Offer
from storage.office_tables import record_review
from storage.policy import Actor
from storage.tables import submission

SUBMITTED: Final = "submitted"
SUPERSEDED: Final = "superseded"

RETURNED: Final = "returned"
RETURNED_DAYS: Final = 14
"""For so long what was sent back may be corrected, however old it is."""

_ROOT: Final = func.coalesce(submission.c.root_id, submission.c.instance_id)


class CorrectionRefusedError(PermissionError):
    """The record is not the actor's own, no longer stands, or the time for corrections is over."""


@dataclass(frozen=True, slots=True)
class OwnRecord:
    """A record of the actor's own as a list shows it. `interview_id` is what filled it in,
    `returned` whether a supervisor has sent it back and it stands as it was."""

    interview_id: str
    form_sha256: str
    subject_kind: str
    subject_code: str | None
    visit_date: date
    corrected: bool
    returned: bool = False


@dataclass(frozen=True, slots=True)
class Filed:
    """The version that stands of a record of the actor's own.

    `first_entered` is when the first version came in, `last_day` the last day on which its author
    may correct it, in the deployment's zone. What a supervisor has sent back has a `reason`, and
    the question `ref` that it is about ('' for all of it); there is more time for it.
    """

    instance_id: str
    root_id: str
    interview_id: str | None
    state: str
    visit_date: date
    first_entered: datetime
    last_day: date
    reason: str | None = None
    ref: str = ""

    @property
    def corrected(self) -> bool:
        """Whether there are former versions."""
        return self.instance_id != self.root_id

    def correctable(self, today: date) -> bool:
        """Whether its author may correct it on the day `today`."""
        return self.state == SUBMITTED and today <= self.last_day


class Corrections:
    """Reads the actor's own records within their area, and supersedes those that they correct."""

    def __init__(
        self, connection: Connection, actor: Actor, forms: Forms, zone: tzinfo, today: date
    ) -> None:
        self._connection = connection
        self._actor = actor
        self._forms = forms
        self._zone = zone
        self._today = today

    async def mine(self, page: int = 0, size: int = 8) -> tuple[Sequence[OwnRecord], int]:
        """One page (from 0) of the actor's records that were filled in here, as they stand now,
        the newest first, and how many there are."""
        mine = and_(
            self._own(), submission.c.state != SUPERSEDED, submission.c.interview_id.is_not(None)
        )
        total = select(func.count()).select_from(submission).where(mine)
        count: int = (await self._connection.execute(total)).scalar_one()
        query = (
            select(
                submission.c.interview_id,
                submission.c.form_sha256,
                submission.c.subject_kind,
                submission.c.subject_code,
                submission.c.visit_date,
                submission.c.root_id.is_not(None),
                exists().where(
                    record_review.c.root_id == _ROOT,
                    record_review.c.instance_id == submission.c.instance_id,
                    record_review.c.decision == RETURNED,
                ),
            )
            .where(mine)
            .order_by(submission.c.entered_at.desc())
        )
        rows = await self._connection.execute(query.limit(size).offset(page * size))
        return [OwnRecord(*row) for row in rows], count

    async def filed(self, interview_id: str) -> Filed | None:
        """The version that stands of the record that was once filled in by this interview, locked
        until the transaction ends: two corrections must not begin at the same time."""
        query = select(_ROOT).where(self._own(), submission.c.interview_id == interview_id)
        root = (await self._connection.execute(query)).scalar()
        return None if root is None else await self._standing(root)

    async def of_root(self, root: str) -> Filed | None:
        """The same of the record whose first version has the id `root`."""
        return await self._standing(root)

    async def filled_in_by(self, instance_id: str) -> str | None:
        """The interview of one version of the actor's own record; None if it was filled in
        elsewhere, and of what is not theirs."""
        query = select(submission.c.interview_id)
        query = query.where(self._own(), submission.c.instance_id == instance_id)
        found: str | None = (await self._connection.execute(query)).scalar()
        return found

    async def supersede(self, instance_id: str) -> str:
        """Let the actor's record give way to a new version; the id of its first version.

        Raises CorrectionRefusedError.
        """
        query = select(_ROOT).where(self._own(), submission.c.instance_id == instance_id)
        root = (await self._connection.execute(query)).scalar()
        filed = None if root is None else await self._standing(root)
        if filed is None or filed.instance_id != instance_id or not filed.correctable(self._today):
            raise CorrectionRefusedError(instance_id)
        await self._connection.execute(
            update(submission)
            .where(submission.c.instance_id == instance_id)
            .values(state=SUPERSEDED)
        )
        return filed.root_id

    async def _standing(self, root: str) -> Filed | None:
        first = submission.alias("first")
        sent_back = and_(
            record_review.c.root_id == root,
            record_review.c.instance_id == submission.c.instance_id,
            record_review.c.decision == RETURNED,
        )
        query = (
            select(
                submission.c.instance_id,
                submission.c.interview_id,
                submission.c.state,
                submission.c.visit_date,
                submission.c.form_id,
                first.c.entered_at,
                record_review.c.decided_at,
                record_review.c.reason,
                record_review.c.ref,
            )
            .select_from(
                submission.join(first, first.c.instance_id == root).outerjoin(
                    record_review, sent_back
                )
            )
            .where(
                self._own(),
                or_(submission.c.instance_id == root, submission.c.root_id == root),
                submission.c.state != SUPERSEDED,
            )
            .with_for_update(of=submission)
        )
        row = (await self._connection.execute(query)).first()
        if row is None:
            return None
        last_day = await self._last_day(row.form_id, row.entered_at)
        if row.decided_at is not None:
            returned = row.decided_at.astimezone(self._zone).date()
            last_day = max(last_day, returned + timedelta(RETURNED_DAYS))
        return Filed(
            instance_id=row.instance_id,
            root_id=root,
            interview_id=row.interview_id,
            state=row.state,
            visit_date=row.visit_date,
            first_entered=row.entered_at,
            last_day=last_day,
            reason=row.reason,
            ref=row.ref or "",
        )

    async def _last_day(self, form_id: str, entered_at: datetime) -> date:
        """By the offer of the form's latest version: a county may change its mind."""
        latest = await self._forms.latest(form_id)
        offer = latest.offer if latest else Offer()
        return entered_at.astimezone(self._zone).date() + timedelta(offer.correction_days)

    def _own(self) -> ColumnElement[Any]:
        actor = self._actor
        if actor.account_id is None or actor.area is None or not actor.may_fill:
            return false()
        return and_(
            submission.c.account_id == actor.account_id,
            within(submission.c.area_code, actor.area),
        )
