"""Why a result is what it is: its steps, the rows that it used, and what it could not know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self, TypeVar

from pension.codes import Code, Fault, Gap, StepCode
from pension.rows import Row, Status

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Step:
    """One step, with the values that `StepCode` names. Checked when made."""

    code: StepCode
    values: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_names(self.code, self.values)


@dataclass(frozen=True, slots=True)
class Caveat:
    """One thing that is missing, may be out of date, or is not a rule's own words."""

    code: Gap
    values: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_names(self.code, self.values)


@dataclass(frozen=True, slots=True)
class Reasoning:
    """Stands in every result as `why`. Everything is told once, in the order of its use.

    Each row knows its region, dates, source, clause and status, so a sentence about it can be
    traced to where it comes from.
    """

    steps: tuple[Step, ...] = ()
    rows: tuple[Row, ...] = ()
    caveats: tuple[Caveat, ...] = ()

    @classmethod
    def of(cls, *parts: Step | Row | Caveat | Reasoning) -> Self:
        """Put parts together. A row brings the caveats that its status asks for."""
        steps: list[Step] = []
        rows: list[Row] = []
        caveats: list[Caveat] = []
        for part in parts:
            if isinstance(part, Reasoning):
                steps += part.steps
                rows += part.rows
                caveats += part.caveats
            elif isinstance(part, Step):
                steps.append(part)
            elif isinstance(part, Row):
                rows.append(part)
                caveats += _caveats_of(part)
            else:
                caveats.append(part)
        return cls(_once(steps), _once(rows), _once(caveats))

    def doubts(self, *codes: Gap) -> bool:
        """Whether one of these caveats is among them."""
        return any(caveat.code in codes for caveat in self.caveats)


class Refused(ValueError):  # noqa: N818  (it says what happens to the input)
    """What was given can't be: `fault` and `values` say why. Nothing was reckoned."""

    def __init__(self, fault: Fault, **values: object) -> None:
        check_names(fault, values)
        super().__init__(f"{fault} {values}")
        self.fault = fault
        self.values = values


def check_names(code: Code, values: Mapping[str, object]) -> None:
    """Raise ValueError unless the values are just those that the code names."""
    if set(values) != set(code.names):
        raise ValueError(f"{code} comes with {code.names}, not with {tuple(values)}")


def _caveats_of(row: Row) -> Iterable[Caveat]:
    place = {"table": row.table, "region": row.region}
    if row.source.draft:
        yield Caveat(Gap.DRAFT_RULE, place)
    if row.status in (Status.SECONDARY, Status.UNVERIFIED):
        yield Caveat(Gap.NOT_VERIFIED, place)
    if row.status is Status.CONVENTION:
        yield Caveat(Gap.CONVENTION, place)
    if row.start == "uncertain":
        yield Caveat(Gap.START_UNCERTAIN, place | {"since": row.valid_from})


def _once(things: Iterable[_T]) -> tuple[_T, ...]:
    kept: list[_T] = []
    for thing in things:
        if thing not in kept:
            kept.append(thing)
    return tuple(kept)
