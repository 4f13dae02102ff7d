"""When the rungs of a ladder are due."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from scheduler.calendars import WorkingDays
from scheduler.ladders import Ladder, Moment, Rung, moments
from scheduler.periods import Period
from scheduler.windows import Window, window
from tests.scheduler.making import SHANGHAI, at, rule

CHINA = WorkingDays.china()
FAR = at("2027-06-01")


def rung(when: str, **changes: Any) -> Rung:
    return Rung.model_validate({"id": "one", "when": when} | changes)


def september(since: date | None = None, **changes: Any) -> Window:
    period = Period(rule(**changes), "2026-09", date(2026, 9, 1), date(2026, 9, 30))
    found = window(period, CHINA, SHANGHAI, since)
    assert found
    return found


def due(*rungs: Rung, of: Window | None = None, until: datetime = FAR) -> list[Moment]:
    return moments(rungs, of or september(), CHINA, SHANGHAI, until)


@pytest.mark.parametrize(
    ("when", "moment"),
    [
        ("opens", "2026-09-01"),
        ("due", "2026-09-30"),
        ("due - 7 days", "2026-09-23"),
        ("due - 2 working days", "2026-09-28"),
        ("overdue", "2026-10-01"),
        ("overdue + 5 days", "2026-10-06"),
    ],
)
def test_a_rung_that_counts_in_days_is_due_when_the_day_begins(when: str, moment: str) -> None:
    assert [one.at for one in due(rung(when))] == [at(moment)]


def test_a_rung_is_repeated_until_the_obligation_is_settled() -> None:
    weekly = rung("overdue + 7 days", every="1 week")
    forever = september(unsatisfied="merge", window={"closes": "never"})
    found = due(weekly, of=forever, until=at("2026-10-29"))
    assert [(one.n, one.at) for one in found] == [
        (0, at("2026-10-08")),
        (1, at("2026-10-15")),
        (2, at("2026-10-22")),
    ]
    assert due(weekly) == []  # settled on 8 October


def test_nobody_is_told_before_it_opens() -> None:
    late_comer = september(since=date(2026, 9, 25))
    assert due(rung("due - 7 days"), of=late_comer) == []
    assert len(due(rung("due - 5 days"), of=late_comer)) == 1


def test_where_hours_count_a_rung_stands_on_the_minute() -> None:
    urgent = rule(
        window={"opens": "event", "due": "event + 1 hour", "closes": "never"}, unsatisfied="merge"
    )
    day, began = date(2026, 9, 1), at("2026-09-01T22:30")
    made = window(Period(urgent, "e", day, day, began=began), CHINA, SHANGHAI)
    assert made
    rungs = [rung("opens"), rung("due - 15 minutes", id="two"), rung("overdue", id="three")]
    assert [one.at - began for one in due(*rungs, of=made)] == [
        timedelta(0),
        timedelta(minutes=45),
        timedelta(hours=1),
    ]


@pytest.mark.parametrize("when", ["start", "end + 1 day", "event", "12-15", "soon"])
def test_a_rung_stands_on_the_window(when: str) -> None:
    with pytest.raises(ValidationError):
        rung(when)


def test_the_rungs_of_a_ladder_have_names_of_their_own() -> None:
    with pytest.raises(ValidationError, match="twice"):
        Ladder(id="two", rungs=(rung("opens"), rung("due")))


RUNGS = st.lists(
    st.tuples(
        st.sampled_from(
            ["opens", "due - 30 days", "due - 3 working days", "due", "overdue + 2 days"]
        ),
        st.sampled_from([None, "1 week", "1 month"]),
    ),
    max_size=5,
)


@given(RUNGS, st.integers(0, 60), st.integers(0, 60))
def test_looking_later_finds_the_same_moments_and_more(
    wanted: list[tuple[str, str | None]], days: int, more: int
) -> None:
    rungs = [rung(when, id=f"r{n}", every=every) for n, (when, every) in enumerate(wanted)]
    forever = september(unsatisfied="merge", window={"closes": "never"})
    until = at("2026-09-01") + timedelta(days=days)
    now = due(*rungs, of=forever, until=until)
    later = due(*rungs, of=forever, until=until + timedelta(days=more))
    assert [one for one in later if one.at < until] == now
    assert len({(one.rung.id, one.n) for one in later}) == len(later)
    assert all(forever.opens <= one.at for one in later)
