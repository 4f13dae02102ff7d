"""An interview that is not needed any more goes at once, without a walk of the collector."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import given, settings

from forms import Form, Interview
from tests.forms.engine.generated import forms
from tests.forms.engine.paper import ask, table, xform
from tests.forms.engine.test_choices import itemset, labels
from tests.forms.engine.test_properties import move, moves, world

FILE = b"name,label\na,A\n"


@contextmanager
def without_a_collector() -> Iterator[None]:
    """What is there is passed by, and nothing is collected but on demand."""
    gc.freeze()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        gc.unfreeze()


@settings(deadline=None, max_examples=60)
@given(xml=forms(), steps=moves)
def test_nothing_is_left_of_it_for_the_collector(xml: bytes, steps: list[tuple[str, int]]) -> None:
    form, facts = Form.from_xform(xml), {"facts": [{"code": "P1"}, {"code": "P2"}]}
    with without_a_collector():
        interview = Interview.start(form, world(), instances=facts)
        for kind, number in steps:
            interview = move(interview, kind, number)
        gc.collect()
        interview.take_apart()
        del interview
        assert gc.collect() == 0


@pytest.mark.parametrize("source", ["the form", "a file"])
def test_a_list_that_others_read_too_stays(source: str) -> None:
    town, lists = table("town", {"name": "a", "label": "A"}), {}
    if source == "a file":
        town, lists = '<instance id="town" src="jr://file-csv/town.csv"/>', {"town.csv": FILE}
    choose = ask("q", inside=itemset("instance('town')/root/item"), tag="select1")
    form = Form.from_xform(xform("<q/>", town, choose))
    first, second = (Interview.start(form, world(), instances=lists) for _ in range(2))
    first.take_apart()
    assert labels(second, "/data/q") == ["A"]
