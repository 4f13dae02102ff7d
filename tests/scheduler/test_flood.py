"""The pace at which a messenger lets a bot write."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from core.ports import Pace
from scheduler.flood import Flood

NOW = 7_000.0  # seconds
TELEGRAM = Pace(per_second=30, per_chat=1, chat_burst=3)


def test_a_chat_takes_a_short_burst_and_then_one_a_second() -> None:
    flood = Flood(TELEGRAM, NOW)
    assert [flood.take(1, NOW) for _ in range(3)] == [0, 0, 0]
    assert flood.take(1, NOW) == 1
    assert flood.take(2, NOW) == 0  # other chats go on
    assert flood.take(1, NOW + 1) == 0


def test_answers_go_ahead_of_a_broadcast() -> None:
    flood = Flood(TELEGRAM, NOW)
    sent = sum(flood.take(chat, NOW, patient=True) == 0 for chat in range(1000))
    assert sent == 24  # a fifth of the pace is kept for answers
    assert flood.take(5000, NOW) == 0


def test_a_messenger_that_asks_for_a_pause_gets_it_for_all_chats() -> None:
    flood = Flood(TELEGRAM, NOW)
    flood.pause(NOW, 7)
    assert flood.take(1, NOW + 2) == 5
    assert flood.take(1, NOW + 7) == 0


def test_several_chats_that_are_refused_in_a_row_stand_for_all() -> None:
    flood = Flood(TELEGRAM, NOW)
    for chat in (1, 1, 1, 2):
        flood.refused(chat, NOW, 30)
    assert flood.take(9, NOW) == 0
    flood.refused(3, NOW, 30)
    assert flood.take(9, NOW) == 30


def test_refusals_that_lie_apart_stand_for_themselves() -> None:
    flood = Flood(TELEGRAM, NOW)
    for chat in range(20):
        flood.refused(chat, NOW + 6 * chat, 30)
    assert flood.take(99, NOW + 120) == 0


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 9000)), max_size=300))
def test_a_group_gets_twenty_calls_in_any_minute(wishes: list[tuple[bool, int]]) -> None:
    pace = replace(TELEGRAM, is_group=lambda address: address == "-7")
    flood, now, sent = Flood(pace, NOW), NOW, []
    for edit, milliseconds in wishes:
        now += milliseconds / 1000
        if flood.take(7, now, address="-7", edit=edit) == 0:
            sent.append(now)
    for moment in sent:
        assert sum(moment <= at < moment + 60 for at in sent) <= 20


def test_a_channel_without_a_pace_never_waits() -> None:
    flood = Flood(None, NOW)
    assert all(flood.take(1, NOW) == 0 for _ in range(1000))


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 400)), max_size=300))
def test_no_window_of_a_second_holds_more_than_the_pace_and_its_burst(
    wishes: list[tuple[int, int]],
) -> None:
    flood, now, sent = Flood(TELEGRAM, NOW), NOW, []
    for chat, milliseconds in wishes:
        now += milliseconds / 1000
        if flood.take(chat, now) == 0:
            sent.append((now, chat))
    for moment, chat in sent:
        second = [one for at, one in sent if moment <= at < moment + 1]
        assert len(second) <= 60
        assert second.count(chat) <= 4


def test_fifty_processes_together_keep_the_pace_of_one() -> None:
    start = NOW
    processes = [Flood(Pace(per_second=30, per_chat=30, chat_burst=30), start) for _ in range(50)]
    for flood in processes:
        flood.share(50)
    sent = 0
    for tenth in range(1, 101):
        now = start + tenth / 10
        sent += sum(flood.take(1, now) == 0 for flood in processes)
    assert sent <= 50 + 30 * 10  # one at hand in each, and then the pace
