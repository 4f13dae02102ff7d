"""A patrol asks what fits the kind of place, and a finding leads to a deadline or a report."""

from __future__ import annotations

import pytest

from forms import Form
from tests.forms.library.worker import visit

DRUGS = {"prescription", "recycling_box", "drug_storage"}
FOOD = {"health_cards", "three_guards"}


@pytest.mark.parametrize(
    ("kind", "food", "drugs"),
    [
        ("restaurant", True, False),
        ("shop", True, False),
        ("pharmacy", False, True),
        ("clinic", False, True),
    ],
)
def test_a_place_is_asked_about_what_it_sells(
    patrol: Form, kind: str, food: bool, drugs: bool
) -> None:
    asked = set(visit(patrol, {"unit_type": kind}).to_the_end().asked)
    assert (asked >= FOOD, asked >= DRUGS) == (food, drugs)
    assert asked.isdisjoint(FOOD) is not food
    assert asked.isdisjoint(DRUGS) is not drugs


def test_only_where_people_cook_raw_and_cooked_are_kept_apart(patrol: Form) -> None:
    assert "separated" in visit(patrol, {"unit_type": "canteen"}).to_the_end().asked
    assert "separated" not in visit(patrol, {"unit_type": "shop"}).to_the_end().asked


@pytest.mark.parametrize(("degrees", "taken"), [("-30", True), ("30", True), ("30.5", False)])
def test_cold_storage_has_a_temperature_that_there_is(
    patrol: Form, degrees: str, taken: bool
) -> None:
    begun = visit(patrol, {"cold_storage": degrees})
    begun.to("cold_storage")
    assert (begun.refuses("cold_storage", degrees) == "") is taken


def test_what_is_put_right_later_has_a_deadline(patrol: Form) -> None:
    done = visit(patrol, {"finding": "deadline"}).to_the_end()
    assert "finding_due" in done.asked
    assert done.value("flag_action") == "finding_due"
    assert visit(patrol, {"finding": "deadline"}).refuses("finding_due", "2026-10-19")


def test_what_is_reported_is_red(patrol: Form) -> None:
    done = visit(patrol, {"finding": "report"}).to_the_end()
    assert "red_finding" in done.asked
    assert done.value("flag_red") == "finding"


def test_expired_goods_and_a_missing_licence_are_amber(patrol: Form) -> None:
    done = visit(patrol, {"expired_count": "3", "licence": "none"}).to_the_end()
    assert done.value("flag_amber") == "expired_count licence"


def test_a_licence_that_ran_out_is_pointed_out(patrol: Form) -> None:
    assert "do_licence_until" in visit(patrol, {"licence_until": "2026-10-19"}).to_the_end().asked
    assert (
        "do_licence_until" not in visit(patrol, {"licence_until": "2026-10-20"}).to_the_end().asked
    )


def test_a_photo_is_asked_for_only_where_the_county_allows_it(patrol: Form) -> None:
    assert "photo" not in visit(patrol).to_the_end().asked
    allowed = visit(patrol, parameters={"patrol_photo": "1"})
    assert allowed.to("photo").required is False
