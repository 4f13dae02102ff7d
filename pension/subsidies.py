"""Tiers, and what the government adds to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from pension.codes import Fault, Gap, Reason, SchemeFault, StepCode
from pension.money import share, to_fen
from pension.reasoning import Caveat, Reasoning, Refused, Step, check_names
from pension.rows import NATION
from pension.tables import Scheme


@dataclass(frozen=True, slots=True)
class Subsidy:
    """The yearly subsidy for a tier, in yuan.

    `amount` is None where the place's own table is not on record; it is never under `at_least`.
    `province` and `county` are the shares of those who pay it, None where they are not stated.
    """

    tier: int
    amount: Decimal | None
    at_least: Decimal
    province: Decimal | None
    county: Decimal | None
    reason: Reason | None
    why: Reasoning


@dataclass(frozen=True, slots=True)
class SchemeProblem:
    """One thing in which a local table falls short of its frame."""

    code: SchemeFault
    values: Mapping[str, object]

    def __post_init__(self) -> None:
        check_names(self.code, self.values)


def subsidy(scheme: Scheme, tier: int, on: date) -> Subsidy:
    """What a place adds to a tier. Raises Refused for a tier that is not offered.

    `on` is the day of asking: a local table that nobody has looked at for a year may be out of
    date, and the result says so.
    """
    require_tier(scheme, tier)
    amount = scheme.subsidy_of(tier)
    if amount is not None:
        return _from_table(scheme, tier, amount, on)
    if scheme.subsidies and tier > scheme.subsidies[-1].tier and scheme.province_part:
        return _above_table(scheme, tier)
    floor = to_fen(scheme.floor_of(tier))
    why = Reasoning.of(
        Step(StepCode.SUBSIDY_FLOOR, {"tier": tier, "amount": floor}),
        scheme,
        Caveat(Gap.LOCAL_TABLE_NEEDED, {"tier": tier}),
    )
    return Subsidy(tier, None, floor, None, None, Reason.LOCAL_TABLE_NEEDED, why)


def require_tier(scheme: Scheme, tier: int) -> None:
    """Raise Refused, naming the tiers that are offered, unless this is one of them."""
    if tier not in scheme.tiers:
        raise Refused(Fault.TIER_NOT_OFFERED, tier=tier, offered=scheme.tiers)


def check_table(
    scheme: Scheme, frame: Scheme, flexible_worker_pays: Decimal | None = None
) -> tuple[SchemeProblem, ...]:
    """Where a local table falls short of its frame.

    `flexible_worker_pays` is what a flexible worker pays into the employees' scheme in a year, over
    which the top tier should not go; None when it is not known.
    """
    problems = [*_against_floors(scheme, frame), *_falls(scheme)]
    problems += [
        SchemeProblem(SchemeFault.TIER_OF_FRAME_MISSING, {"tier": tier})
        for tier in frame.tiers
        if tier not in scheme.tiers
    ]
    if flexible_worker_pays is not None and scheme.tiers[-1] > flexible_worker_pays:
        values = {"tier": scheme.tiers[-1], "limit": flexible_worker_pays}
        problems.append(SchemeProblem(SchemeFault.TOP_TIER_OVER_LIMIT, values))
    return tuple(problems)


def _from_table(scheme: Scheme, tier: int, amount: Decimal, on: date) -> Subsidy:
    amount = to_fen(amount)
    steps = [Step(StepCode.SUBSIDY, {"tier": tier, "amount": amount})]
    province = county = None
    parts = scheme.province_part + scheme.county_part
    if parts:
        province = share(amount, scheme.province_part, parts)
        county = amount - province
        shares = {"amount": amount, "province": province, "county": county}
        steps.append(Step(StepCode.SUBSIDY_SHARES, shares))
    why = Reasoning.of(*steps, scheme, *_age_of_table(scheme, on))
    return Subsidy(tier, amount, amount, province, county, None, why)


def _above_table(scheme: Scheme, tier: int) -> Subsidy:
    """A tier that the county added above the table: it decides the subsidy, and the province goes
    on paying its share of the table's highest."""
    parts = scheme.province_part + scheme.county_part
    province = share(scheme.subsidies[-1].amount, scheme.province_part, parts)
    why = Reasoning.of(
        Step(StepCode.SUBSIDY_FLOOR, {"tier": tier, "amount": province}),
        scheme,
        Caveat(Gap.LOCAL_TABLE_NEEDED, {"tier": tier}),
    )
    return Subsidy(tier, None, province, province, None, Reason.COUNTY_DECIDES, why)


def _age_of_table(scheme: Scheme, on: date) -> Iterator[Caveat]:
    if scheme.region != NATION and scheme.may_be_outdated(on):
        values = {"table": scheme.table, "region": scheme.region, "since": scheme.last_seen()}
        yield Caveat(Gap.MAY_BE_OUTDATED, values)


def _against_floors(scheme: Scheme, frame: Scheme) -> Iterator[SchemeProblem]:
    for tier in scheme.tiers:
        amount = scheme.subsidy_of(tier)
        floor = frame.floor_of(tier)
        if amount is None:
            yield SchemeProblem(SchemeFault.SUBSIDY_MISSING, {"tier": tier})
        elif amount < floor:
            values = {"tier": tier, "amount": amount, "floor": floor}
            yield SchemeProblem(SchemeFault.SUBSIDY_UNDER_FLOOR, values)


def _falls(scheme: Scheme) -> Iterator[SchemeProblem]:
    known = sorted(scheme.subsidies, key=lambda row: row.tier)
    for lower, higher in pairwise(known):
        if higher.amount < lower.amount:
            values = {
                "tier": higher.tier,
                "amount": higher.amount,
                "lower_tier": lower.tier,
                "lower_amount": lower.amount,
            }
            yield SchemeProblem(SchemeFault.SUBSIDY_FALLS, values)
