"""Scores, classes and skip logic of the elderly form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import Form
from tests.forms.library.worker import visit

SIXTY = {"birth_date": "1966-05-01", "tags": "hypertension"}
SEVENTY = {"birth_date": "1956-05-01", "tags": "hypertension"}
DIABETES = {"birth_date": "1956-05-01", "tags": "diabetes"}
HEALTHY = {"birth_date": "1956-05-01", "tags": ""}
ADL = {
    "adl_eat": (0, 3, 5),
    "adl_wash": (0, 1, 3, 7),
    "adl_dress": (0, 3, 5),
    "adl_toilet": (0, 1, 5, 10),
    "adl_move": (0, 1, 5, 10),
}


@pytest.mark.parametrize(
    ("points", "score", "level"),
    [
        ((0, 0, 0, 0, 0), 0, "independent"),
        ((3, 0, 0, 0, 0), 3, "independent"),
        ((0, 3, 0, 0, 1), 4, "mild"),
        ((3, 0, 0, 5, 0), 8, "mild"),
        ((3, 0, 0, 1, 5), 9, "moderate"),
        ((5, 3, 0, 5, 5), 18, "moderate"),
        ((5, 3, 5, 1, 5), 19, "dependent"),
        ((5, 7, 5, 10, 10), 37, "dependent"),
    ],
)
def test_self_care_is_graded_by_the_official_table(
    elderly: Form, points: tuple[int, ...], score: int, level: str
) -> None:
    answers = {name: str(point) for name, point in zip(ADL, points, strict=True)}
    done = visit(elderly, answers, subject=HEALTHY).to_the_end()
    assert done.value("adl_score") == str(score)
    assert done.value("adl_level") == level
    assert str(score) in done.labels[f"adl_{level}"]


def test_the_choices_carry_the_official_scores(elderly: Form) -> None:
    begun = visit(elderly, subject=HEALTHY)
    for name, scores in ADL.items():
        choices = begun.interview.choices(begun.to(name).ref).choices
        assert tuple(int(choice.value) for choice in choices) == scores


PRESSURES = [
    (SIXTY, "139", "89", "satisfied"),
    (SIXTY, "140", "89", "unsatisfied"),
    (SIXTY, "139", "90", "unsatisfied"),
    (SEVENTY, "149", "89", "satisfied"),
    (SEVENTY, "150", "89", "unsatisfied"),
    (SEVENTY, "149", "90", "unsatisfied"),
]


@pytest.mark.parametrize(("subject", "sbp", "dbp", "proposed"), PRESSURES)
def test_the_class_is_proposed_by_pressure_and_age(
    elderly: Form, subject: Mapping[str, str], sbp: str, dbp: str, proposed: str
) -> None:
    begun = visit(elderly, {"sbp": sbp, "dbp": dbp}, subject=subject)
    assert begun.to("htn_class").value == proposed
    assert begun.value("htn_class_default") == proposed


def test_limits_are_parameters_of_the_county(elderly: Form) -> None:
    limits = {"htn_sbp_limit_65": "130", "htn_dbp_limit": "80"}
    begun = visit(elderly, {"sbp": "135", "dbp": "75"}, subject=SEVENTY, parameters=limits)
    assert begun.to("htn_class").value == "unsatisfied"


def test_an_adverse_reaction_goes_before_the_values(elderly: Form) -> None:
    answers = {"sbp": "120", "dbp": "70", "drug_adr": "yes"}
    assert visit(elderly, answers, subject=SEVENTY).to("htn_class").value == "adverse"


def test_the_worker_has_the_last_word_on_the_class(elderly: Form) -> None:
    answers = {"sbp": "120", "dbp": "70", "htn_class": "complication"}
    done = visit(elderly, answers, subject=SEVENTY).to_the_end()
    assert done.value("htn_class_default") == "satisfied"
    assert done.value("htn_class") == "complication"
    assert done.value("htn_next") == "refer"


@pytest.mark.parametrize(
    ("answers", "before", "following"),
    [
        ({"sbp": "130", "dbp": "80"}, "", "routine"),
        ({"sbp": "130", "dbp": "80"}, "unsatisfied", "routine"),
        ({"sbp": "155", "dbp": "80"}, "", "two_weeks"),
        ({"sbp": "155", "dbp": "80"}, "satisfied", "two_weeks"),
        ({"sbp": "155", "dbp": "80"}, "unsatisfied", "refer"),
        ({"sbp": "179", "dbp": "109"}, "", "two_weeks"),
        ({"sbp": "180", "dbp": "100"}, "", "urgent"),
        ({"sbp": "170", "dbp": "110"}, "", "urgent"),
        ({"sbp": "155", "dbp": "80", "htn_sym": "breath"}, "", "urgent"),
        ({"sbp": "155", "dbp": "80", "htn_sym": "headache chest"}, "", "urgent"),
        ({"sbp": "130", "dbp": "80", "htn_sym": "chest"}, "", "routine"),
        ({"sbp": "155", "dbp": "80", "htn_sym": "headache"}, "", "two_weeks"),
        ({"sbp": "130", "dbp": "80", "drug_adr": "yes"}, "", "two_weeks"),
        ({"sbp": "130", "dbp": "80", "drug_adr": "yes"}, "adverse", "refer"),
    ],
)
def test_the_next_step_looks_at_the_last_record(
    elderly: Form, answers: Mapping[str, str], before: str, following: str
) -> None:
    previous = {"htn_class": before} if before else None
    done = visit(elderly, answers, subject=SEVENTY, previous=previous).to_the_end()
    assert done.value("htn_next") == following
    assert f"htn_next_{following}" in done.asked
    assert (done.value("flag_red") == "htn_next") is (following == "urgent")


def test_without_a_measurement_nothing_is_classed(elderly: Form) -> None:
    done = visit(elderly, subject=SEVENTY).to_the_end()
    assert done.value("htn_class_default") == ""
    assert done.value("htn_next") == ""


@pytest.mark.parametrize(
    ("question", "value", "taken"),
    [
        ("sbp", "59", False),
        ("sbp", "60", True),
        ("sbp", "260", True),
        ("sbp", "261", False),
        ("dbp", "29", False),
        ("dbp", "30", True),
        ("dbp", "161", False),
        ("weight", "19.9", False),
        ("weight", "20", True),
        ("height", "220.5", False),
        ("hr", "30", True),
        ("hr", "201", False),
        ("drink", "20", True),
        ("sport", "22", False),
    ],
)
def test_measurements_stay_within_their_limits(
    elderly: Form, question: str, value: str, taken: bool
) -> None:
    assert (visit(elderly, subject=SEVENTY).refuses(question, value) == "") is taken


@pytest.mark.parametrize("dbp", ["120", "125"])
def test_the_upper_pressure_is_above_the_lower(elderly: Form, dbp: str) -> None:
    assert "低压要小于高压" in visit(elderly, {"sbp": "120"}, subject=SEVENTY).refuses("dbp", dbp)


@pytest.mark.parametrize(
    ("weight", "bmi", "level"),
    [
        ("47.2", "18.4", "underweight"),
        ("47.4", "18.5", "normal"),
        ("61.2", "23.9", "normal"),
        ("61.4", "24", "overweight"),
        ("71.4", "27.9", "overweight"),
        ("71.7", "28", "obese"),
    ],
)
def test_bmi_is_rounded_to_one_decimal_and_classed(
    elderly: Form, weight: str, bmi: str, level: str
) -> None:
    done = visit(elderly, {"weight": weight, "height": "160"}, subject=SEVENTY).to_the_end()
    assert float(done.value("bmi")) == float(bmi)
    assert done.value("bmi_class") == level


def test_the_height_comes_from_the_last_record(elderly: Form) -> None:
    assert visit(elderly, subject=SEVENTY, previous={"height": "158"}).to("height").value == "158"


def test_parts_for_illnesses_are_asked_by_the_register(elderly: Form) -> None:
    healthy = set(visit(elderly, subject=HEALTHY).to_the_end().asked)
    diabetes = set(visit(elderly, subject=DIABETES).to_the_end().asked)
    assert not {"sbp", "fbg"} & healthy
    assert "fbg" in diabetes
    assert "sbp" not in diabetes


@pytest.mark.parametrize(
    ("fbg", "before", "following"),
    [
        ("6.9", "", "routine"),
        ("7.0", "", "two_weeks"),
        ("7.0", "unsatisfied", "refer"),
        ("16.6", "", "two_weeks"),
        ("16.7", "", "urgent"),
        ("4.0", "", "routine"),
        ("3.9", "", "urgent"),
    ],
)
def test_glucose_decides_on_the_next_step(
    elderly: Form, fbg: str, before: str, following: str
) -> None:
    previous = {"dm_class": before} if before else None
    done = visit(elderly, {"fbg": fbg}, subject=DIABETES, previous=previous).to_the_end()
    assert done.value("dm_next") == following
    assert (done.value("flag_red") == "dm_next") is (following == "urgent")


@pytest.mark.parametrize(
    ("day", "asked"),
    [
        ("2026-06-14", set()),
        ("2026-06-15", {"heat"}),
        ("2026-09-15", {"heat"}),
        ("2026-09-16", set()),
        ("2026-11-14", set()),
        ("2026-11-15", {"cold"}),
        ("2027-01-01", {"cold"}),
        ("2027-03-15", {"cold"}),
        ("2027-03-16", set()),
    ],
)
def test_heat_and_cold_are_asked_in_their_season(elderly: Form, day: str, asked: set[str]) -> None:
    now = datetime.fromisoformat(f"{day}T04:00:00+00:00")
    answers = {"visit_date": day, "next_visit": f"{now.year + 1}-01-01"}
    begun = visit(elderly, answers, subject=HEALTHY, now=now)
    begun.to("pension")
    assert {"heat", "cold"} & set(begun.asked) == asked


def test_a_heat_alert_asks_on_any_day(elderly: Form) -> None:
    visit(elderly, subject=HEALTHY, parameters={"heat_alert": "1"}).to("heat")


def test_the_season_is_a_parameter(elderly: Form) -> None:
    visit(elderly, subject=HEALTHY, parameters={"winter_from": "10-15"}).to("cold")


@pytest.mark.parametrize(
    ("certified", "due", "offered"),
    [
        ("2025-11-19", "2026-11-19", True),
        ("2025-11-20", "2026-11-20", False),
        ("2025-03-01", "2026-03-01", True),
        ("2024-02-29", "2025-02-28", True),
    ],
)
def test_certification_lasts_twelve_months(
    elderly: Form, certified: str, due: str, offered: bool
) -> None:
    answers = {"pension": "resident", "cert_date": certified}
    done = visit(elderly, answers, subject=HEALTHY).to_the_end()
    assert done.value("cert_due") == due
    assert ("do_cert_due" in done.asked) is offered


@pytest.mark.parametrize(
    ("subject", "special", "tier", "last"),
    [
        (HEALTHY, "lives_alone", "monthly", "2026-11-20"),
        (HEALTHY, "extreme_hardship", "monthly", "2026-11-20"),
        (SEVENTY, "none", "quarterly", "2027-01-20"),
        (DIABETES, "none", "quarterly", "2027-01-20"),
        (HEALTHY, "none", "yearly", "2027-10-21"),
    ],
)
def test_the_next_visit_lies_within_the_tier(
    elderly: Form, subject: Mapping[str, str], special: str, tier: str, last: str
) -> None:
    begun = visit(elderly, {"special": special}, subject=subject)
    late = f"{last[:-2]}{int(last[-2:]) + 1}"
    assert begun.refuses("next_visit", late) != ""
    assert begun.refuses("next_visit", "2026-10-20") != ""
    assert begun.refuses("next_visit", last) == ""
    assert begun.value("freq_class") == tier


@pytest.mark.parametrize(
    ("answers", "red", "note"),
    [
        ({"special": "disabled_daily_life", "carer": "none"}, "carer", "red_carer"),
        ({"emo": "yes", "emo_suicide": "yes"}, "emo_suicide", "red_emo_suicide"),
        ({"abuse": "found"}, "abuse", "red_abuse"),
        (
            {"carer": "none"} | {name: str(scores[-1]) for name, scores in ADL.items()},
            "carer",
            "red_carer_adl",
        ),
    ],
)
def test_red_says_what_to_do(
    elderly: Form, answers: Mapping[str, str], red: str, note: str
) -> None:
    done = visit(elderly, answers, subject=HEALTHY).to_the_end()
    assert done.value("flag_red") == red
    assert done.labels[note].startswith("**红色：**")


def test_classes_of_the_register_are_chosen_beforehand(elderly: Form) -> None:
    known = {"birth_date": "1940-05-01", "tags": "over_65 over_80 lives_alone"}
    assert visit(elderly, subject=known).to("special").value == "lives_alone over_80"


def test_nobody_to_care_for_somebody_well_is_not_red(elderly: Form) -> None:
    assert visit(elderly, {"carer": "none"}, subject=HEALTHY).to_the_end().value("flag_red") == ""


@pytest.mark.parametrize(("falls", "amber"), [("1", ""), ("2", "falls")])
def test_two_falls_are_amber(elderly: Form, falls: str, amber: str) -> None:
    assert (
        visit(elderly, {"falls": falls}, subject=HEALTHY).to_the_end().value("flag_amber") == amber
    )


@pytest.mark.parametrize(
    ("question", "value", "action"),
    [
        ("cog", "unable", "cog"),
        ("emo", "yes", "emo"),
        ("child_visit", "never", "child_visit"),
        ("akt", "faulty", "akt"),
        ("home_haz", "gas", "home_haz"),
        ("fraud", "yes", "fraud"),
        ("needs", "meals", "needs"),
    ],
)
def test_what_has_to_be_done_is_listed(
    elderly: Form, question: str, value: str, action: str
) -> None:
    done = visit(elderly, {question: value}, subject=HEALTHY).to_the_end()
    assert done.value("flag_action") == action


def test_memory_and_mood_are_not_judged_through_the_family(elderly: Form) -> None:
    done = visit(elderly, {"outcome": "family_met"}, subject=HEALTHY).to_the_end()
    assert not {"cog", "emo"} & set(done.asked)
    assert "adl_eat" in done.asked


@pytest.mark.parametrize(
    "question", ["special", "htn_sym", "home_haz", "allowance", "needs", "heat"]
)
def test_none_excludes_the_other_choices(elderly: Form, question: str) -> None:
    begun = visit(elderly, subject=SEVENTY, parameters={"heat_alert": "1"})
    choices = [c.value for c in begun.interview.choices(begun.to(question).ref).choices]
    assert begun.refuses(question, f"none {next(c for c in choices if c != 'none')}") != ""
    assert begun.refuses(question, "none") == ""


@settings(max_examples=30, deadline=None)
@given(points=st.tuples(*(st.sampled_from(scores) for scores in ADL.values())))
def test_the_score_is_the_sum_whatever_is_chosen(elderly: Form, points: tuple[int, ...]) -> None:
    begun = visit(
        elderly,
        {name: str(point) for name, point in zip(ADL, points, strict=True)},
        subject=HEALTHY,
    )
    begun.to("cog")
    score = sum(points)
    assert begun.value("adl_score") == str(score)
    limits = [("independent", 0), ("mild", 4), ("moderate", 9), ("dependent", 19)]
    assert begun.value("adl_level") == [level for level, low in limits if score >= low][-1]


def test_a_visit_at_new_year_counts_by_the_local_day(elderly: Form) -> None:
    """At 23:30 UTC it is already the next day in Beijing."""
    begun = visit(elderly, subject=HEALTHY, now=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))
    assert begun.to("visit_date").value == "2027-01-01"
