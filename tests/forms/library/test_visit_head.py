"""The questions that every visit begins with, and where a visit ends early."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from forms import Form
from tests.forms.library.worker import visit

REPORT = {"mr_intro", "mr", *(f"mr_read{number}" for number in range(1, 10))}
HEAD = ["subject", "visit_date", "mode", "outcome"]


@pytest.fixture(params=["child", "elderly", "household"])
def form(request: pytest.FixtureRequest) -> Form:
    form: Form = request.getfixturevalue(request.param)
    return form


def test_a_plain_visit_ends_in_a_submission(form: Form) -> None:
    done = visit(form).to_the_end()
    submission = done.interview.finalize()
    assert not isinstance(submission, tuple)
    assert done.value("talk") == "1"
    assert done.value("flag_red") == ""


def test_the_day_of_the_visit_is_today_unless_said_otherwise(form: Form) -> None:
    assert visit(form).to("visit_date").value == "2026-10-20"


@pytest.mark.parametrize(
    ("day", "taken"),
    [
        ("2026-10-20", True),
        ("2026-10-21", False),
        ("2026-09-19", True),
        ("2026-09-18", False),
    ],
)
def test_a_visit_lies_within_the_last_31_days(form: Form, day: str, taken: bool) -> None:
    assert (visit(form).refuses("visit_date", day) == "") is taken


@pytest.mark.parametrize("day", ["2026-10-19", "2026-11-21"])
def test_the_next_attempt_lies_within_31_days(form: Form, day: str) -> None:
    refused = visit(form, {"outcome": "nobody"})
    assert "31天以内" in refused.refuses("outcome_next", day)
    assert refused.refuses("outcome_next", "2026-11-20") == ""


def test_messages_are_said_in_the_language_of_the_worker(form: Form) -> None:
    english = visit(form, language="English (en)")
    assert english.refuses("visit_date", "2027-01-01").startswith("Please give today")


@pytest.mark.parametrize("outcome", ["nobody", "refused", "away", "hospital"])
def test_without_a_meeting_only_reason_and_next_day_are_asked(form: Form, outcome: str) -> None:
    done = visit(form, {"outcome": outcome}).to_the_end()
    asked = [name for name in done.asked if name not in REPORT and name != "house_code"]
    assert asked[-2:] == ["outcome_reason", "outcome_next"]
    assert len(asked) <= len(HEAD) + 2
    assert done.value("talk") == ""


@pytest.mark.parametrize("outcome", ["moved", "deceased"])
def test_for_someone_who_left_for_good_no_next_day_is_asked(form: Form, outcome: str) -> None:
    done = visit(form, {"outcome": outcome}).to_the_end()
    assert [name for name in done.asked if name not in REPORT][-1] == "outcome_reason"


def test_a_refused_notice_ends_the_questions(form: Form) -> None:
    done = visit(form, {"notice": "no"}).to_the_end()
    assert [name for name in done.asked if name not in REPORT][-2:] == ["notice", "stopped"]


@pytest.mark.parametrize("companions", [["police", "none"], ["none", "doctor"]])
def test_nobody_came_along_stands_alone(form: Form, companions: list[str]) -> None:
    asked = visit(form)
    asked.to("companions")
    assert "无" in asked.refuses("companions", " ".join(companions))
    assert asked.refuses("companions", "police doctor") == ""


@pytest.mark.parametrize(
    ("answers", "counts"),
    [
        ({}, "1"),
        ({"outcome": "family_met"}, "1"),
        ({"outcome": "family_met", "notice": "no"}, "1"),
        *(({"outcome": other}, "0") for other in ("nobody", "refused", "away", "moved")),
        *(({"outcome": other}, "0") for other in ("hospital", "deceased")),
    ],
)
def test_a_visit_counts_when_somebody_was_met(
    household: Form, answers: Mapping[str, str], counts: str
) -> None:
    assert visit(household, answers).to_the_end().value("count15") == counts
