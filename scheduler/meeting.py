"""Visits meet obligations: which ones, whether in time, and when so many have come that it ends."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from scheduler.dossiers import visit_of
from scheduler.ground import Ground
from scheduler.matching import Match, matches
from scheduler.owed import Owed
from scheduler.periods import Period
from scheduler.windows import State, Window
from storage.obligations import Link, Obligation, Obligations
from storage.obligations_facts import VisitMade, Whose

_Asked = tuple[Owed, Window]
_Place = tuple[str, int, str, str, str]
"""Kind, id and area of a subject, rule and period: many areas have one id."""


async def meet(
    obligations: Obligations,
    ground: Ground,
    whose: Whose,
    visits: Sequence[VisitMade],
    now: datetime,
) -> None:
    """Give `visits`, in order of their entry, to the subject's open obligations."""
    if visits:
        await give(obligations, ground, await obligations.of(whose), visits, now)


async def give(
    obligations: Obligations,
    ground: Ground,
    rows: Sequence[Obligation],
    visits: Sequence[VisitMade],
    now: datetime,
) -> None:
    """Give `visits`, in order of their entry, to those of `rows` that they fit. One that comes
    after a row has closed is linked to it, and changes nothing."""
    asked = {row.id: one for row in rows if (one := _owed(ground, row)) is not None}
    unmet = [row for row in rows if row.id in asked]
    visits = [made for made in visits if any(made.visit_date >= x.terms.opens_on for x in unmet)]
    if not visits:
        return
    links: dict[int, list[Link]] = defaultdict(list)
    for link in await obligations.links(list(asked)):
        links[link.obligation_id].append(link)
    used = await obligations.used([made.root_id for made in visits])
    for made in visits:
        got = {one for one, has in links.items() if any(made.root_id == x.root_id for x in has)}
        carried = {rule for root, rule in used if root == made.root_id}
        candidates = [row for row in unmet if row.id not in got]
        for row, match in _matched(asked, candidates, made, carried):
            link = Link(
                row.id,
                made.root_id,
                in_time=match.end is State.DONE_ON_TIME,
                late_entry=match.late_entry,
                settled=match.settled or row.ended is not None,
            )
            await obligations.link(link)
            links[row.id].append(link)
            end = _end(match.owed, links[row.id])
            if end is not None and row.ended is None:
                late = any(one.late_entry for one in links[row.id] if not one.settled)
                await obligations.end(row.id, end, now, visit_root=made.root_id, late_entry=late)
                unmet.remove(row)


def _matched(
    asked: Mapping[int, _Asked],
    rows: Sequence[Obligation],
    made: VisitMade,
    carried: Collection[str],
) -> list[tuple[Obligation, Match]]:
    """The rows that a visit fits. Where a rule carries over, a visit that one of its periods got
    (`carried`) is used up."""
    known: dict[_Place, Obligation] = {}
    subjects: dict[tuple[str, int, str], list[_Asked]] = defaultdict(list)
    for row in rows:
        rule = asked[row.id][0].period.rule
        if rule.unsatisfied == "carry" and rule.id in carried:
            continue
        whose = (row.subject_kind, row.subject_id, row.area_code)
        subjects[whose].append(asked[row.id])
        known[*whose, *row.identity] = row
    found: list[tuple[Obligation, Match]] = []
    for whose, owed in subjects.items():
        for match in matches(owed, visit_of(made)):
            period = match.owed.period
            found.append((known[*whose, period.rule.id, period.key], match))
    return found


def _owed(ground: Ground, row: Obligation) -> _Asked | None:
    """A row as rules see it; None if its rule is no longer in any file, or if it is a share: that
    is counted over an area, and met by no single visit."""
    kept = row.terms
    rule = ground.rule(kept.rule_id, kept.rule_version, kept.rule_region)
    if rule is None or rule.kind == "share":
        return None
    window = Window(
        opens=kept.opens,
        due_soon=kept.due_soon,
        due=kept.due,
        overdue=kept.overdue,
        closes=kept.closes,
        opens_on=kept.opens_on,
        due_on=kept.due_on,
        counts_until=kept.counts_until,
        due_at=kept.due_at,
        provisional=kept.provisional,
    )
    period = Period(rule, kept.period_key, kept.first, kept.last)
    return Owed(period, kept.opens_on, kept.leaves_on), window


def _end(owed: Owed, links: Sequence[Link]) -> State | None:
    """How an obligation ends by its visits; None if it needs more."""
    needed = owed.period.rule.at_least
    counted = [one for one in links if not one.settled]
    if len(counted) < needed:
        return None
    in_time = sum(one.in_time for one in counted) >= needed
    return State.DONE_ON_TIME if in_time else State.DONE_LATE
