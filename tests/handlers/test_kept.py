"""What a process remembers of an interview is used only while it is what is stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from forms import Interview
from tests.handlers.conftest import Publish, Village
from tests.handlers.sampler import begin


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Grows whenever an interview is read back from the database."""
    read: list[str] = []
    load: Callable[..., Any] = Interview.load.__func__  # type: ignore[attr-defined]

    def counted(*all_of_it: Any, **named: Any) -> Any:
        read.append("load")
        return load(*all_of_it, **named)

    monkeypatch.setattr(Interview, "load", classmethod(counted))
    return read


async def test_a_person_who_goes_on_is_not_read_back(
    village: Village, ask: Publish, loads: list[str]
) -> None:
    mei = await begin(village, ask, "numbers")
    loads.clear()
    await mei.say("first")
    await mei.say("4")
    assert loads == []


async def test_another_process_s_answer_is_not_overwritten(village: Village, ask: Publish) -> None:
    mei = await begin(village, ask, "numbers")
    await mei.say("first")
    other = village.restart()
    mine, theirs = mei.steps, other.steps
    mei.steps, mei.sender = theirs, other.sender
    await mei.say("4")
    mei.steps, mei.sender = mine, village.sender
    await mei.say("2")
    assert {"first", "4", "2"} <= set((await village.values(mei)).values())


async def test_a_step_that_failed_is_forgotten(
    village: Village, ask: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    mei = await begin(village, ask, "numbers")
    await mei.say("first")
    before = await village.values(mei)

    async def fail(*_: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("storage.conversations.Conversations.save", fail)
        await mei.say("4")
    assert await village.values(mei) == before
    await mei.say("5")
    assert "4" not in (await village.values(mei)).values()


async def test_the_next_day_rules_are_read_anew(
    village: Village, ask: Publish, loads: list[str]
) -> None:
    mei = await begin(village, ask, "numbers")
    await mei.say("first")
    loads.clear()
    village.clock.turn(days=1)
    await mei.say("4")
    assert loads == ["load"]


async def test_of_too_many_at_once_the_first_is_read_back(
    village: Village, ask: Publish, loads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(village.house.kept, "_keep", 1)
    mei = await begin(village, ask, "numbers")
    await mei.say("first")
    lan = await village.worker()
    await lan.press("numbers")
    await lan.say("second")
    loads.clear()
    await mei.say("4")
    assert loads == ["load"]
    assert "4" in (await village.values(mei)).values()
