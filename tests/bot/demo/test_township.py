"""The demo township: synthetic, the same for the same seed, and like a real one in its numbers."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.demo import SEED, Township, township
from core.ids import mobile, resident_id
from core.texts import known
from storage.policy import Role
from storage.register import NewPerson

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def demo() -> Township:
    return township(SEED, TODAY)


def people(made: Township) -> list[NewPerson]:
    return [person for household in made.households for person in household.people]


def age(person: NewPerson) -> int:
    born = person.birth_date
    return TODAY.year - born.year - ((TODAY.month, TODAY.day) < (born.month, born.day))


def test_a_seed_makes_the_same_township_again(demo: Township) -> None:
    assert township(SEED, TODAY) == demo
    assert township(SEED + 1, TODAY) != demo


def test_it_is_as_large_as_it_says(demo: Township) -> None:
    assert 280 <= len(demo.households) <= 320
    assert 850 <= demo.people <= 1000
    levels = Counter(area.level for area in demo.areas)
    assert levels == {"county": 1, "township": 1, "village": 3, "grid": 9}
    roles = Counter(one.role for one in demo.staff)
    assert roles == {Role.GRID_WORKER: 9, Role.CHILD_DIRECTOR: 3, Role.TOWNSHIP_SUPERVISOR: 1}


def test_every_grid_has_one_worker_and_every_village_one_director(demo: Township) -> None:
    grids = {area.code for area in demo.areas if area.level == "grid"}
    villages = {area.code for area in demo.areas if area.level == "village"}
    by_role = {
        role: {one.area_code for one in demo.staff if one.role is role}
        for role in (Role.GRID_WORKER, Role.CHILD_DIRECTOR)
    }
    assert by_role == {Role.GRID_WORKER: grids, Role.CHILD_DIRECTOR: villages}
    assert {household.area_code for household in demo.households} == grids


def test_areas_come_after_their_parents(demo: Township) -> None:
    seen: set[str | None] = {None}
    for area in demo.areas:
        assert area.parent in seen
        assert area.parent is None or area.code.startswith(area.parent)
        seen.add(area.code)


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10**6), st.dates(date(2024, 1, 1), date(2032, 12, 31)))
def test_on_any_day_everybody_has_a_number_that_is_right_and_nobody_elses(
    seed: int, today: date
) -> None:
    made = people(township(seed, today))
    for person in made:
        found = resident_id(person.id_number or "", today)
        assert (found.birth_date, found.sex) == (person.birth_date, person.sex)
    assert len({person.id_number for person in made}) == len(made)
    assert len({person.code for person in made}) == len(made)


def test_nothing_in_it_can_be_taken_for_real(demo: Township) -> None:
    for person in people(demo):
        assert person.id_number and person.id_number.startswith("9901")
        assert person.phone is None or mobile(person.phone) is None
    assert all(area.code.startswith("9901") for area in demo.areas)


def test_every_household_has_one_head_who_is_grown_up(demo: Township) -> None:
    for household in demo.households:
        heads = [person for person in household.people if person.head]
        assert len(heads) == 1
        assert age(heads[0]) >= 18
        assert len({person.name for person in household.people}) == len(household.people)


@pytest.mark.parametrize(
    ("tag", "least", "youngest", "oldest"),
    [
        ("left_behind_child", 40, 0, 15),
        ("child_in_difficulty", 5, 0, 17),
        ("migrant_child", 2, 0, 15),
        ("orphan", 1, 0, 17),
        ("over_65", 120, 65, 120),
        ("over_80", 15, 80, 120),
        ("lives_alone", 20, 60, 120),
        ("empty_nest", 40, 60, 120),
        ("hypertension", 80, 35, 120),
        ("diabetes", 30, 35, 120),
        ("minimum_living_allowance", 10, 0, 120),
        ("pension_beneficiary", 150, 60, 120),
        ("pregnant", 1, 18, 45),
    ],
)
def test_tags_are_as_frequent_as_they_should_be_and_fit_the_age(
    demo: Township, tag: str, least: int, youngest: int, oldest: int
) -> None:
    ages = [age(person) for person in people(demo) if tag in person.tags]
    assert len(ages) >= least
    assert youngest <= min(ages) and max(ages) <= oldest


def test_every_tag_has_a_name_in_the_catalogues(demo: Township) -> None:
    assert {
        tag for person in people(demo) for tag in person.tags if not known(f"tags.{tag}")
    } == set()


def test_who_lives_alone_lives_alone(demo: Township) -> None:
    for household in demo.households:
        if any("lives_alone" in person.tags for person in household.people):
            assert len(household.people) == 1
