"""Tiers, scores and skip logic of the child form."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import Form
from tests.forms.library.worker import visit

TEN = {"birth_date": "2016-05-01", "tags": "left_behind_child"}
CALM = {f"mood{number}": "0" for number in range(1, 6)}


@pytest.mark.parametrize(
    "answers",
    [
        {"guard_rating": "poor"},
        {"guard_type": "nobody"},
        {"guard_type": "parent_unable"},
        {"guard_type": "delegate_weak"},
        {"school": "dropout"},
        {"class": "severely_ill_child"},
        {"class": "left_behind_child street_history"},
        {"health": "disabled", "dis_grade": "1"},
        {"health": "ill_disabled", "dis_grade": "2"},
    ],
)
def test_each_of_these_alone_makes_the_visit_monthly(
    child: Form, answers: Mapping[str, str]
) -> None:
    assert visit(child, answers, subject=TEN).to_the_end().value("freq_class") == "monthly"


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"guard_rating": "fair", "guard_type": "fair"},
        {"health": "disabled", "dis_grade": "3"},
        {"health": "ill", "disease": "哮喘"},
        {"class": "orphan"},
    ],
)
def test_otherwise_the_visit_is_quarterly(child: Form, answers: Mapping[str, str]) -> None:
    done = visit(child, answers, subject=TEN).to_the_end()
    assert done.value("freq_class") == "quarterly"
    assert done.value("half_yearly_visit") == ("1" if "class" in answers else "")


def test_a_visit_without_a_meeting_sets_no_tier(child: Form) -> None:
    assert visit(child, {"outcome": "nobody"}, subject=TEN).to_the_end().value("freq_class") == ""


@pytest.mark.parametrize(
    ("birth", "age"),
    [
        ("2016-10-20", "10"),
        ("2016-10-21", "9"),
        ("2008-10-20", "18"),
        ("2020-02-29", "6"),
    ],
)
def test_age_is_counted_in_full_years_on_the_day_of_the_visit(
    child: Form, birth: str, age: str
) -> None:
    begun = visit(child, subject={"birth_date": birth, "tags": "orphan"})
    begun.to("hukou")
    assert begun.value("age") == age
    assert "age_told" not in begun.asked
    assert ("do_age" in begun.asked) is (age == "18")


def test_the_age_is_asked_where_the_register_does_not_know_it(child: Form) -> None:
    begun = visit(child, {"age_told": "11"}, subject={"birth_date": ""})
    begun.to("hukou")
    assert begun.value("age") == "11"


def test_classes_of_the_register_are_chosen_beforehand(child: Form) -> None:
    known = {"birth_date": "2016-05-01", "tags": "over_65 orphan street_history"}
    assert visit(child, subject=known).to("class").value == "orphan street_history"


def test_chosen_classes_outlive_a_second_look_at_the_notice(child: Form) -> None:
    known = {"birth_date": "2016-05-01", "tags": "orphan"}
    begun = visit(child, {"class": "migrant_child"}, subject=known)
    begun.to("class_change")
    notice = "/child_checkin/head/notice"
    for answer in ("no", "yes"):
        begun.interview.goto(notice)
        begun.interview.answer(answer)
    assert begun.value("class") == "migrant_child"


@pytest.mark.parametrize(
    ("birth", "red"),
    [("2010-10-21", "live_alone_flag"), ("2010-10-20", "")],
)
def test_a_child_under_16_must_not_live_alone(child: Form, birth: str, red: str) -> None:
    alone = {"live_with": "alone"}
    done = visit(child, alone, subject={"birth_date": birth, "tags": ""}).to_the_end()
    assert done.value("flag_red") == red
    assert ("red_live_alone" in done.asked) is bool(red)


@pytest.mark.parametrize(
    ("birth", "asked"),
    [("2018-10-21", True), ("2018-10-20", False)],
)
def test_unattended_times_are_asked_under_8(child: Form, birth: str, asked: bool) -> None:
    facts = {"birth_date": birth, "tags": ""}
    done = visit(child, {"under8_alone": "sometimes"}, subject=facts).to_the_end()
    assert ("under8_alone" in done.asked) is asked
    assert (done.value("flag_red") == "under8_alone") is asked


def test_vaccination_is_asked_up_to_6(child: Form) -> None:
    six = visit(child, subject={"birth_date": "2019-10-21", "tags": ""}).to_the_end()
    seven = visit(child, subject={"birth_date": "2019-10-20", "tags": ""}).to_the_end()
    assert "vaccine" in six.asked
    assert "vaccine" not in seven.asked


@pytest.mark.parametrize(
    ("birth", "school", "taken"),
    [
        ("2020-10-20", "dropout", True),
        ("2020-10-21", "dropout", False),
        ("2009-10-21", "dropout", True),
        ("2009-10-20", "dropout", False),
        ("2012-10-20", "not_in_school", True),
        ("2012-10-21", "not_in_school", False),
        ("2009-10-20", "vocational", True),
    ],
)
def test_leaving_school_goes_by_age(child: Form, birth: str, school: str, taken: bool) -> None:
    begun = visit(child, subject={"birth_date": birth, "tags": ""})
    assert (begun.refuses("school", school) == "") is taken


def test_dropout_asks_for_reason_and_action(child: Form) -> None:
    done = visit(child, {"school": "dropout"}, subject=TEN).to_the_end()
    assert {"drop_reason", "drop_action"} <= set(done.asked)
    assert not {"boarding", "absent", "bullying"} & set(done.asked)


@pytest.mark.parametrize(("days", "asked"), [("3", False), ("4", True)])
def test_more_than_three_days_away_ask_for_a_reason(child: Form, days: str, asked: bool) -> None:
    done = visit(child, {"absent": days}, subject=TEN).to_the_end()
    assert ("absent_reason" in done.asked) is asked


@pytest.mark.parametrize(
    ("month", "six"),
    [("2026-04-01", "yes"), ("2026-05-01", "no"), ("2025-11-01", "yes")],
)
def test_six_months_away_are_counted_by_month(child: Form, month: str, six: str) -> None:
    away = {"father": "away", "mother": "home", "away_since": month}
    done = visit(child, away, subject=TEN).to_the_end()
    assert done.value("away_6m") == six
    assert "delegated" not in done.asked


def test_both_parents_away_need_a_written_delegation(child: Form) -> None:
    away = {"father": "away", "mother": "away", "delegated": "no", "contact": "monthly"}
    done = visit(child, away, subject=TEN).to_the_end()
    assert "do_delegated" in done.asked
    assert done.value("flag_action") == "delegated"
    assert done.value("flag_amber") == "contact"


@pytest.mark.parametrize("contact", ["daily", "weekly"])
def test_weekly_contact_is_enough(child: Form, contact: str) -> None:
    away = {"father": "away", "contact": contact}
    assert visit(child, away, subject=TEN).to_the_end().value("flag_amber") == ""


def test_parents_at_home_are_not_asked_how_often_they_call(child: Form) -> None:
    done = visit(child, {"father": "home", "mother": "home"}, subject=TEN).to_the_end()
    assert not {"contact", "away_since", "away_place", "delegated"} & set(done.asked)


@pytest.mark.parametrize(
    ("answers", "red"),
    [
        ({"carer": "none"}, "carer"),
        ({"carer": "relative", "carer_state": "addiction"}, "carer_state"),
        ({"carer": "relative", "carer_state": "harmed_child"}, "carer_state"),
        ({"bullying": "often"}, "bullying"),
        ({"injury": "found"}, "injury"),
        ({"behave": "fight self_harm"}, "behave"),
        (CALM | {"mood5": "1"}, "mood5"),
    ],
)
def test_red_is_said_at_once_with_what_to_do(
    child: Form, answers: Mapping[str, str], red: str
) -> None:
    done = visit(child, answers, subject=TEN).to_the_end()
    assert done.value("flag_red") == red
    note = done.asked[done.asked.index(red) + 1]
    assert note == f"red_{red}"
    assert done.labels[note].startswith("**红色：**")


@pytest.mark.parametrize(
    ("points", "level", "note"),
    [
        ((0, 0, 0, 0, 0), "usual", ""),
        ((2, 0, 0, 0, 0), "usual", ""),
        ((2, 1, 0, 0, 0), "amber", "amber_mood_score"),
        ((2, 2, 1, 0, 0), "amber", "amber_mood_score"),
        ((2, 2, 2, 0, 0), "refer", "do_mood_score"),
        ((2, 2, 2, 2, 2), "refer", "do_mood_score"),
    ],
)
def test_the_mood_score_is_a_plain_sum(
    child: Form, points: tuple[int, ...], level: str, note: str
) -> None:
    answers = {f"mood{number}": str(point) for number, point in enumerate(points, 1)}
    done = visit(child, answers, subject=TEN).to_the_end()
    assert done.value("mood_score") == str(sum(points))
    assert done.value("mood_level") == level
    assert {"amber_mood_score", "do_mood_score"} & set(done.asked) == ({note} if note else set())


def test_a_mood_question_left_open_gives_no_score(child: Form) -> None:
    done = visit(child, {"mood1": "2", "mood2": "2"}, subject=TEN).to_the_end()
    assert done.value("mood_score") == ""


def test_what_only_the_child_can_show_is_not_asked_of_the_family(child: Form) -> None:
    done = visit(child, {"outcome": "family_met"}, subject=TEN).to_the_end()
    assert not {"injury", "mood1", "mood5", "knows_phone"} & set(done.asked)
    assert {"class", "guard_rating", "needs"} <= set(done.asked)


@pytest.mark.parametrize("question", ["aid", "utilities", "fund", "behave", "hazard", "needs"])
def test_none_excludes_the_other_choices(child: Form, question: str) -> None:
    begun = visit(child, subject=TEN)
    choices = [c.value for c in begun.interview.choices(begun.to(question).ref).choices]
    assert begun.refuses(question, f"none {next(c for c in choices if c != 'none')}") != ""
    assert begun.refuses(question, "none") == ""


BENEFITS: Mapping[str, str] = {
    "orphan_allowance": "orphan",
    "de_facto_allowance": "de_facto",
    "minimum_living_allowance": "minimum",
    "disability_two": "disability",
    "schooling": "schooling",
}
PAYMENTS = ("paid", "amount", "account", "used")


@pytest.mark.parametrize("chosen", BENEFITS)
def test_a_benefit_that_is_due_is_asked_about_and_no_other(child: Form, chosen: str) -> None:
    benefit = BENEFITS[chosen]
    answers = {"fund": chosen, f"fund_paid_{benefit}": "full"}
    done = visit(child, answers, subject=TEN).to_the_end()
    asked = [name for name in done.asked if name.startswith("fund_")]
    assert asked == [f"fund_{question}_{benefit}" for question in PAYMENTS]


@pytest.mark.parametrize(
    ("paid", "asked"), [("full", True), ("part", True), ("missing", False), ("unknown", False)]
)
def test_the_amount_is_asked_where_money_came_in(child: Form, paid: str, asked: bool) -> None:
    answers = {"fund": "schooling", "fund_paid_schooling": paid}
    done = visit(child, answers, subject=TEN).to_the_end()
    assert ("fund_amount_schooling" in done.asked) is asked


@pytest.mark.parametrize("benefit", BENEFITS.values())
@pytest.mark.parametrize(("question", "said"), [("account", "other"), ("used", "no")])
def test_money_that_does_not_reach_the_child_is_red(
    child: Form, benefit: str, question: str, said: str
) -> None:
    red = f"fund_{question}_{benefit}"
    due = next(name for name, short in BENEFITS.items() if short == benefit)
    done = visit(child, {"fund": due, red: said}, subject=TEN).to_the_end()
    assert done.value("flag_red") == red
    assert done.asked[done.asked.index(red) + 1] == f"red_{red}"


def test_a_benefit_taken_away_is_not_red_any_more(child: Form) -> None:
    answers = {"fund": "orphan_allowance schooling", "fund_used_schooling": "no"}
    done = visit(child, answers, subject=TEN).to_the_end()
    done.interview.goto(FUND)
    done.interview.answer(["orphan_allowance"])
    assert done.value("flag_red") == ""


def test_no_benefit_means_no_question_about_payment(child: Form) -> None:
    done = visit(child, {"fund": "none"}, subject=TEN).to_the_end()
    assert not [name for name in done.asked if name.startswith("fund_")]


FUND = "/child_checkin/part_e/fund"
DUE = st.lists(st.sampled_from(list(BENEFITS)), unique=True)


@settings(max_examples=30, deadline=None)
@given(changes=st.lists(DUE, max_size=5))
def test_answers_stay_with_their_benefit_however_often_the_choice_changes(
    child: Form, changes: list[list[str]]
) -> None:
    amounts = {f"fund_amount_{short}": f"{100 + n}" for n, short in enumerate(BENEFITS.values())}
    paid = {f"fund_paid_{short}": "full" for short in BENEFITS.values()}
    begun = visit(child, {"fund": " ".join(BENEFITS)} | paid | amounts, subject=TEN)
    begun.to("health")
    for due in changes:
        begun.interview.goto(FUND)
        begun.interview.answer(due) if due else begun.interview.skip()
        kept = {f"fund_amount_{BENEFITS[name]}" for name in due}
        assert {name: begun.value(name) for name in amounts} == {
            name: amount if name in kept else "" for name, amount in amounts.items()
        }


@pytest.mark.parametrize(("allowed", "asked"), [("0", False), ("1", True)])
def test_a_photo_is_asked_for_only_where_the_county_allows_it(
    child: Form, allowed: str, asked: bool
) -> None:
    done = visit(child, subject=TEN, parameters={"child_photo": allowed}).to_the_end()
    assert ("photo" in done.asked) is asked


def test_a_need_asks_for_action_and_deadline(child: Form) -> None:
    begun = visit(child, {"needs": "living"}, subject=TEN)
    assert begun.refuses("due", "2026-10-19") != ""
    done = begun.to_the_end()
    assert {"action", "refer_to", "due"} <= set(done.asked)
    assert done.value("flag_action") == "needs"
