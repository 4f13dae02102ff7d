"""Opening a health record, and closing it."""

from __future__ import annotations

import pytest

from forms import Form
from tests.forms.library.worker import visit


@pytest.mark.parametrize(
    ("number", "taken"),
    [
        ("22018210010100001", True),  # a village
        ("22018210000100001", True),  # a residents' committee
        ("22018210019900001", True),
        ("22018210099900001", True),  # another organisation
        ("22018210000000001", False),
        ("22018210010000001", False),
        ("22018210020100001", False),  # how the statistics office numbers villages
        ("22018210090000001", False),
        ("2201821001010000", False),  # 16 digits: before 2011
    ],
)
def test_a_record_has_a_number_of_17_digits(archive: Form, number: str, taken: bool) -> None:
    assert (visit(archive).refuses("archive_no", number) == "") is taken


def test_nobody_has_to_have_a_record(archive: Form) -> None:
    done = visit(archive, {"notice": "no"}).to_the_end()
    assert done.asked[-2:] == ["notice", "stopped"]


def test_only_an_illness_that_was_chosen_is_asked_about(archive: Form) -> None:
    done = visit(archive, {"past": "hypertension stroke"}).to_the_end()
    dated = [name for name in done.asked if name.startswith("past_")]
    assert dated == ["past_hypertension", "past_stroke"]


def test_none_stands_alone(archive: Form) -> None:
    begun = visit(archive)
    begun.to("past")
    assert "无" in begun.refuses("past", "none diabetes")


@pytest.mark.parametrize("why", ["deceased", "moved"])
def test_closing_takes_the_number_the_reason_and_the_day(archive: Form, why: str) -> None:
    done = visit(archive, {"what": "close", "closed": why}).to_the_end()
    assert done.asked == ["subject", "visit_date", "what", "closed", "closed_on", "archive_no"]


def test_a_card_that_is_not_handed_out_yet_is_something_to_do(archive: Form) -> None:
    assert visit(archive).to_the_end().value("flag_action") == "card_issued"
    handed = visit(archive, {"card_issued": "2026-10-20"}).to_the_end()
    assert handed.value("flag_action") == ""
