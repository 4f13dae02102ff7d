"""What is owed: newcomers, changes of class, moves, and the same answer however it is asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.lines import Line
from scheduler.owed import Owed, owed, owed_by_all
from scheduler.periods import calendar_periods
from scheduler.subjects import Event, Spell, Stay, Subject
from tests.scheduler.making import OTHER_COUNTY, VILLAGE, line, person, rule
from tests.scheduler.test_population import subjects

DAY = timedelta(days=1)
MONTHLY = line(rule(id="C01", population={"any_tags": ["dropout"], "maximum_age": 17}))
QUARTERLY = line(
    rule(
        id="C02",
        every="1 quarter",
        population={"any_tags": ["left_behind_child"], "no_tags": ["dropout"], "maximum_age": 17},
    )
)
BORN = date(2015, 1, 1)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def child(*tags: Spell, **changes: object) -> Subject:
    return person(*tags, **({"birth_date": BORN} | changes))


def tagged(name: str, since: date, until: date | None = None) -> Spell:
    return Spell(name, since, until)


def shown(found: list[Owed]) -> list[tuple[str, date, date | None]]:
    return [(one.period.key, one.since, one.until) for one in found]


@pytest.mark.parametrize(
    ("came", "first"),
    [
        (date(2026, 9, 1), "2026-09"),
        (date(2026, 9, 23), "2026-09"),
        (date(2026, 9, 24), "2026-10"),  # seven days are left, this one included
        (date(2026, 9, 30), "2026-10"),
    ],
)
def test_who_comes_new_in_the_last_seven_days_is_due_in_the_next_period(
    came: date, first: str
) -> None:
    new = child(tagged("dropout", came), stays=(Stay(VILLAGE, came),))
    assert owed(MONTHLY, new, *YEAR)[0].period.key == first


def test_a_child_that_moves_to_the_monthly_class_is_due_within_that_month() -> None:
    moved = child(
        tagged("left_behind_child", date(2024, 1, 1)), tagged("dropout", date(2026, 9, 29))
    )
    assert shown(owed(MONTHLY, moved, date(2026, 9, 1), date(2026, 10, 31))) == [
        ("2026-09", date(2026, 9, 29), None),
        ("2026-10", date(2026, 10, 1), None),
    ]
    (quarter,) = owed(QUARTERLY, moved, date(2026, 7, 1), date(2026, 9, 30))
    assert (quarter.since, quarter.until) == (date(2026, 7, 1), date(2026, 9, 29))


def test_who_goes_back_is_due_in_the_quarter_again() -> None:
    back = child(
        tagged("left_behind_child", date(2024, 1, 1)),
        tagged("dropout", date(2026, 4, 10), date(2026, 8, 20)),
    )
    assert shown(owed(QUARTERLY, back, *YEAR)) == [
        ("2026Q1", date(2026, 1, 1), None),
        ("2026Q2", date(2026, 4, 1), date(2026, 4, 10)),
        ("2026Q3", date(2026, 8, 20), None),
        ("2026Q4", date(2026, 10, 1), None),
    ]


def test_a_tag_that_ends_and_comes_again_leaves_one_obligation() -> None:
    wavering = child(
        tagged("left_behind_child", date(2024, 1, 1)),
        tagged("dropout", date(2026, 9, 1), date(2026, 9, 10)),
        tagged("dropout", date(2026, 9, 20)),
    )
    (september,) = owed(MONTHLY, wavering, date(2026, 9, 1), date(2026, 9, 30))
    assert (september.since, september.until) == (date(2026, 9, 20), None)


def test_death_and_moving_away_end_what_is_open() -> None:
    left = child(tagged("dropout", date(2024, 1, 1)), left_on=date(2026, 9, 15))
    found = owed(MONTHLY, left, date(2026, 8, 1), date(2026, 12, 31))
    assert shown(found) == [
        ("2026-08", date(2026, 8, 1), None),
        ("2026-09", date(2026, 9, 1), date(2026, 9, 15)),
    ]


def test_growing_up_in_the_middle_of_a_month_ends_it() -> None:
    grown = child(tagged("dropout", date(2024, 1, 1)), birth_date=date(2008, 9, 12))
    assert shown(owed(MONTHLY, grown, date(2026, 9, 1), date(2026, 12, 31))) == [
        ("2026-09", date(2026, 9, 1), date(2026, 9, 12))
    ]


def test_moving_to_another_village_changes_nothing() -> None:
    moved = child(
        tagged("dropout", date(2024, 1, 1)),
        stays=(
            Stay(VILLAGE, date(2024, 1, 1), date(2026, 9, 10)),
            Stay("990201100202", date(2026, 9, 10)),
        ),
    )
    (september,) = owed(MONTHLY, moved, date(2026, 9, 1), date(2026, 9, 30))
    assert (september.since, september.until) == (date(2026, 9, 1), None)


def test_moving_to_a_county_with_its_own_rule_changes_the_rule() -> None:
    fields = {"id": "C01", "population": {"any_tags": ["dropout"]}}
    everywhere = Line((rule(**fields),), carved=("9903",))
    there = Line((rule(**fields, region="9903", who="child_director"),))
    moved = child(
        tagged("dropout", date(2024, 1, 1)),
        stays=(
            Stay(VILLAGE, date(2024, 1, 1), date(2026, 9, 10)),
            Stay(OTHER_COUNTY, date(2026, 9, 10)),
        ),
    )
    found = owed_by_all([there, everywhere], moved, date(2026, 8, 1), date(2026, 10, 31))
    whose = {one.period.key: one.period.rule.who for one in found}
    assert whose == {
        "2026-08": "grid_worker",
        "2026-09": "child_director",
        "2026-10": "child_director",
    }


def test_a_new_version_with_other_people_concerns_them_from_its_first_period() -> None:
    old = rule(valid_to=date(2026, 5, 8), every="1 quarter", population={"any_tags": ["orphan"]})
    new = rule(
        version=2,
        valid_from=date(2026, 5, 9),
        every="1 quarter",
        population={"any_tags": ["orphan", "migrant_child"]},
    )
    migrant = child(tagged("migrant_child", date(2024, 1, 1)))
    assert shown(owed(line(old, new), migrant, *YEAR)) == [
        ("2026Q3", date(2026, 7, 1), None),
        ("2026Q4", date(2026, 10, 1), None),
    ]


def test_an_event_concerns_those_whom_it_takes_out_of_the_class() -> None:
    exits = line(
        rule(
            anchor={"kind": "event", "events": ["ended:orphan", "added:orphan"]},
            population={"any_tags": ["orphan"]},
            unsatisfied="merge",
            window={"due": "event + 30 working days", "closes": "never"},
        )
    )
    one = child(tagged("orphan", date(2026, 2, 1), date(2026, 9, 1)))
    assert shown(owed(exits, one, *YEAR)) == [
        ("added:orphan@2026-02-01", date(2026, 2, 1), date(2026, 9, 1)),
        ("ended:orphan@2026-09-01", date(2026, 9, 1), None),
    ]


def test_an_event_of_somebody_outside_the_population_is_nothing() -> None:
    only_elders = line(
        rule(anchor={"kind": "event", "events": ["fell"]}, population={"minimum_age": 60})
    )
    fallen = child(events=(Event("fell", "f", date(2026, 3, 1)),))
    assert owed(only_elders, fallen, *YEAR) == []


def test_what_waits_for_a_visit_ends_when_the_subject_leaves_later() -> None:
    waits = line(
        rule(
            every="1 quarter",
            population={"any_tags": ["dropout"]},
            unsatisfied="merge",
            window={"closes": "never"},
        )
    )
    gone = child(tagged("dropout", date(2024, 1, 1), date(2026, 8, 20)))
    second_quarter = owed(waits, gone, date(2026, 4, 1), date(2026, 6, 30))[-1]
    assert second_quarter.until == date(2026, 8, 20)


LINES = [
    line(rule(population={"any_tags": ["orphan", "dropout"]})),
    line(rule(every="1 week", population={"any_tiers": ["child.monthly"]})),
    line(rule(every="10 days", population={"maximum_age": 17}, newcomer_days=3)),
    line(
        rule(
            anchor={"kind": "last"},
            every="9 days",
            population={"any_tags": ["orphan"]},
            unsatisfied="merge",
            window={"closes": "never"},
        )
    ),
    line(rule(anchor={"kind": "event", "events": ["added:orphan", "left"]})),
]


@given(st.sampled_from(LINES), subjects(), st.integers(0, 90), st.integers(0, 60))
def test_what_is_owed_does_not_depend_on_the_range_that_is_asked(
    one: Line, subject: Subject, start: int, length: int
) -> None:
    first = date(2026, 1, 1) + DAY * start
    last = first + DAY * length
    narrow = owed(one, subject, first, last)
    wide = {
        other.period.key: other for other in owed(one, subject, date(2025, 12, 1), date(2027, 1, 1))
    }
    assert len({each.period.key for each in narrow}) == len(narrow)
    for each in narrow:
        assert wide[each.period.key] == each
        assert each.period.first <= last
    touching = {
        key for key, each in wide.items() if each.period.first <= last and each.period.last >= first
    }
    assert touching <= {each.period.key for each in narrow}


@given(st.sampled_from(LINES[:3]), subjects())
def test_who_is_in_the_population_all_through_a_period_owes_it(one: Line, subject: Subject) -> None:
    population = one.versions[0].population
    found = {
        each.period.key: each for each in owed(one, subject, date(2026, 1, 1), date(2026, 6, 30))
    }
    for period in calendar_periods(one, date(2026, 1, 1), date(2026, 6, 30)):
        days = [period.first + DAY * k for k in range((period.last - period.first).days + 1)]
        inside = [subject.listed(day) and population.holds(subject, day) for day in days]
        if all(inside):
            assert found[period.key].since == period.first
            assert found[period.key].until is None
        if not any(inside):
            assert period.key not in found
        if period.key in found and not inside[-1]:
            assert found[period.key].until is not None
