"""Duties for tests: the plainest, with what a test wants otherwise; and any at all."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from handlers.owing import Duty, Moment
from scheduler.points import end_of
from tests.scheduler.making import SHANGHAI

TODAY: Final = date(2026, 11, 22)
NOW: Final = Moment(datetime(2026, 11, 22, 0, 30, tzinfo=UTC), SHANGHAI)  # 08:30 there


def duty(number: int, days: int = 0, **changes: Any) -> Duty:
    """A monthly visit to a person of household HA00001, due in so many days."""
    due_on = TODAY + timedelta(days=days)
    fields: dict[str, Any] = {
        "id": number,
        "rule": "C01",
        "titles": {"zh": "每月走访", "en": "Monthly visit"},
        "kind": "person",
        "code": f"PA{number:05}",
        "surname": "王",
        "home": "HA00001",
        "home_surname": "王",
        "opens_on": due_on.replace(day=1),
        "due_on": due_on,
        "overdue_at": end_of(due_on, SHANGHAI),
        "form": "child_checkin",
        "snoozes": 2,
    }
    return Duty.model_validate(fields | changes)


_CODES: Final = st.text("HPABC12345*_-", min_size=1, max_size=16)
_NAMES: Final = st.one_of(st.just(""), st.text("王欧阳*_[", min_size=1, max_size=16))


@st.composite
def any_duty(draw: st.DrawFn, number: int) -> Duty:
    """Anything that a duty may be, up to the longest words."""
    length = draw(st.sampled_from([1, 40]))
    titles = {"zh": "*" * length, "en": "_" * (2 * length)}
    due_on = TODAY + timedelta(days=draw(st.integers(-40, 40)))
    grace = draw(st.integers(0, 3))
    hour = st.integers(-1000, 1000).map(lambda hours: NOW.now + timedelta(hours=hours))
    return duty(
        draw(st.just(number) | st.just(2**63 - 1 - number)),
        titles=titles,
        kind=draw(st.sampled_from(["person", "household", "worker", "area"])),
        rule=draw(st.sampled_from(["C01", "E07.two_weeks", "X" * 40])),
        code=draw(st.just("") | _CODES),
        surname=draw(_NAMES),
        home=draw(st.just("") | st.sampled_from(["HA1", "HB2"])),
        home_surname=draw(_NAMES),
        due_on=due_on,
        due_at=draw(st.none() | hour),
        overdue_at=end_of(due_on + timedelta(days=grace), SHANGHAI),
        provisional=draw(st.booleans()),
        wanted=draw(st.sampled_from([1, 15, 10**6 - 1])),
        form=draw(st.sampled_from(["", "child_checkin"])),
        snoozes=draw(st.integers(0, 2)),
    )


LISTS: Final = st.integers(0, 20).flatmap(
    lambda n: st.tuples(*(any_duty(number) for number in range(n)))
)
"""Lists of duties, each with an id of its own."""
