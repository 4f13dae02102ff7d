"""What holds for every expression, written or generated."""

import contextlib
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.xpath import Budget, Environment, XPathError, compile_expression
from forms.xpath.functions import find, names
from forms.xpath.parser import parse
from forms.xpath.syntax import Axis, Call, Chain, Filter, Negate, Number, Path, Step, Syntax, Text
from tests.forms.xpath.printing import spelled
from tests.forms.xpath.seeing import STEADY, at, document, environment

PIECES = st.sampled_from(
    [
        *"()[]/.,|+-*=<>@$ :'\"",
        "//", "..", "::", "!=", "<=", " and ", " or ", " div ", " mod ", "1", "2.5", "'a'",
        "/data/age", "child", "age", "self::", "ancestor::", "node()", "text()", "today()",
        "concat(", "count(", "if(", "selected(", "instance('v')", "current()", "position()",
    ]
)  # fmt: skip

LEVELS: list[tuple[str, list[str]]] = [
    ("or", ["or"]),
    ("and", ["and"]),
    ("=", ["=", "!="]),
    ("<", ["<", "<=", ">", ">="]),
    ("+", ["+", "-"]),
    ("*", ["*", "div", "mod"]),
]
NAMES = st.sampled_from(["data", "child", "age", "name", "id", "none"])
WRITTEN = st.sampled_from(
    ["", "a", "2026-03-05", "2026-03-05T10:00:00Z", "1 2;3 4", "%Y-%n", "SHA-256", "[a-", "9" * 400]
)


def calls(inner: st.SearchStrategy[Syntax]) -> st.SearchStrategy[Syntax]:
    """Every function with a number of arguments that it takes."""

    def call(name: str) -> st.SearchStrategy[Syntax]:
        function = find(name)
        assert function is not None
        most = function.least + 2 if function.most is None else function.most
        arguments = st.lists(inner, min_size=function.least, max_size=most).map(tuple)
        return arguments.map(lambda given: Call(name, given, 0))

    return st.sampled_from(names()).flatmap(call)


def chains(inner: st.SearchStrategy[Syntax]) -> st.SearchStrategy[Syntax]:
    """Operators of one level."""

    def chain(level: tuple[str, list[str]]) -> st.SearchStrategy[Syntax]:
        kind, signs = level
        rest = st.lists(st.tuples(st.sampled_from(signs), inner), min_size=1, max_size=3)
        return st.builds(Chain, st.just(kind), inner, rest.map(tuple))

    return st.sampled_from(LEVELS).flatmap(chain)


def paths(inner: st.SearchStrategy[Syntax]) -> st.SearchStrategy[Syntax]:
    """Paths with predicates."""
    predicates = st.lists(inner, max_size=1).map(tuple)
    axes = st.sampled_from(get_args(Axis))
    tests = st.tuples(st.just("name"), NAMES) | st.sampled_from([("*", ""), ("node", "")])
    steps = st.builds(
        lambda axis, test, given: Step(axis, test[0], test[1], given), axes, tests, predicates
    )
    some = st.lists(steps, min_size=1, max_size=3).map(tuple)
    bases = st.builds(lambda name: Call(name, (), 0), st.sampled_from(["current"]))
    return st.one_of(
        st.builds(Path, st.booleans(), st.none(), some),
        st.builds(Path, st.just(False), bases, some),
        st.builds(Filter, bases, st.lists(inner, min_size=1, max_size=2).map(tuple)),
    )


LEAVES: st.SearchStrategy[Syntax] = st.one_of(
    st.integers(0, 10**6).map(lambda number: Number(float(number))),
    st.floats(0, 1e6).map(lambda number: Number(round(number, 3))),
    WRITTEN.map(Text),
)
SYNTAX = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        calls(inner),
        chains(inner),
        paths(inner),
        st.builds(Negate, inner.filter(lambda each: not isinstance(each, Negate)), st.just(1)),
    ),
    max_leaves=8,
)


def world() -> tuple[object, Environment]:
    """A form with a list beside it and a small budget."""
    root = document()
    return at(root, "data/child/age"), environment(
        root, instances={"v": document()}, budget=Budget(20_000)
    )


@given(st.text(max_size=40) | st.lists(PIECES, max_size=12).map("".join))
@settings(STEADY, max_examples=400)
def test_compiling_any_text_raises_nothing_but_its_own_error(source: str) -> None:
    with contextlib.suppress(XPathError):
        expression = compile_expression(source, "/data/child/age")
        node, env = world()
        expression.string(node, env)  # type: ignore[arg-type]


@given(SYNTAX)
@settings(STEADY, max_examples=400)
def test_what_is_printed_parses_to_the_same_syntax(syntax: Syntax) -> None:
    def bare(text: str) -> str:
        return spelled(parse(text))

    source = spelled(syntax)
    assert bare(source) == source


@given(SYNTAX)
@settings(STEADY, max_examples=600)
def test_evaluating_raises_nothing_but_its_own_error(syntax: Syntax) -> None:
    node, env = world()
    with contextlib.suppress(XPathError):
        expression = compile_expression(spelled(syntax), "/data/child/age")
        value = expression.evaluate(node, env)  # type: ignore[arg-type]
        assert isinstance(value, str | float | bool | list) or str(value)
        for convert in (expression.string, expression.number, expression.boolean):
            convert(node, env)  # type: ignore[arg-type]
    assert (env.position, env.size, env.current) == (1, 1, None)


@given(SYNTAX)
@settings(STEADY, max_examples=200)
def test_the_same_world_gives_the_same_value(syntax: Syntax) -> None:
    results = []
    for _ in range(2):
        node, env = world()
        try:
            expression = compile_expression(spelled(syntax))
            results.append(expression.string(node, env))  # type: ignore[arg-type]
        except XPathError as fault:
            results.append(str(fault))
    assert results[0] == results[1]


@pytest.mark.parametrize("name", names())
def test_every_function_bears_blank_arguments(name: str) -> None:
    function = find(name)
    assert function is not None
    node, env = world()
    for argument in ("/data/blank", "/data/none", "''", "0 div 0", "/data/child"):
        arguments = ", ".join([argument] * function.least)
        with contextlib.suppress(XPathError):
            compile_expression(f"{name}({arguments})").string(node, env)  # type: ignore[arg-type]
