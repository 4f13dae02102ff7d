"""Expressions that would take too long, too much or too deep."""

import pytest

from forms.xpath import Budget, XPathError, compile_expression
from tests.forms.xpath.seeing import at, document, environment

WIDE = "<data>" + "<b><c>1</c></b>" * 3_000 + "</data>"


@pytest.mark.parametrize(
    "source",
    [
        "count(//b[count(//b) > 1])",
        "count(//b[/data/b = 'x'])",
        "count(//b[string(/) = ''])",
        "//c/preceding::*/preceding::*",
        "/data/b[sum(/data/b/c) < 0]",
        "count(//c[../../b/c = 'no']) > 0",
        "//b[//b/c < //b]",
        "/data/b[position(.) = last() and join('', //c) = 'x' or join('', //c)]",
    ],
)
def test_a_quadratic_expression_is_stopped(source: str) -> None:
    root = document(WIDE)
    env = environment(root, budget=Budget(200_000))
    with pytest.raises(XPathError) as caught:
        compile_expression(source).boolean(root, env)
    assert caught.value.code == "budget"
    assert caught.value.values["limit"] == 200_000


def test_one_walk_over_a_large_form_is_well_within_the_budget() -> None:
    root = document(WIDE)
    env = environment(root)
    assert compile_expression("sum(//c)").number(root, env) == 3_000
    assert env.budget.left > env.budget.limit * 0.9


def test_the_budget_is_for_all_expressions_together_until_it_is_reset() -> None:
    root = document()
    env = environment(root, budget=Budget(200))
    walk = compile_expression("count(//*)")
    with pytest.raises(XPathError):
        for _ in range(50):
            walk.number(root, env)
    env.budget.reset()
    assert walk.number(root, env) == 18


def test_a_path_to_one_leaf_costs_nothing() -> None:
    root = document()
    env = environment(root, budget=Budget(0))
    source = "/data/age > 18 and selected(/data/needs, 'road') and ../data/name != ''"
    assert compile_expression(source).boolean(at(root, "data"), env) is True


def test_text_that_grows_is_paid_for() -> None:
    root = document(f"<data><t>{'x' * 10_000}</t></data>")
    env = environment(root, budget=Budget(10_000))
    many = ", ".join(["/data/t"] * 2_000)
    with pytest.raises(XPathError) as caught:
        compile_expression(f"string-length(concat({many}))").number(root, env)
    assert caught.value.code == "budget"


@pytest.mark.parametrize(
    ("opening", "closing", "depth"),
    [
        ("(", ")", 99),
        ("not(", ")", 99),
        ("1 + (", ")", 90),
        ("if(1 = 2, 3, ", ")", 90),
        ("concat('a', ", ")", 90),
        ("-(", ")", 90),
        ("/a[", "]", 33),
        ("/a[b = ", "]", 33),
        ("/data[name and ", "]", 33),
    ],
)
def test_nesting_has_a_depth_and_within_it_works(opening: str, closing: str, depth: int) -> None:
    root = document()
    fits = opening * depth + "1" + closing * depth
    compile_expression(fits).evaluate(root, environment(root))
    with pytest.raises(XPathError) as caught:
        compile_expression(opening * 2_000 + "1" + closing * 2_000)
    assert caught.value.code == "too_deep"


def test_an_expression_has_a_length() -> None:
    compile_expression("'" + "x" * 32_000 + "'")
    with pytest.raises(XPathError) as caught:
        compile_expression("'" + "x" * 33_000 + "'")
    assert caught.value.code == "too_long"
    assert caught.value.values == {"length": 33_002, "limit": 32_768}


@pytest.mark.parametrize("piece", ["/..", "/*/..", "//a/..", "/ancestor::a", "//*/following::*"])
def test_a_long_path_is_read_in_reasonable_time(piece: str) -> None:
    found = compile_expression("/a" + piece * (4_000 // len(piece)), "/a/b/c")
    assert len(found.dependencies) <= 64
