"""Truth, laziness and counting of truths."""

import pytest

from forms.xpath import XPathError, compile_expression
from tests.forms.xpath.seeing import environment, names, text, value

FAILS = "digest('x', 'no such thing')"


@pytest.mark.parametrize(
    "source",
    [
        f"if(true(), 'seen', {FAILS})",
        f"if(/data/blank = 'x', {FAILS}, 'seen')",
        f"coalesce(/data/blank, 'seen', {FAILS})",
        f"if(true() or {FAILS}, 'seen', '')",
        f"if(false() and {FAILS}, '', 'seen')",
        f"if(false() or true() or {FAILS}, 'seen', '')",
    ],
)
def test_a_branch_that_is_not_taken_is_not_evaluated(source: str) -> None:
    assert text(source) == "seen"


def test_a_branch_that_is_taken_is() -> None:
    with pytest.raises(XPathError):
        value(f"if(false(), 'unseen', {FAILS})")


def test_once_keeps_what_the_node_holds_and_evaluates_only_for_a_blank_one() -> None:
    assert text("once('new')", where="data/blank") == "new"
    assert text(f"once({FAILS})", where="data/name") == "Li Hua"


def test_if_gives_values_of_any_kind() -> None:
    assert value("if(1 = 1, 5, 'abc') + 1") == 6
    assert value("if(1 = 2, 5, 'abc')") == "abc"
    assert names("if(true(), /data/name, /data/age)") == ["name"]
    assert value("count(if(true(), /data/child, /data/none))") == 3


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("boolean('')", False),
        ("boolean('false')", True),
        ("boolean(0)", False),
        ("boolean(0 div 0)", False),
        ("boolean(/data/blank)", True),
        ("boolean(/data/none)", False),
        ("not(/data/none)", True),
        ("/data/blank and true()", True),
        ("string(/data/blank) or false()", False),
        ("1 or 0", True),
        ("true() and false() or true()", True),
    ],
)
def test_a_set_is_true_when_it_has_a_node_even_an_empty_one(source: str, expected: bool) -> None:
    result = value(source)
    assert result is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("checklist(1, 2, true(), false(), true())", True),
        ("checklist(3, -1, true(), false(), true())", False),
        ("checklist(-1, 1, true(), true())", False),
        ("checklist(2, 2, /data/child/age)", True),
        ("weighted-checklist(5, 9, true(), 5, false(), 10)", True),
        ("weighted-checklist(5, -1, true(), 2, true(), 2)", False),
        ("weighted-checklist(12, 12, /data/child/age, /data/child/age)", True),
        ("weighted-checklist(-1, 5, true(), 'x')", False),
    ],
)
def test_checklists_count_truths_between_bounds(source: str, expected: bool) -> None:
    assert value(source) is expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("1 = '1'", True),
        ("'1.0' = 1", True),
        ("'1.0' = '1'", False),
        ("true() = 'x'", True),
        ("true() = 2", True),
        ("/data/age = 41", True),
        ("41 = /data/age", True),
        ("40 < /data/age", True),
        ("/data/age <= 40", False),
        ("/data/child/age = 9", True),
        ("/data/child/age != 9", True),
        ("/data/name != 'Li Hua'", False),
        ("/data/child/name = 'Bo'", True),
        ("'Bo' = /data/child/name", True),
        ("/data/none = ''", False),
        ("/data/none != ''", False),
        ("/data/child/name = /data/name", False),
        ("/data/child/name != /data/name", True),
        ("/data/child/age < /data/age", True),
        ("/data/child/age > /data/age", False),
        ("/data/child/age > /data/child/name", False),
        ("/data/child/age >= /data/child/age", True),
        ("/data/child/age > /data/none", False),
        ("/data/dob < /data/dob", False),
        ("/data/dob <= /data/dob", True),
        ("/data/dob > /data/age", True),
        ("/data/age < /data/dob", True),
        ("/data/none = false()", True),
        ("/data/child = true()", True),
        ("/data/child/age > true()", True),
        ("'abc' < 'abd'", False),
        ("3 > 2 > 1", False),
        ("1 < 2 = true() = 1", True),
    ],
)
def test_comparisons_follow_the_kinds_of_their_sides(source: str, expected: bool) -> None:
    assert value(source) is expected


def test_a_disjunction_of_1500_terms_compiles_and_runs() -> None:
    terms = " or ".join(f"/data/age = {number}" for number in range(1500))
    assert compile_expression(terms).boolean(environment().root, environment()) is True
    assert value(" + ".join(["1"] * 1500)) == 1500
    assert value(" = ".join(["1"] * 1500)) is True
