"""What a submission changes about its subject."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from scheduler.effects import Change, Effect, changes
from tests.scheduler.making import at


def effect(**fields: Any) -> Effect:
    return Effect.model_validate({"form": "child_checkin", "question": "school"} | fields)


def of(one: Effect, **answers: str) -> list[Change]:
    return changes([one], "child_checkin", answers)


def test_one_of_the_values_is_enough() -> None:
    one = effect(values=["dropout", "unknown"], tag="dropout")
    assert of(one, school="dropout") == [Change("tag", "dropout")]
    assert of(one, school="primary") == []
    assert of(one) == []


def test_another_form_changes_nothing() -> None:
    assert changes([effect(tag="dropout")], "elderly_followup", {"school": "x"}) == []


def test_choices_that_are_tags_begin_and_end_together() -> None:
    one = effect(question="class", mirrors=["orphan", "migrant_child"])
    assert of(one, **{"class": "orphan poverty"}) == [
        Change("tag", "orphan"),
        Change("untag", "migrant_child"),
    ]
    assert of(one, **{"class": ""}) == []


def test_what_one_question_begins_no_other_one_ends() -> None:
    boxes = effect(question="class", mirrors=["orphan", "migrant_child"])
    told = effect(values=["home"], tag="orphan")
    for order in ([boxes, told], [told, boxes]):
        found = changes(order, "child_checkin", {"class": "none", "school": "home"})
        assert {(one.what, one.name) for one in found} == {
            ("tag", "orphan"),
            ("untag", "migrant_child"),
        }


@pytest.mark.parametrize(
    ("what", "name"),
    [("untag", "dropout"), ("tier", "child.monthly"), ("leaves", "moved")],
)
def test_what_follows_has_a_name(what: str, name: str) -> None:
    (change,) = of(effect(**{what: name}), school="x")
    assert (change.what, change.name) == (what, name)


def test_a_day_is_the_answer_itself_or_that_to_another_question() -> None:
    own = effect(question="cert_date", date="certified_on")
    assert of(own, cert_date="2026-03-14") == [
        Change("date", "certified_on", day=date(2026, 3, 14))
    ]
    other = effect(question="task", values=["certification"], date="certified_on", day="visit_date")
    answers = {"task": "certification", "visit_date": "2026-05-01"}
    assert of(other, **answers)[0].day == date(2026, 5, 1)


def test_an_event_brings_its_deadline_and_its_minute() -> None:
    one = effect(question="kind", values=["first"], event="incident", day="due", at="happened")
    answers = {"kind": "first", "due": "2026-10-01", "happened": "2026-09-01T09:30:00.000+08:00"}
    (change,) = of(one, **answers)
    assert change.day == date(2026, 10, 1)
    assert change.at == at("2026-09-01T09:30")
    assert of(one, kind="first") == [Change("event", "incident")]


@pytest.mark.parametrize("fields", [{}, {"tag": "orphan", "event": "x"}, {"tier": "monthly"}])
def test_an_effect_is_one_thing(fields: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        effect(**fields)
