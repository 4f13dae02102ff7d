"""The inspection by 26 items: grades by its two rules and its threshold, subtotals, evidence."""

from __future__ import annotations

import pytest

from forms import Form
from tests.forms.library.worker import visit

GOOD: dict[str, str] = (
    {f"item_{number}": "A" for number in range(1, 27)}
    | {f"faults_{number}": "0" for number in (2, 7, 8, 12, 13)}
    | {
        "means": "papers",
        "error_rate": "2.5",
        "inspector": "某县民政局",
        "inspected": "某镇",
        "put_right": "已改",
    }
)


def test_where_all_is_in_order_nothing_has_to_be_put_right(inspection: Form) -> None:
    done = visit(inspection, GOOD).to_the_end()
    assert done.value("list_a") == " ".join(str(number) for number in range(1, 27))
    assert [done.value(f"count_{one}") for one in "abc"] == ["26", "0", "0"]
    assert "put_right" not in done.asked


@pytest.mark.parametrize(("faults", "grade"), [("0", "A"), ("1", "B"), ("2", "C"), ("9", "C")])
def test_one_failure_is_a_part_and_two_are_too_many(
    inspection: Form, faults: str, grade: str
) -> None:
    done = visit(inspection, GOOD | {"faults_7": faults}).to_the_end()
    assert done.value("item_7") == grade
    assert done.value(f"list_{grade.lower()}").split().count("7") == 1
    assert ("put_right" in done.asked) is (grade != "A")


@pytest.mark.parametrize(("rate", "grade"), [("5", "A"), ("5.1", "C")])
def test_more_errors_than_five_percent_is_not_in_order(
    inspection: Form, rate: str, grade: str
) -> None:
    assert visit(inspection, GOOD | {"error_rate": rate}).to_the_end().value("item_20") == grade


def test_the_other_items_know_no_middle(inspection: Form) -> None:
    asked = visit(inspection, GOOD).to("item_1")
    assert asked.choices_total == 2


def test_what_the_system_knows_is_filled_in_and_told(inspection: Form) -> None:
    evidence = [
        {"key": "7", "words": "已做 3，应做 4", "faults": "1", "grade": "C"},
        {"key": "18", "words": "已做 8，应做 9", "faults": "1", "grade": "C"},
    ]
    started = visit(inspection, GOOD, evidence=evidence)
    assert started.value("faults_7") == "1"
    assert started.value("item_18") == "C"
    done = started.to_the_end()
    assert "已做 3，应做 4" in done.labels["note_7"]
    assert "note_2" not in done.asked
