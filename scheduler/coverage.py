"""Coverage against target: how much of what each rule asks for is done, by place.

Of a rule that asks for a visit to each of many, that is what is done of what is owed. Of one that
asks for a share of people, it is how many of them were visited. Neither tells who did it: nobody
is ranked here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from math import ceil
from typing import Final

from scheduler.crowds import crowd, of_age
from scheduler.dossiers import visit_of
from scheduler.ground import Ground
from scheduler.population import LEVELS
from scheduler.visit_rules import VisitRule
from storage.coverage import Count, Coverage, Span
from storage.policy import ALL, Actor, Ages
from storage.unit import UnitOfWork

_LENGTHS: Final = sorted(LEVELS.values())
_ONE_DAY: Final = ("event", "festival")


@dataclass(frozen=True, slots=True)
class Place:
    """The numbers of one area: `owed` and how much of it is `done`, `late` of that after its day;
    `overdue` is open still or missed, `exempt` was lifted and is not among the owed."""

    area_code: str
    owed: int
    done: int
    late: int = 0
    overdue: int = 0
    exempt: int = 0


@dataclass(frozen=True, slots=True)
class Covered:
    """One rule, as it stands on a day; `rule` is None if no file has it any more."""

    rule_id: str
    rule: VisitRule | None
    places: tuple[Place, ...]

    @property
    def total(self) -> Place:
        """All places together; its area has no code."""
        return _together("", self.places)

    @property
    def target(self) -> float | None:
        """The share that should be done, such as 0.95; None if the rule names none."""
        return self.rule.target if self.rule else None

    @property
    def lacking(self) -> int:
        """How many more would have to be done to reach the target; without one, to do all."""
        whole = self.total
        wanted = whole.owed * (1.0 if self.target is None else self.target)
        return max(ceil(round(wanted, 6)) - whole.done, 0)  # 0.55 * 100 is a little more than 55

    @property
    def met(self) -> bool:
        """Whether the target is reached; without one, whether all is done."""
        return not self.lacking


def below(root: str) -> int:
    """How long the codes of the areas next below `root` are."""
    return next((one for one in _LENGTHS if one > len(root)), _LENGTHS[-1])


async def coverage(
    uow: UnitOfWork,
    ground: Ground,
    day: date,
    root: str,
    rules: Collection[str] = (),
    *,
    by_period: bool = False,
) -> list[Covered]:
    """How much is done of what is owed on `day` in `root`, by rule and by the areas next below it;
    of all rules, or of `rules`. What is not due in the days that it is about belongs to the months
    in which it can be done; `by_period`, to the period that it is about. Only within what the actor
    oversees; who oversees nothing is told of the rules that are their `business`."""
    if not uow.actor.may_approve:
        own = business(ground, uow.actor)
        rules = own.intersection(rules) if rules else own
        if not rules:
            return []
    counting = Coverage(uow.connection, uow.actor, uow.now)
    late = frozenset() if by_period else _outlasting(ground)
    late = late.intersection(rules) if rules else late
    counts = await counting.on(day, root, below(root), rules, late)
    if late:
        month = datetime.combine(day.replace(day=1), time(), ground.zone)
        counts = [*counts, *await counting.lasting(day, month, root, below(root), late)]
    by_rule: dict[str, list[Count]] = defaultdict(list)
    for one in counts:
        by_rule[one.rule_id].append(one)
    found = [_covered(ground, root, name, some) for name, some in sorted(by_rule.items())]
    shares = {one.rule_id: one.rule for one in found if one.rule and one.rule.kind == "share"}
    if not shares:
        return found
    places: dict[str, list[Place]] = defaultdict(list)
    for span in await counting.spans(day, root, list(shares)):
        rule = ground.rule(span.rule_id, span.rule_version, span.rule_region)
        if rule is not None:
            places[span.rule_id].append(await share(counting, ground, rule, day, span))
    return [
        Covered(one.rule_id, one.rule, tuple(places[one.rule_id])) if one.rule_id in shares else one
        for one in found
    ]


def _outlasting(ground: Ground) -> frozenset[str]:
    """The rules whose duties are due before or after the days that they are about."""
    return frozenset(rule.id for rule in ground.book.rules if _outlasts(rule))


def _outlasts(rule: VisitRule) -> bool:
    """Whether it hangs on one day, or reports on a period that is over."""
    due = rule.window.due
    afterwards = due.base == "end" and due.amount > 0
    return rule.kind != "share" and (rule.anchor.kind in _ONE_DAY or afterwards)


def business(ground: Ground, actor: Actor) -> frozenset[str]:
    """The rules that an actor is told of who oversees nothing: those that ask something of the role
    itself; and to who reads others' records of some ages alone, those for people of these ages and
    no others. Of a rule whose versions differ all have to be so."""
    if not actor.may_count:
        return frozenset()
    ages = actor.powers.ages
    limited = actor.may_export and ages != ALL

    def concerns(rule: VisitRule) -> bool:
        return rule.who == actor.role.value or (limited and _within(rule, ages))

    lines = ground.book.lines
    others = {one.id for one in lines if not all(concerns(rule) for rule in one.versions)}
    return frozenset(one.id for one in lines) - others


def _within(rule: VisitRule, ages: Ages) -> bool:
    whom = rule.of or rule.population
    if whom.subject != "person":
        return False
    oldest, youngest = whom.maximum_age, whom.minimum_age or 0
    too_old = ages.oldest is not None and (oldest is None or oldest > ages.oldest)
    return not too_old and youngest >= ages.youngest


def _covered(ground: Ground, root: str, name: str, counts: Sequence[Count]) -> Covered:
    newest = max(counts, key=lambda one: (one.rule_version, len(one.rule_region)))
    rule = ground.rule(name, newest.rule_version, newest.rule_region)
    by_place: dict[str, list[Place]] = defaultdict(list)
    for one in counts:
        place = Place(one.area_code, one.owed, one.done, one.late, one.overdue, one.exempt)
        # what each worker owes for themselves is told of all together, not of one in one place
        by_place[root if rule and rule.kind == "quota" else one.area_code].append(place)
    places = tuple(_together(code, some) for code, some in sorted(by_place.items()))
    return Covered(name, rule, places)


def _together(area_code: str, places: Iterable[Place]) -> Place:
    some = list(places)
    return Place(
        area_code,
        owed=sum(one.owed for one in some),
        done=sum(one.done for one in some),
        late=sum(one.late for one in some),
        overdue=sum(one.overdue for one in some),
        exempt=sum(one.exempt for one in some),
    )


async def share(
    counting: Coverage, ground: Ground, rule: VisitRule, day: date, span: Span
) -> Place:
    """How many of those whom `rule` counts on `day` were visited within `span`."""
    line = ground.book.line(rule.id, span.area_code)
    assert rule.of is not None and line is not None
    who = crowd(line, rule.of)
    on = of_age(rule.of, day)
    people = await counting.crowd(who, on, span)
    forms = {one.form for one in rule.satisfied_by}
    visits = await counting.visits(who, on, forms, span)
    done = {number for number, made in visits if rule.met_by(visit_of(made))}
    return Place(span.area_code, owed=people, done=len(done))
