"""Roster, hazards and disputes of the household form."""

from __future__ import annotations

import pytest

from forms import Form
from tests.forms.library.worker import visit

TWO = {"n_live": "2", "n_reg": "2"}


def test_the_roster_has_a_row_for_each_person_who_lives_there(household: Form) -> None:
    done = visit(household, {"n_live": "3", "m_rel": ["head", "spouse", "child"]}).to_the_end()
    assert done.rows("m_rel") == ["head", "spouse", "child"]


def test_nobody_living_there_leaves_the_roster_empty(household: Form) -> None:
    assert "m_rel" not in visit(household, {"n_live": "0"}).to_the_end().asked


@pytest.mark.parametrize("count", ["-1", "31"])
def test_a_household_has_up_to_thirty_people(household: Form, count: str) -> None:
    assert visit(household).refuses("n_live", count) != ""


def test_migrants_alone_are_asked_where_they_come_from(household: Form) -> None:
    done = visit(household, TWO | {"m_type": ["local", "migrant"]}).to_the_end()
    assert done.asked.count("f_from") == 1
    assert done.asked.index("f_from") > done.asked.index("m_tags")


@pytest.mark.parametrize(
    ("since", "permit", "advised"),
    [
        ("2026-04-20", "no", True),
        ("2026-04-21", "no", False),
        ("2026-04-20", "yes", False),
        ("2026-04-20", "expired", False),
    ],
)
def test_after_six_months_a_residence_permit_is_advised(
    household: Form, since: str, permit: str, advised: bool
) -> None:
    migrant = {"n_live": "1", "m_type": "migrant", "f_since": since, "f_permit": permit}
    done = visit(household, migrant).to_the_end()
    assert ("do_f_permit" in done.asked) is advised
    assert (done.value("flag_action") == "f_permit") is advised


@pytest.mark.parametrize(
    ("since", "kids", "candidate"),
    [("2026-04-20", "1", "1"), ("2026-04-20", "0", ""), ("2026-05-01", "1", "")],
)
def test_children_who_came_along_half_a_year_ago_may_be_migrant_children(
    household: Form, since: str, kids: str, candidate: str
) -> None:
    migrant = {"n_live": "1", "m_type": "migrant", "f_since": since, "f_kids": kids}
    done = visit(household, migrant).to_the_end()
    assert done.value("c16_candidate") == candidate
    assert ("do_f_kids" in done.asked) is bool(candidate)


@pytest.mark.parametrize(
    ("registered", "kinds", "asked"),
    [
        ("2", ["local", "local"], False),
        ("3", ["local", "local"], True),
        ("2", ["local", "lodger"], True),
        ("0", ["migrant", "migrant"], False),
    ],
)
def test_those_left_behind_are_asked_when_somebody_is_away(
    household: Form, registered: str, kinds: list[str], asked: bool
) -> None:
    answers = {"n_live": "2", "n_reg": registered, "m_type": kinds}
    done = visit(household, answers).to_the_end()
    assert ({"out_kids", "out_old"} <= set(done.asked)) is asked


@pytest.mark.parametrize(("grade", "red"), [("b", ""), ("c", "house_grade"), ("d", "house_grade")])
def test_grades_c_and_d_are_red(household: Form, grade: str, red: str) -> None:
    done = visit(household, {"house_grade": grade}).to_the_end()
    assert done.value("flag_red") == red
    assert ("red_house_grade" in done.asked) is bool(red)


@pytest.mark.parametrize("use", ["mixed", "group_let"])
def test_risky_uses_point_to_the_hazards(household: Form, use: str) -> None:
    done = visit(household, {"house_use": use}).to_the_end()
    assert "do_house_use" in done.asked
    assert "haz" in done.asked


@pytest.mark.parametrize(
    ("level", "alert"), [("ordinary", ""), ("serious", ""), ("may_escalate", "1")]
)
def test_a_dispute_that_may_escalate_raises_the_alert(
    household: Form, level: str, alert: str
) -> None:
    begun = visit(household, {"disp": "yes", "d_level": level})
    begun.to("d_state")
    assert begun.value("alert_dispute") == alert
    assert ("red_d_level" in begun.asked) is bool(alert)


def test_no_dispute_asks_nothing_more(household: Form) -> None:
    assert not {"d_type", "d_level", "d_state"} & set(visit(household).to_the_end().asked)


def test_a_deadline_for_a_hazard_lies_ahead(household: Form) -> None:
    begun = visit(household, {"haz": "gas", "h_level": "deadline"})
    assert begun.to("h_due").required
    assert begun.refuses("h_due", "2026-10-19") != ""
    assert begun.refuses("h_due", "2026-10-20") == ""


@pytest.mark.parametrize("level", ["at_once", "reported"])
def test_only_a_deadline_asks_for_a_day(household: Form, level: str) -> None:
    done = visit(household, {"haz": "gas", "h_level": level}).to_the_end()
    assert "h_due" not in done.asked


@pytest.mark.parametrize(
    ("aid", "offered"),
    [("none", "1"), ("medical", "1"), ("minimum_living_allowance", ""), ("extreme_hardship", "")],
)
def test_hardship_without_support_offers_an_application(
    household: Form, aid: str, offered: str
) -> None:
    done = visit(household, {"diff": "income", "diff_aid": aid}).to_the_end()
    assert done.value("offer_dibao") == offered
    assert ("do_diff" in done.asked) is bool(offered)


def test_a_request_has_at_most_300_characters(household: Form) -> None:
    begun = visit(household, {"ask": "medical"})
    assert begun.refuses("ask_text", "路" * 301) != ""
    assert begun.refuses("ask_text", "路" * 300) == ""


@pytest.mark.parametrize("question", ["m_tags", "diff", "diff_aid", "haz", "ask"])
def test_none_excludes_the_other_choices(household: Form, question: str) -> None:
    begun = visit(household, {"n_live": "1", "diff": "income"} if question != "diff" else {})
    if question == "m_tags":
        begun.to("m_tags")
    choices = [c.value for c in begun.interview.choices(begun.to(question).ref).choices]
    assert begun.refuses(question, f"none {next(c for c in choices if c != 'none')}") != ""
    assert begun.refuses(question, "none") == ""


def test_the_birth_month_is_not_in_the_future(household: Form) -> None:
    assert visit(household, {"n_live": "1"}).refuses("m_birth", "2026-11-01") != ""
