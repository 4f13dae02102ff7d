"""The built-in rules: every duty of the field is there, and says what its source says."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any, Final

import pytest
from pyxform.xls2json_backends import md_to_dict

from forms import library
from scheduler.calendars import WorkingDays
from scheduler.effects import changes
from scheduler.ladders import SUPERVISOR, WORKER, moments
from scheduler.lines import Line
from scheduler.owed import owed
from scheduler.periods import Period, calendar_periods
from scheduler.rulebook import Rulebook
from scheduler.subjects import Event, Spell, Stay, Subject
from scheduler.trial_windows import impossible
from scheduler.visit_rules import VisitRule
from scheduler.windows import Window, window
from tests.scheduler.making import SHANGHAI, VILLAGE, at, person

BOOK: Final = Rulebook.read()
CHINA: Final = WorkingDays.china()
HAN: Final = re.compile(r"[\u3400-\u9fff]")
ROWS: Final = {
    *(f"C{n:02}" for n in range(1, 18) if n != 12),  # C12 was a target for 2020
    *(f"E{n:02}" for n in range(1, 12)),
    *(f"H{n:02}" for n in range(1, 12)),
    *(f"G{n:02}" for n in range(1, 15)),
    *(f"P{n:02}" for n in range(1, 7)),
}
LOCAL_AND_ON: Final = {"C01", "C02", "C03", "H01", "G01", "G03", "P06.visit"}


def sheets(form: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = md_to_dict(library.source(form).decode())
    return found


QUESTIONS: Final = {
    form: {row["name"]: row["type"] for row in sheets(form)["survey"] if "name" in row}
    for form in library.names()
}
CHOICES: Final = {
    form: {
        listed: {row["name"] for row in sheets(form)["choices"] if row["list_name"] == listed}
        for listed in {row["list_name"] for row in sheets(form)["choices"]}
    }
    for form in library.names()
}


def rule(name: str, version: int | None = None, region: str = "") -> VisitRule:
    """A rule by its id: its newest version."""
    versions = [one for one in BOOK.rules if (one.id, one.region) == (name, region)]
    return next(one for one in versions if one.version == (version or len(versions)))


def made(period: Period) -> Window:
    found = window(period, CHINA, SHANGHAI)
    assert found
    return found


def after(name: str, day: str, **event: Any) -> Window:
    """The window after an event on a day."""
    on = date.fromisoformat(day)
    return made(Period(rule(name), "e", on, on, **event))


def test_every_duty_is_a_rule() -> None:
    assert {one.row for one in BOOK.rules} == ROWS


def test_national_rules_and_seven_others_are_on() -> None:
    on = {one.id for one in BOOK.rules if one.on}
    assert {one.id for one in BOOK.rules if one.on and one.scope != "national"} == LOCAL_AND_ON
    off = {one.id for one in BOOK.rules if one.scope == "national"} - on
    assert off == {
        "E10.supervision",  # not checked against the text
        "G12.half_yearly",  # the register does not tell whom it concerns
        "G14",  # not checked against the text
    }


def test_what_was_not_checked_against_its_text_is_off() -> None:
    assert not [one.id for one in BOOK.rules if one.status in "MG" and one.on]


def test_only_the_rule_of_a_province_has_a_region() -> None:
    assert {one.row for one in BOOK.rules if one.region} == {"E05"}


@pytest.mark.parametrize("one", BOOK.rules, ids=lambda one: f"{one.id}v{one.version}")
def test_a_rule_speaks_both_languages(one: VisitRule) -> None:
    words = [one.titles, *([one.note] if one.note else [])]
    for text in words:
        assert HAN.search(text.of("zh"))
        assert not HAN.search(text.of("en"))


@pytest.mark.parametrize("one", BOOK.rules, ids=lambda one: f"{one.id}v{one.version}")
def test_the_windows_of_a_rule_can_be_kept(one: VisitRule) -> None:
    assert impossible(one) == []


@pytest.mark.parametrize("one", BOOK.rules, ids=lambda one: f"{one.id}v{one.version}")
def test_a_rule_is_met_by_questions_and_answers_that_there_are(one: VisitRule) -> None:
    for way in one.satisfied_by:
        assert way.form in QUESTIONS
        for listed, used in (("mode", way.modes), ("outcome", way.outcomes)):
            assert set(used) <= CHOICES[way.form].get(listed, set())
        for question, values in way.answers.items():
            assert set(values) <= answers(way.form, question), (way.form, question)


def answers(form: str, question: str) -> set[str]:
    """What a question may hold; a calculation is as good as the question it stands for."""
    if (form, question) == ("task_done", "task"):
        question = "task_chosen"
    kind, _, listed = QUESTIONS[form][question].partition(" ")
    if kind == "calculate":
        tiers = {"1", "monthly", "quarterly", "yearly"}
        return tiers | {"two_weeks", "refer", "urgent", "dependent"}
    return CHOICES[form].get(listed, set())


def test_an_effect_follows_from_answers_that_there_are() -> None:
    for one in BOOK.effects:
        assert one.questions <= QUESTIONS[one.form].keys(), one
        assert {*one.values, *one.mirrors} <= answers(one.form, one.question), one


def test_every_task_is_something_that_a_rule_or_an_effect_waits_for() -> None:
    waited = {
        value
        for one in BOOK.rules
        for way in one.satisfied_by
        for value in way.answers.get("task", ())
    } | {value for one in BOOK.effects if one.form == "task_done" for value in one.values}
    assert CHOICES["task_done"]["task"] - waited == {"other_person", "other_office"}


def test_every_event_and_date_that_a_form_tells_is_waited_for() -> None:
    anchors = [one.anchor for one in BOOK.rules]
    waited = {name for one in anchors for name in getattr(one, "events", ())}
    assert {one.event for one in BOOK.effects if one.event} <= waited
    assert {one.date for one in BOOK.effects if one.date} == {"certified_on", "permit_on"}


# --- roles and ladders ----------------------------------------------------------------------------


def test_the_roles_of_the_field_are_data() -> None:
    assert set(BOOK.roles) == {
        "grid_worker",
        "child_director",
        "child_supervisor",
        "village_doctor",
        "cadre",
        "food_drug_station",
        "township_supervisor",
        "health_bureau",
        "pension_agency",
        "county_administrator",
        "auditor",
    }


def test_an_auditor_owes_nothing_and_stands_in_for_nobody() -> None:
    owing = {one.who for one in BOOK.rules} | {one.falls_to for one in BOOK.roles.values()}
    assert owing.isdisjoint(one.id for one in BOOK.roles.values() if one.reads_only)


@pytest.mark.parametrize("one", BOOK.rules, ids=lambda one: f"{one.id}v{one.version}")
def test_the_ladder_of_a_rule_reaches_its_window(one: VisitRule) -> None:
    day = date(2026, 3, 2)
    if one.anchor.kind in ("calendar", "festival"):
        always = one.model_copy(
            update={"on": True, "valid_from": date(2026, 1, 1), "valid_to": None}
        )
        (period, *_) = calendar_periods(Line((always,)), day, date(2027, 3, 2))
    else:
        began = at("2026-03-02T10:00")
        period = Period(one, "e", day, day + timedelta(days=365), None, began, date(2026, 4, 1))
    rungs = BOOK.ladders[one.ladder].rungs
    until = at("2028-01-01")
    told = {each.rung.to for each in moments(rungs, made(period), CHINA, SHANGHAI, until)}
    assert told == {WORKER, SUPERVISOR}


# --- what sources say -----------------------------------------------------------------------------


def test_last_month_is_reported_by_the_fifth_and_asked_for_before_a_holiday() -> None:
    (september,) = calendar_periods(Line((rule("G03"),)), date(2026, 9, 1), date(2026, 9, 30))
    due = made(september)
    assert (due.due_on, due.overdue) == (date(2026, 10, 5), at("2026-10-06"))
    told = moments(BOOK.ladders["report"].rungs, due, CHINA, SHANGHAI, due.due)
    assert [one.at for one in told] == [at("2026-09-28"), at("2026-09-30")]


def _line(name: str) -> Line:
    found = BOOK.line(name, "99")
    assert found
    return found


def test_an_orphan_is_entered_within_30_working_days() -> None:
    due = after("C06", "2026-01-05")
    assert due.due_on == date(2026, 2, 14)  # a Saturday that is worked on
    assert not due.provisional
    assert after("C06", "2026-12-01").provisional


def test_a_transfer_takes_15_working_days_a_step() -> None:
    assert after("P01", "2026-09-25").due_on == date(2026, 10, 22)


def test_a_child_in_danger_is_reported_within_the_hour() -> None:
    found = at("2026-09-01T22:30")
    due = after("C13", "2026-09-01", began=found)
    assert due.due == found + timedelta(hours=1)
    rungs = BOOK.ladders[rule("C13").ladder].rungs
    assert {one.how for one in rungs} == {"urgent"}


def test_what_is_not_controlled_is_seen_again_within_two_weeks_and_not_on_the_same_day() -> None:
    due = after("E07.two_weeks", "2026-09-01")
    assert (due.opens_on, due.due_on) == (date(2026, 9, 2), date(2026, 9, 15))


def test_a_report_on_what_was_put_right_is_due_on_the_day_that_was_stated() -> None:
    assert after("H07.rectification", "2026-09-01", stated=date(2026, 10, 12)).due_on == date(
        2026, 10, 12
    )


def test_a_visit_before_the_spring_festival_begins_15_days_before() -> None:
    festival = date(2027, 2, 6)
    due = made(Period(rule("E01"), "spring_festival-2027", festival, festival))
    assert (due.opens_on, due.due_on) == (date(2027, 1, 22), date(2027, 2, 5))


def test_who_can_not_go_out_is_helped_to_certify_within_twelve_months_of_the_last_time() -> None:
    someone = person(
        Spell("pension_beneficiary", date(2020, 1, 1)),
        Spell("disabled_daily_life", date(2020, 1, 1)),
        dates={"certified_on": (date(2024, 2, 29),)},
    )
    (one,) = owed(_line("P02"), someone, date(2025, 1, 1), date(2025, 12, 31))
    due = made(one.period)
    assert (due.opens_on, due.due_on) == (date(2025, 1, 29), date(2025, 2, 28))


@pytest.mark.parametrize("one", BOOK.rules, ids=lambda one: f"{one.id}v{one.version}")
def test_what_opens_disturbs_nobody_unless_it_is_due_by_the_next_day(one: VisitRule) -> None:
    rungs = BOOK.ladders[one.ladder].rungs
    if not any(rung.when.base == "opens" and rung.how != "digest" for rung in rungs):
        return
    on = date(2026, 9, 1)
    due = made(Period(one, "e", on, on, began=at("2026-09-01T10:00"), stated=on))
    assert due.due - due.opens < timedelta(days=2)


def test_who_can_not_look_after_themselves_by_the_score_is_helped_to_certify_at_home() -> None:
    told = {"special": "lives_alone", "adl_level": "dependent"}
    found = {(one.what, one.name) for one in changes(BOOK.effects, "elderly_followup", told)}
    assert ("tag", "disabled_daily_life") in found
    assert ("untag", "disabled_daily_life") not in found
    assert "disabled_daily_life" in rule("P02").population.any_tags
    better = changes(BOOK.effects, "elderly_followup", told | {"adl_level": "moderate"})
    assert ("untag", "disabled_daily_life") in {(one.what, one.name) for one in better}


@pytest.mark.parametrize("tag", ["pension_beneficiary", "disabled_daily_life"])
def test_nobody_calls_to_certify_who_can_go_out_or_draws_nothing(tag: str) -> None:
    someone = person(Spell(tag, date(2020, 1, 1)), dates={"certified_on": (date(2024, 2, 29),)})
    assert not owed(_line("P02"), someone, date(2025, 1, 1), date(2025, 12, 31))


def test_a_permit_is_endorsed_in_the_month_before_the_full_year() -> None:
    holder = person(
        Spell("residence_permit", date(2020, 1, 1)), dates={"permit_on": (date(2025, 9, 10),)}
    )
    (one,) = owed(_line("G13"), holder, date(2026, 9, 1), date(2026, 9, 30))
    due = made(one.period)
    assert (due.opens_on, due.due_on) == (date(2026, 8, 10), date(2026, 9, 10))


def test_a_cadre_pays_fifteen_visits_a_month() -> None:
    cadre = Subject("worker", (Stay(VILLAGE, date(2020, 1, 1)),), role="cadre")
    (one,) = owed(_line("G01"), cadre, date(2026, 9, 1), date(2026, 9, 30))
    assert (one.period.rule.kind, one.period.rule.at_least) == ("quota", 15)


def test_a_phone_call_is_a_visit_to_an_older_person_and_not_to_a_child() -> None:
    modes = {name: rule(name).satisfied_by[0].modes for name in ("E03", "C01", "C02")}
    assert "phone" in modes["E03"]
    assert "phone" not in modes["C01"] + modes["C02"]


@pytest.mark.parametrize(
    ("name", "day", "version"),
    [
        ("C02", date(2025, 5, 8), 1),
        ("C02", date(2025, 7, 1), 2),
        ("E03", date(2025, 12, 1), 1),
        ("E03", date(2026, 1, 1), 2),
        ("E06", date(2024, 1, 1), 1),
        ("E06", date(2025, 1, 1), 2),
    ],
)
def test_where_a_number_changed_the_older_rule_is_its_dated_predecessor(
    name: str, day: date, version: int
) -> None:
    found = _line(name).in_force(day)
    assert found
    assert found.version == version


def test_the_visit_rate_is_full_from_2026_on() -> None:
    assert rule("E03", 1).target is None
    assert rule("E03", 2).target == 1.0


def test_a_migrant_child_is_visited_since_the_third_quarter_of_2025() -> None:
    child = person(Spell("migrant_child", date(2020, 1, 1)), birth_date=date(2018, 1, 1))
    found = owed(_line("C02"), child, date(2025, 1, 1), date(2025, 12, 31))
    assert [one.period.key for one in found] == ["2025Q3", "2025Q4"]


def test_dropping_out_moves_a_child_to_the_month_and_back_at_school_to_the_quarter() -> None:
    child = person(
        Spell("left_behind_child", date(2020, 1, 1)),
        Spell("dropout", date(2026, 4, 20), date(2026, 6, 10)),
        birth_date=date(2013, 1, 1),
    )
    year = date(2026, 1, 1), date(2026, 9, 30)
    assert [one.period.key for one in owed(_line("C01"), child, *year)] == [
        "2026-04",
        "2026-05",
        "2026-06",
    ]
    quarters = owed(_line("C02"), child, *year)
    assert [(one.period.key, one.until) for one in quarters] == [
        ("2026Q1", None),
        ("2026Q2", None),
        ("2026Q3", None),
    ]
    assert quarters[1].since == date(2026, 6, 10)


def test_tuberculosis_opens_the_first_visit_and_the_monthly_record() -> None:
    patient = person(Spell("tuberculosis", date(2026, 9, 3)))
    (first,) = owed(_line("E10"), patient, date(2026, 9, 1), date(2026, 9, 30))
    assert made(first.period).due_on == date(2026, 9, 6)
    assert owed(_line("E10.record"), patient, date(2026, 9, 1), date(2026, 9, 30))


def test_death_starts_the_clock_of_the_agency() -> None:
    gone = person(Spell("pension_beneficiary", date(2020, 1, 1)), left_on=date(2026, 9, 25))
    (told,) = owed(_line("P05.death"), gone, date(2026, 9, 1), date(2026, 9, 30))
    assert made(told.period).due_on == date(2026, 10, 29)
    assert told.until is None


def test_an_incident_is_reported_within_the_hour_by_whoever_is_there() -> None:
    happened = at("2026-09-01T12:00")
    village = Subject(
        "area",
        (Stay(VILLAGE, date(2020, 1, 1)),),
        events=(Event("incident", "i", date(2026, 9, 1), happened),),
    )
    line = Line((rule("G06").model_copy(update={"on": True}),))
    (one,) = owed(line, village, date(2026, 9, 1), date(2026, 9, 1))
    assert made(one.period).due == happened + timedelta(hours=1)
