"""From a rule's population to the condition of SQL by which a whole register is asked."""

from __future__ import annotations

from datetime import date
from typing import Final

from scheduler.anchors import DateAnchor, EventAnchor, LastAnchor
from scheduler.lines import Line
from scheduler.population import LEVELS, Population
from scheduler.visit_rules import VisitRule
from storage.obligations_crowd import Crowd, Day

_TAG_EVENTS: Final = ("added:", "ended:")


def crowd(line: Line, population: Population) -> Crowd:
    """Everybody of a population in the region of `line`, of whatever age."""
    return Crowd(
        kind=population.subject,
        region=line.region,
        carved=line.carved,
        any_tags=population.any_tags,
        any_tiers=population.any_tiers,
        all_tags=population.all_tags,
        no_tags=population.no_tags,
        no_tiers=population.no_tiers,
        roles=population.roles,
        code_length=LEVELS[population.level] if population.level else None,
    )


def of_age(population: Population, on: date) -> Day:
    """The day `on`, with the birth dates of those who have the right age on it."""
    oldest, youngest = population.maximum_age, population.minimum_age
    return Day(
        on,
        born_after=None if oldest is None else latest_birth(on, oldest + 1),
        born_until=None if youngest is None else latest_birth(on, youngest),
    )


def births(population: Population, first: date, last: date) -> list[tuple[date, date]]:
    """Who comes in or goes out by age after `first` and up to `last`: those born after the first
    day of a pair, and up to the second."""
    oldest = population.maximum_age
    ages = (population.minimum_age, None if oldest is None else oldest + 1)
    return [(latest_birth(first, age), latest_birth(last, age)) for age in ages if age is not None]


def latest_birth(on: date, age: int) -> date:
    """The last day on which those were born who are `age` years old on the day `on`."""
    try:
        return on.replace(year=on.year - age)
    except ValueError:  # 29 February, in a year without one
        return date(on.year - age, 2, 28)


def looked_at(line: Line, rule: VisitRule) -> Crowd | None:
    """Those of whom each one's own days have to be looked at, because the periods of `rule` hang on
    them; None if there is nothing to find before a form tells it."""
    everybody = crowd(line, rule.population)
    match rule.anchor:
        case LastAnchor():
            return everybody
        case DateAnchor(date="birth_date"):
            return everybody
        case EventAnchor(events=events):
            derived = [one for one in events if ":" in one or one == "listed"]
            if not derived:
                return None
            if all(one.startswith(_TAG_EVENTS) for one in derived):
                tags = tuple(one.partition(":")[2] for one in derived)
                return Crowd(everybody.kind, line.region, line.carved, any_tags=tags)
            return everybody
    return None
