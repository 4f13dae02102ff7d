"""What a worker owes, read from the tables: the duties of lists, digests and cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from handlers.owing import Brief, Duty, Entry
from scheduler.titles import Titles
from storage.obligations_duties import Duties, OwedBrief, OwedNow
from storage.unit import UnitOfWork

if TYPE_CHECKING:  # rules are loaded when first wanted
    from scheduler.ground import Ground
    from scheduler.visit_rules import Satisfier, VisitRule

TASK_FORM: Final = "task_done"
"""The form for what was done elsewhere; which task it is, the duty says."""

LONGEST: Final = 16  # letters of a surname, or of an area's name, that a list shows


async def of_account(
    uow: UnitOfWork,
    ground: Ground,
    account_id: int,
    *,
    now: datetime | None = None,
    put_off: bool = False,
) -> list[Duty]:
    """What an account owes at `now` (aware; the clock's without it), what is due first before the
    rest. What was put off to a later day is left out, unless `put_off` asks for it. Empty for an
    actor who is somebody else."""
    now = now or uow.now
    rows = await Duties(uow.connection, uow.actor, now).of_account(account_id)
    found = [_duty(ground, row, now) for row in rows]
    return [one for one in found if put_off or one.hidden_until is None]


async def in_brief(
    uow: UnitOfWork, ground: Ground, account_id: int, *, put_off: bool = False
) -> list[Brief]:
    """The same now, as far as it says where each stands in a list: many cost little."""
    rows = await Duties(uow.connection, uow.actor, uow.now).in_brief(account_id)
    found = [_brief(row, uow.now.astimezone(ground.zone).date()) for row in rows]
    return [one for one in found if put_off or one.hidden_until is None]


async def filled_in(
    uow: UnitOfWork, ground: Ground, entries: Sequence[Entry[Brief]]
) -> list[Entry[Duty]]:
    """The entries of a page with all that it shows of them."""
    rows = await Duties(uow.connection, uow.actor, uow.now).some([one.duty.id for one in entries])
    found = {row.id: _duty(ground, row, uow.now) for row in rows}
    return [
        Entry(one.number, found[one.duty.id], one.section, one.group)
        for one in entries
        if one.duty.id in found
    ]


async def in_home(
    uow: UnitOfWork, ground: Ground, account_id: int, household_id: int
) -> list[Duty]:
    """What an account owes now in a household, for it and for its people, what is due first before
    the rest. What was put off is left out."""
    rows = await Duties(uow.connection, uow.actor, uow.now).of_account(account_id)
    found = [_duty(ground, row, uow.now) for row in rows if row.household_id == household_id]
    return [one for one in found if one.hidden_until is None]


async def one(
    uow: UnitOfWork, ground: Ground, obligation_id: int, *, now: datetime | None = None
) -> Duty | None:
    """One of them by the id of its obligation; None once it has ended or closed, or if it is not
    the actor's."""
    found = await opened(uow, ground, obligation_id, now=now)
    return found.duty if found else None


@dataclass(frozen=True, slots=True)
class Opened:
    """A duty with what it was read from. `rule` is the version that it was opened by, None if no
    file has that any more."""

    duty: Duty
    row: OwedNow
    rule: VisitRule | None

    @property
    def fact(self) -> dict[str, str]:
        """What a form that is begun for it reads of it, as the row of `duty.csv`."""
        satisfier = satisfier_of(self.rule, self.row.role) if self.rule else None
        tasks = satisfier.answers.get("task", ()) if satisfier else ()
        task = tasks[0] if tasks else ""
        return {
            "key": "duty",
            "rule": self.row.rule_id,
            "period": self.row.period_key,
            "task": task,
        }


async def opened(
    uow: UnitOfWork, ground: Ground, obligation_id: int, *, now: datetime | None = None
) -> Opened | None:
    """As `one`, with its rule and what a form reads of it."""
    now = now or uow.now
    row = await Duties(uow.connection, uow.actor, now).one(obligation_id)
    return Opened(_duty(ground, row, now), row, rule_of(ground, row)) if row else None


def rule_of(ground: Ground, row: OwedNow) -> VisitRule | None:
    """The version of the rule that a duty was opened by; None if no file has it any more."""
    return ground.rule(row.rule_id, row.rule_version, row.rule_region)


def satisfier_of(rule: VisitRule, role: str) -> Satisfier | None:
    """By what somebody of `role` is to fulfil a rule: a form of its own before `task_done`. A share
    is counted over an area, so no single form fulfils it."""
    if rule.kind == "share":
        return None
    fitting = [one for one in rule.satisfied_by if not one.roles or role in one.roles]
    fitting.sort(key=lambda one: one.form == TASK_FORM)
    return fitting[0] if fitting else None


def _brief(row: OwedBrief, today: date) -> Brief:
    return Brief(
        id=row.id,
        rule=row.rule_id,
        kind=row.subject_kind,
        code=row.code,
        home=row.home,
        due_on=row.due_on,
        due_at=row.due_at,
        overdue_at=row.overdue,
        hidden_until=row.snoozed if row.snoozed and row.snoozed > today else None,
    )


def _duty(ground: Ground, row: OwedNow, now: datetime) -> Duty:
    rule = rule_of(ground, row)
    satisfier = satisfier_of(rule, row.role) if rule else None
    today = now.astimezone(ground.zone).date()
    return Duty.model_validate(
        {
            "id": row.id,
            "rule": row.rule_id,
            "titles": rule.titles if rule else Titles(zh=row.rule_id, en=row.rule_id),
            "kind": row.subject_kind,
            "code": row.code,
            "surname": row.surname[:LONGEST],
            "home": row.home,
            "home_surname": row.home_surname[:LONGEST],
            "place": row.place[:LONGEST],
            "opens_on": row.opens_on,
            "due_on": row.due_on,
            "due_at": row.due_at,
            "overdue_at": row.overdue,
            "provisional": row.provisional,
            "done": row.done,
            "wanted": rule.at_least if rule else 1,
            "form": satisfier.form if satisfier else "",
            "snoozes": _snoozes(rule, row) if rule and row.due_on > today else 0,
            "hidden_until": row.snoozed if row.snoozed and row.snoozed > today else None,
            "asked": row.asked or "",
        }
    )


def _snoozes(rule: VisitRule, row: OwedNow) -> int:
    """How often it may still be put off; what counts in hours never is."""
    if row.due_at is not None or not rule.limits.snooze_days:
        return 0
    return max(rule.limits.snooze_times - row.snoozes, 0)
