"""The basic pension of a place in a month: what is on record, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pension.codes import Gap, Reason, StepCode
from pension.months import Month
from pension.reasoning import Caveat, Reasoning, Step
from pension.rows import NATION, in_force
from pension.rulebook import RuleBook
from pension.tables import BasicLevel


@dataclass(frozen=True, slots=True)
class BasicPension:
    """The basic pension of a place, yuan a month.

    `amount` is there only if a row of the place states it, is not older than twelve months and is
    not under the national minimum; else `reason` says what is wrong. What can be said all the same:
    the pension is `at_least` so much (None where not even a national minimum is on record), the
    newest row said `last_known`, or only what was `announced`, or an `increase`.
    """

    region: str
    month: Month
    amount: Decimal | None
    at_least: Decimal | None
    national_minimum: Decimal | None
    reason: Reason | None
    last_known: Decimal | None
    announced: Decimal | None
    increase: Decimal | None
    why: Reasoning


def basic_pension(book: RuleBook, region: str, month: Month) -> BasicPension:
    """Look the basic pension up. That of the whole country is the national minimum."""
    day = month.first_day
    minimum = in_force((row for row in book.basic_pension if row.region == NATION), NATION, day)
    row = minimum if region == NATION else _local_row(book, region, day)
    least = minimum.amount if minimum else None
    reason = _what_is_wrong(row, least, day)
    last_known = row.amount if row else None
    return BasicPension(
        region=region,
        month=month,
        amount=last_known if reason is None else None,
        at_least=_at_least(book, region, day, least),
        national_minimum=least,
        reason=reason,
        last_known=last_known,
        announced=row.announced if row else None,
        increase=row.increase if row else None,
        why=_why(row, minimum, region, month),
    )


def _local_row(book: RuleBook, region: str, day: date) -> BasicLevel | None:
    """The row of the nearest place; one in force goes before one that states no first day."""
    local = [row for row in book.basic_pension if row.region != NATION and row.concerns(region)]
    nearest = max((len(row.region) for row in local if _may_count(row, day)), default=0)
    here = [row for row in local if len(row.region) == nearest]
    undated = [row for row in here if row.valid_from is None]
    return in_force(here, region, day) or next(reversed(undated), None)


def _may_count(row: BasicLevel, day: date) -> bool:
    return row.valid_from is None or row.in_force(day)


def _what_is_wrong(row: BasicLevel | None, least: Decimal | None, day: date) -> Reason | None:
    if row is None:
        return Reason.NOT_ON_RECORD
    if row.announced is not None:
        return Reason.EFFECTIVE_DATE_NOT_STATED
    if row.increase is not None:
        return Reason.LEVEL_NOT_STATED
    if row.amount is None:
        return Reason.VARIES_BY_COUNTY
    if least is not None and row.amount < least:
        return Reason.UNDER_NATIONAL_MINIMUM
    return Reason.MAY_BE_OUTDATED if row.may_be_outdated(day) else None


def _at_least(book: RuleBook, region: str, day: date, least: Decimal | None) -> Decimal | None:
    """The highest that fresh rows around the place vouch for, and never under the minimum."""
    rows = (row for row in book.basic_pension if row.concerns(region) and row.in_force(day))
    sure = [row.amount or row.at_least for row in rows if not row.may_be_outdated(day)]
    return max((amount for amount in (least, *sure) if amount is not None), default=None)


def _why(
    row: BasicLevel | None, minimum: BasicLevel | None, region: str, month: Month
) -> Reasoning:
    parts: list[Step | BasicLevel | Caveat] = []
    if minimum is not None:
        told: dict[str, object] = {"month": month, "amount": minimum.amount}
        parts += [Step(StepCode.NATIONAL_MINIMUM, told), minimum]
    if row is not None and row is not minimum:
        parts.append(row)
    if row is None or row.amount is None:
        parts.append(Caveat(Gap.NOT_ON_RECORD, {"table": BasicLevel.table, "region": region}))
    elif row is not minimum:
        told = {"region": row.region, "month": month, "amount": row.amount}
        parts.append(Step(StepCode.BASIC_PENSION, told))
    for each in {id(one): one for one in (minimum, row) if one}.values():
        parts += _doubts(each, minimum, month.first_day)
    return Reasoning.of(*parts)


def _doubts(row: BasicLevel, minimum: BasicLevel | None, day: date) -> Iterator[Caveat]:
    if row.may_be_outdated(day):
        since = {"table": row.table, "region": row.region, "since": row.last_seen()}
        yield Caveat(Gap.MAY_BE_OUTDATED, since)
    least = minimum.amount if minimum else None
    if row.amount is not None and least is not None and row.amount < least:
        yield Caveat(Gap.UNDER_NATIONAL_MINIMUM, {"amount": row.amount, "minimum": least})
