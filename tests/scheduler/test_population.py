"""Whom a rule concerns, and when somebody comes in and goes out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.population import Population, memberships
from scheduler.subjects import Spell, Stay, Subject
from tests.scheduler.making import OTHER_COUNTY, VILLAGE, person

DAY = timedelta(days=1)
TODAY = date(2026, 9, 15)


def has(name: str, since: str = "2020-01-01", until: str | None = None) -> Spell:
    return Spell(name, date.fromisoformat(since), date.fromisoformat(until) if until else None)


@pytest.mark.parametrize(
    ("population", "inside"),
    [
        ({}, True),
        ({"any_tags": ["lives_alone", "dementia"]}, True),
        ({"any_tags": ["dementia"]}, False),
        ({"any_tags": ["dementia"], "any_tiers": ["elder.monthly"]}, True),
        ({"any_tiers": ["elder.yearly"]}, False),
        ({"all_tags": ["lives_alone", "over_65"]}, True),
        ({"all_tags": ["lives_alone", "dementia"]}, False),
        ({"any_tags": ["lives_alone"], "no_tags": ["dementia"]}, True),
        ({"no_tags": ["lives_alone"]}, False),
        ({"no_tiers": ["elder.monthly"]}, False),
        ({"minimum_age": 76}, True),
        ({"minimum_age": 77}, False),
        ({"maximum_age": 76}, True),
        ({"maximum_age": 75}, False),
        ({"subject": "household"}, False),
    ],
)
def test_tags_tiers_and_age_decide(population: Mapping[str, Any], inside: bool) -> None:
    someone = person(has("lives_alone"), has("over_65"), tiers=(has("elder.monthly"),))
    assert Population.model_validate(population).holds(someone, TODAY) is inside


def test_without_a_birth_date_nobody_is_of_an_age() -> None:
    unknown = person(birth_date=None)
    assert not Population(minimum_age=1).holds(unknown, TODAY)
    assert Population().holds(unknown, TODAY)


def test_a_household_belongs_when_a_member_who_is_still_there_does() -> None:
    aided = person(has("minimum_living_allowance"))
    gone = person(has("dementia"), left_on=date(2026, 1, 1))
    house = Subject("household", (Stay(VILLAGE, date(2019, 1, 1)),), members=(aided, gone))
    assert Population(subject="household").holds(house, TODAY)
    assert Population(subject="household", any_tags=("minimum_living_allowance",)).holds(
        house, TODAY
    )
    assert not Population(subject="household", any_tags=("dementia",)).holds(house, TODAY)
    assert not Population(subject="household", maximum_age=17).holds(house, TODAY)


def test_a_worker_belongs_by_role_and_an_area_by_level() -> None:
    cadre = Subject("worker", (Stay(VILLAGE, date(2019, 1, 1)),), role="cadre")
    assert Population(subject="worker", roles=("cadre",)).holds(cadre, TODAY)
    assert not Population(subject="worker", roles=("grid_worker",)).holds(cadre, TODAY)
    village = Subject("area", (Stay(VILLAGE, date(2019, 1, 1)),))
    assert Population(subject="area", level="village").holds(village, TODAY)
    assert not Population(subject="area", level="township").holds(village, TODAY)


CHILD = Population(any_tags=("left_behind_child",), maximum_age=17)


def stays(
    subject: Subject, population: Population = CHILD, region: str = ""
) -> list[tuple[str, str | None, bool]]:
    return [
        (one.since.isoformat(), one.until.isoformat() if one.until else None, one.moved)
        for one in memberships(population, subject, region)
    ]


def test_one_comes_in_with_a_tag_and_goes_with_it_or_with_age() -> None:
    born = date(2010, 2, 28)
    tagged = person(has("left_behind_child", "2025-01-01", "2026-01-01"), birth_date=born)
    assert stays(tagged) == [("2025-01-01", "2026-01-01", False)]
    grows_up = person(has("left_behind_child", "2025-01-01"), birth_date=born)
    assert stays(grows_up) == [("2025-01-01", "2028-02-28", False)]


def test_who_is_gone_belongs_to_nothing() -> None:
    left = person(has("left_behind_child"), birth_date=date(2015, 1, 1), left_on=date(2026, 3, 1))
    assert stays(left) == [("2020-01-01", "2026-03-01", False)]


def test_another_tag_before_makes_it_a_change_of_class() -> None:
    moved = person(
        has("orphan"), has("left_behind_child", "2026-03-01"), birth_date=date(2015, 1, 1)
    )
    assert stays(moved) == [("2026-03-01", "2033-01-01", True)]
    new = person(has("left_behind_child", "2026-03-01"), birth_date=date(2015, 1, 1))
    assert stays(new) == [("2026-03-01", "2033-01-01", False)]


def test_growing_into_an_age_is_no_change_of_class() -> None:
    aged = person(has("over_65"))
    assert stays(aged, Population(minimum_age=75)) == [("2025-06-01", None, False)]


def test_who_moves_within_the_region_stays_and_who_leaves_it_goes() -> None:
    within = person(
        has("left_behind_child"),
        birth_date=date(2015, 1, 1),
        stays=(
            Stay(VILLAGE, date(2024, 1, 1), date(2026, 5, 10)),
            Stay("990201100202", date(2026, 5, 10), date(2026, 8, 1)),
            Stay(OTHER_COUNTY, date(2026, 8, 1)),
        ),
    )
    assert stays(within) == [("2024-01-01", "2033-01-01", False)]
    assert stays(within, region="9902") == [("2024-01-01", "2026-08-01", False)]
    assert stays(within, region="9903") == [("2026-08-01", "2033-01-01", False)]
    carved = memberships(CHILD, within, "99", ("9903",))
    assert [(one.since, one.until) for one in carved] == [(date(2024, 1, 1), date(2026, 8, 1))]


# --- against day by day ---------------------------------------------------------------------------

START = date(2026, 1, 1)
SHORT = st.integers(0, 60).map(lambda days: START + DAY * days)


@st.composite
def spells(draw: st.DrawFn, names: tuple[str, ...]) -> Spell:
    since = draw(SHORT)
    length = draw(st.none() | st.integers(1, 30))
    return Spell(draw(st.sampled_from(names)), since, since + DAY * length if length else None)


@st.composite
def subjects(draw: st.DrawFn) -> Subject:
    tags = draw(st.lists(spells(("orphan", "dropout", "dementia")), max_size=5))
    tiers = draw(st.lists(spells(("child.monthly", "child.quarterly")), max_size=3))
    birth = draw(st.sampled_from([date(2008, 2, 1), date(2008, 2, 29), date(2000, 1, 1)]))
    return person(
        *tags,
        tiers=tuple(tiers),
        birth_date=birth,
        left_on=draw(st.none() | SHORT),
        stays=(Stay(VILLAGE, draw(SHORT)),),
    )


POPULATIONS = st.sampled_from(
    [
        Population(),
        Population(any_tags=("orphan", "dropout")),
        Population(any_tags=("orphan",), any_tiers=("child.monthly",), maximum_age=17),
        Population(all_tags=("orphan", "dropout"), no_tags=("dementia",)),
        Population(no_tiers=("child.monthly",), minimum_age=18),
    ]
)


@given(POPULATIONS, subjects())
def test_memberships_are_the_days_on_which_one_belongs(
    population: Population, subject: Subject
) -> None:
    found = memberships(population, subject)
    for day in (START + DAY * k for k in range(-5, 160)):
        inside = any(one.since <= day and (one.until is None or day < one.until) for one in found)
        assert inside is (subject.listed(day) and population.holds(subject, day)), day
    for one, following in pairwise(found):
        assert one.until is not None
        assert one.until < following.since
