"""A clinic under 90 points owes a report by a deadline."""

from __future__ import annotations

import pytest

from forms import Form
from tests.forms.library.worker import visit


@pytest.mark.parametrize(("score", "under"), [("89", True), ("90", False), ("100", False)])
def test_under_90_points_a_deadline_has_to_be_set(clinic: Form, score: str, under: bool) -> None:
    done = visit(clinic, {"score": score}).to_the_end()
    assert ("rect_due" in done.asked, "red_score" in done.asked) == (under, under)
    assert done.value("under_limit") == ("1" if under else "")
    assert done.value("flag_red") == ("score" if under else "")


def test_a_county_may_have_another_limit(clinic: Form) -> None:
    strict = visit(clinic, {"score": "94"}, parameters={"clinic_score_limit": "95"})
    assert "95" in strict.to_the_end().labels["red_score"]


@pytest.mark.parametrize(
    ("day", "taken"), [("2026-10-20", False), ("2026-10-21", True), ("2027-01-21", False)]
)
def test_the_deadline_lies_within_three_months(clinic: Form, day: str, taken: bool) -> None:
    assert (visit(clinic, {"score": "80"}).refuses("rect_due", day) == "") is taken


@pytest.mark.parametrize(("score", "taken"), [("-1", False), ("0", True), ("101", False)])
def test_a_score_is_of_a_hundred(clinic: Form, score: str, taken: bool) -> None:
    assert (visit(clinic).refuses("score", score) == "") is taken


def test_what_is_weak_is_told_in_words(clinic: Form) -> None:
    assert "weak_text" in visit(clinic, {"weak": "archives"}).to_the_end().asked
    assert "weak_text" not in visit(clinic).to_the_end().asked
    weak = visit(clinic)
    weak.to("weak")
    assert "无" in weak.refuses("weak", "none archives")
