"""The note of a duty that was done elsewhere."""

from __future__ import annotations

from forms import Form
from tests.forms.library.worker import Visit, visit

PERSON = {"code": "A0102", "surname": "王"}


def tasks(begun: Visit) -> set[str]:
    """What can be chosen as done."""
    page = begun.interview.choices(begun.to("task_chosen").ref, size=100)
    return {choice.value for choice in page.choices}


def test_begun_from_a_person_it_asks_what_was_done_for_them(task: Form) -> None:
    offered = tasks(visit(task, subject=PERSON))
    assert "htn_followup" in offered
    assert "training" not in offered


def test_begun_without_a_person_it_asks_for_no_subject_but_for_the_office_s_work(
    task: Form,
) -> None:
    begun = visit(task)
    offered = tasks(begun)
    assert begun.asked == []
    assert "training" in offered
    assert "htn_followup" not in offered


def test_begun_from_a_duty_it_knows_what_was_done(task: Form) -> None:
    duty = {"rule": "E07", "period": "2026Q4", "task": "htn_followup"}
    done = visit(task, subject=PERSON, duty=duty).to_the_end()
    assert "task_chosen" not in done.asked
    known = {name: done.value(name) for name in ("task", "duty", "duty_period")}
    assert known == {"task": "htn_followup", "duty": "E07", "duty_period": "2026Q4"}


def test_chosen_or_known_the_task_is_in_one_place(task: Form) -> None:
    done = visit(task, {"task_chosen": "certification"}, subject=PERSON).to_the_end()
    assert done.value("task") == "certification"


def test_only_the_day_and_the_task_have_to_be_told(task: Form) -> None:
    assert visit(task).to_the_end().asked == ["task_chosen", "visit_date", "reference", "note"]


def test_it_takes_what_was_done_in_the_last_three_months(task: Form) -> None:
    begun = visit(task)
    begun.to("visit_date")
    assert begun.refuses("visit_date", "2026-07-19")
    assert begun.refuses("visit_date", "2026-10-21")
    assert begun.refuses("visit_date", "2026-07-20") == ""
