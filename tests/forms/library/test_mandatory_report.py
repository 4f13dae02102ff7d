"""The part of the child form that may never be left out (nine situations, 2020)."""

from __future__ import annotations

import pytest

from forms import Form
from forms.prompts import Rejected
from tests.forms.library.worker import visit

OUTCOMES = ["met", "family_met", "nobody", "refused", "away", "hospital", "moved", "deceased"]
CALL = "请立即拨打110"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_it_is_asked_whatever_the_outcome(child: Form, outcome: str) -> None:
    assert "mr" in visit(child, {"outcome": outcome}).to_the_end().asked


def test_it_is_asked_after_a_refused_notice(child: Form) -> None:
    done = visit(child, {"notice": "no"}).to_the_end()
    assert done.asked[done.asked.index("stopped") + 1] == "mr_intro"
    assert "class" not in done.asked


def test_it_cannot_be_skipped(child: Form) -> None:
    begun = visit(child)
    begun.to("mr")
    result = begun.interview.skip()
    assert isinstance(result, Rejected)
    assert result.reason == "required"
    assert "不能跳过" in result.message


def test_it_cannot_be_left_out_by_going_to_the_end(child: Form) -> None:
    begun = visit(child, {"outcome": "moved"})
    begun.to("mr")
    problems = begun.interview.finalize()
    assert isinstance(problems, tuple)
    assert [problem.reason for problem in problems] == ["required"]


def test_the_nine_situations_are_read_one_by_one_before_the_question(child: Form) -> None:
    begun = visit(child)
    begun.to("mr")
    assert begun.asked[-9:] == [f"mr_read{number}" for number in range(1, 10)]
    assert all(
        begun.labels[f"mr_read{number}"].startswith(f"{number}. ") for number in range(1, 10)
    )


def test_nothing_found_stands_alone(child: Form) -> None:
    assert "未发现" in visit(child).refuses("mr", "s1 none")


@pytest.mark.parametrize("situation", [f"s{number}" for number in range(1, 10)])
def test_each_situation_raises_the_alert_as_soon_as_it_is_said(child: Form, situation: str) -> None:
    begun = visit(child, {"mr": situation, "outcome": "nobody"})
    begun.to("mr")
    assert begun.value("alert_mandatory_report") == ""
    assert begun.refuses("mr", situation) == ""
    assert begun.value("alert_mandatory_report") == "1"
    assert begun.value("flag_red") == "mr"


def test_the_first_thing_said_is_to_call_110(child: Form) -> None:
    done = visit(child, {"mr": "s4", "mr_110": "no"}).to_the_end()
    report = done.asked[done.asked.index("mr") + 1 :][:6]
    assert report == ["mr_call", "mr_110", "mr_call_now", "mr_time", "mr_to", "mr_no"]
    assert CALL in done.labels["mr_call"]
    assert CALL in done.labels["mr_call_now"]


def test_a_call_that_was_made_is_not_asked_for_again(child: Form) -> None:
    done = visit(child, {"mr": "s4"}).to_the_end()
    assert "mr_call_now" not in done.asked
    assert done.value("mr_to") == "police"


def test_before_the_call_time_and_office_may_be_left_open(child: Form) -> None:
    begun = visit(child, {"mr": "s2", "mr_110": "no"})
    assert not begun.to("mr_time").required
    assert not begun.to("mr_to").required
    begun.to_the_end()


def test_a_report_does_not_lie_in_the_future(child: Form) -> None:
    begun = visit(child, {"mr": "s2"})
    assert begun.refuses("mr_time", "2026-10-20T10:30:00.000+08:00") != ""
    assert begun.refuses("mr_time", "2026-10-20T09:59:00.000+08:00") == ""


def test_nothing_found_asks_nothing_more(child: Form) -> None:
    done = visit(child, {"mr": "none"}).to_the_end()
    assert not {"mr_call", "mr_110", "mr_time", "mr_to", "mr_no"} & set(done.asked)
    assert done.value("alert_mandatory_report") == ""


def test_no_photo_is_asked_for_beside_a_report(child: Form) -> None:
    done = visit(child, {"mr": "s1"}, parameters={"child_photo": "1"}).to_the_end()
    assert "photo" not in done.asked
