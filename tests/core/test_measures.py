"""What is counted adds up, and loops that have stopped grow old."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core import measures
from core.measures import BOUNDS, Counter, Gauge, Histogram


def test_a_counter_counts_by_its_labels() -> None:
    calls = Counter("calls", "", ("method", "code"))
    calls.add("getMe", "200")
    calls.add("getMe", "200", by=2.5)
    calls.add("getMe", "429")
    assert calls.values == {("getMe", "200"): 3.5, ("getMe", "429"): 1.0}


def test_a_gauge_stands_where_it_was_set_until_it_is_forgotten() -> None:
    up = Gauge("up", "", ("channel",))
    up.set(1, "web")
    up.set(0, "web")
    assert up.values == {("web",): 0}
    up.forget("web")
    up.forget("web")
    assert up.values == {}


@given(st.lists(st.floats(0, 100)))
def test_every_duration_falls_into_one_class_within_its_bounds(durations: list[float]) -> None:
    steps = Histogram("steps", "")
    for seconds in durations:
        steps.observe(seconds)
    if not durations:
        assert steps.values == {}
        return
    found = steps.values[()]
    assert sum(found.counts) == len(durations)
    assert found.seconds == sum(durations)
    for place, bound in enumerate(BOUNDS):
        assert sum(found.counts[: place + 1]) == sum(seconds <= bound for seconds in durations)


def test_the_stages_of_a_step_are_timed_one_after_another() -> None:
    def count(stage: str) -> int:
        found = measures.STEP_SECONDS.values.get((stage,))
        return sum(found.counts) if found else 0

    before = count("load"), count("commit")
    laps = measures.Laps()
    laps.end("load")
    laps.end("commit")
    assert (count("load"), count("commit")) == (before[0] + 1, before[1] + 1)


def test_a_loop_has_an_age_from_its_first_beat_until_it_ends() -> None:
    assert "a loop of this test" not in measures.loop_ages()
    measures.beat("a loop of this test")
    assert 0 <= measures.loop_ages()["a loop of this test"] < 60
    measures.still("a loop of this test")
    assert "a loop of this test" not in measures.loop_ages()
