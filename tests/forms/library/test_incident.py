"""The first report of an incident, and those that follow it."""

from __future__ import annotations

import pytest

from forms import Form
from tests.forms.library.worker import visit


def test_people_come_before_questions(incident: Form) -> None:
    assert visit(incident).to_the_end().asked[0] == "people_first"


def test_a_first_report_alerts_the_supervisor_before_the_form_is_through(incident: Form) -> None:
    begun = visit(incident)
    begun.to("place")
    assert begun.value("alert_incident") == ""
    begun.to("ill")
    assert begun.value("alert_incident") == "1"


@pytest.mark.parametrize("kind", ["further", "final"])
def test_a_further_report_names_the_first_and_alerts_nobody(incident: Form, kind: str) -> None:
    done = visit(incident, {"report_kind": kind}).to_the_end()
    assert {"first_ref", "progress"} <= set(done.asked)
    assert done.value("alert_incident") == ""
    assert done.value("flag_red") == ""


@pytest.mark.parametrize(("receipt", "taken"), [("AA180558", True), ("12", False), ("XYZ", False)])
def test_the_first_report_is_named_by_its_receipt(
    incident: Form, receipt: str, taken: bool
) -> None:
    further = visit(incident, {"report_kind": "further"})
    assert (further.refuses("first_ref", receipt) == "") is taken


def test_the_clock_starts_in_the_past(incident: Form) -> None:
    begun = visit(incident)
    assert begun.refuses("inc_time", "2026-10-20T10:01:00.000+08:00")
    assert begun.refuses("inc_time", "2026-10-20T09:59:00.000+08:00") == ""


def test_of_those_who_are_ill_some_may_be_in_hospital(incident: Form) -> None:
    three = visit(incident, {"ill": "3"})
    assert three.refuses("in_hospital", "4")
    assert three.refuses("in_hospital", "3") == ""
    nobody = visit(incident, {"ill": "0"}).to_the_end()
    assert {"in_hospital", "symptoms"}.isdisjoint(nobody.asked)


def test_samples_that_were_not_kept_are_asked_for(incident: Form) -> None:
    done = visit(incident, {"samples": "no"}).to_the_end()
    assert "do_samples" in done.asked
    assert done.value("flag_action") == "samples"
