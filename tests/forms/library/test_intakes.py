"""The intakes of pensions and of the allowance: what they ask, follow, and never decide."""

from __future__ import annotations

import pytest

from forms import Form
from tests.forms.library.worker import visit

OLD = {"code": "A0102", "surname": "王", "birth_date": "1960-05-06"}
YOUNG = {"code": "A0103", "surname": "李", "birth_date": "2004-05-06"}

PENSION: dict[str, str | list[str]] = {
    "birth_right": "yes",
    "hukou": "here",
    "student": "no",
    "other": "none",
    "launch60": "no",
    "joined": "yes",
    "tiers_paid": "2",
    "paid_tier": ["100", "500"],
    "paid_years": ["4", "5"],
    "drawing": "no",
    "wish": "none",
}
ALLOWANCE: dict[str, str | list[str]] = {
    "stage": "accepted",
    "filled_by": "self",
    "accepted_on": "2026-10-19",
    "authorised": "yes",
    "reason": "illness",
    "papers": "application authorisation",
    "n_members": "2",
    "m_relation": ["self", "spouse"],
    "m_age": ["66", "64"],
    "m_state": ["no_work", "none"],
    "m_wage": ["0", "8000"],
    "m_business": ["0", "0"],
    "m_property": ["0", "0"],
    "m_transfer": ["1956.00", "0"],
    "houses": "1",
    "means": "none",
    "savings": "1200.50",
    "cost_illness": "0",
    "cost_care": "0",
    "cost_school": "0",
    "supporters": "none",
}


@pytest.fixture(scope="session")
def pension(xforms: dict[str, bytes]) -> Form:
    return Form.from_xform(xforms["pension_intake"])


@pytest.fixture(scope="session")
def allowance(xforms: dict[str, bytes]) -> Form:
    return Form.from_xform(xforms["allowance_intake"])


def test_a_pension_intake_asks_by_age_and_ends_with_whose_word_counts(pension: Form) -> None:
    old = visit(pension, PENSION, subject=OLD).to_the_end()
    young = visit(pension, PENSION, subject=YOUNG).to_the_end()
    assert "launch60" in old.asked
    assert "student" not in old.asked
    assert "student" in young.asked
    assert "launch60" not in young.asked
    for one in (old, young):
        assert "12333" in one.labels["final"]
        assert "核定为准" in one.labels["final"]


def test_who_declines_is_asked_no_more(pension: Form, allowance: Form) -> None:
    for form in (pension, allowance):
        asked = visit(form, PENSION | ALLOWANCE | {"notice": "no"}, subject=OLD).to_the_end().asked
        assert asked[-1] == "stopped"


@pytest.mark.parametrize(
    ("wish", "step"),
    [("enrol", "enrol_step"), ("claim", "claim_step"), ("transfer", "transfer_step")],
)
def test_what_is_wanted_is_followed_step_by_step(pension: Form, wish: str, step: str) -> None:
    done = visit(pension, PENSION | {"wish": wish, step: "accepted"}, subject=OLD).to_the_end()
    assert done.value(step) == "accepted"


def test_a_wrong_birth_date_in_the_register_can_be_told(pension: Form) -> None:
    told: dict[str, str | list[str]] = {"birth_right": "no", "birth_date": "1962-01-02"}
    done = visit(pension, PENSION | told, subject=OLD).to_the_end()
    assert (done.value("birth_date"), done.value("age")) == ("1962-01-02", "64")


def test_amounts_have_two_decimals_at_most(pension: Form) -> None:
    begun = visit(pension, PENSION, subject=OLD)
    assert begun.refuses("balance", "-1")
    assert begun.refuses("balance", "1.234")
    assert begun.refuses("balance", "1234.56") == ""


def test_an_application_takes_the_family_and_their_income(allowance: Form) -> None:
    begun = visit(allowance, ALLOWANCE)
    begun.to_the_end()
    assert {"authorised", "papers", "savings"} <= set(begun.asked)
    assert begun.rows("m_wage") == ["0", "8000"]
    assert "民政部门确认" in begun.labels["final"]


def test_without_authorisation_nothing_may_be_checked_and_that_is_marked(allowance: Form) -> None:
    done = visit(allowance, ALLOWANCE | {"authorised": "no"}).to_the_end()
    assert done.value("flag_amber") == "authorised"


def test_a_home_survey_takes_two_and_a_notice_runs_seven_days(allowance: Form) -> None:
    survey = visit(allowance, {"stage": "survey"})
    assert survey.refuses("surveyors", "1")
    assert survey.refuses("surveyors", "2") == ""
    shown = visit(allowance, {"stage": "public_notice", "notice_from": "2026-10-20"}).to_the_end()
    assert shown.value("notice_until") == "2026-10-26"


def test_a_result_is_only_noted_as_it_was_told(allowance: Form) -> None:
    told = visit(allowance, {"stage": "result", "told": "not_confirmed"}).to_the_end()
    assert "told" in told.asked
    assert "authorised" not in told.asked
