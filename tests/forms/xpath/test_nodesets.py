"""Aggregates, repeats and shuffling."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.node import Node
from forms.xpath import XPathError, compile_expression
from tests.forms.xpath.seeing import STEADY, at, document, environment, names, text, value


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("count(/data/child)", 3),
        ("count(/data/none)", 0),
        ("count-non-empty(/data/child/age)", 2),
        ("sum(/data/child/age)", 12),
        ("sum(/data/none)", 0),
        ("sum(/data/child/name)", math.nan),
        ("min(3, 1, 2)", 1),
        ("max(/data/age, 100)", 100),
        ("max(/data/child/age)", math.nan),
        ("min(/data/none)", math.nan),
        ("max(/data/child[age != '']/age)", 9),
    ],
)
def test_aggregates(source: str, expected: float) -> None:
    assert value(source) == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    "source",
    ["count(1)", "sum('x')", "count-non-empty(true())", "position('a')", "randomize(1)", "1 | 2"],
)
def test_what_needs_nodes_refuses_a_value_when_it_is_compiled(source: str) -> None:
    with pytest.raises(XPathError) as caught:
        compile_expression(source)
    assert caught.value.code == "nodes_expected"


def test_what_needs_nodes_refuses_a_value_when_it_turns_out_to_be_one() -> None:
    for source in ("count(if(true(), 1, /data))", "date('2026-03-05')/x", "today()[1]"):
        with pytest.raises(XPathError) as caught:
            value(source)
        assert caught.value.code == "nodes_expected"
    root = document()
    with pytest.raises(XPathError):
        compile_expression("1 + 1").nodes(root, environment(root))


HOUSES = """
<data>
  <house><owner>Wu</owner>
    <person><name>A</name><age>1</age></person><person><name>B</name><age>2</age></person>
  </house>
  <house><owner>Xu</owner>
    <person><name>C</name><age>3</age></person><person><name>D</name><age>4</age></person>
  </house>
</data>
"""


def test_indexed_repeat_takes_a_value_from_an_instance_of_a_repeat() -> None:
    assert text("indexed-repeat(/data/child/name, /data/child, 2)") == "Bo"
    assert text("indexed-repeat(/data/child/name, /data/child, 9)") == ""
    source = "indexed-repeat(/data/house/person/name, /data/house, 2, /data/house/person, 1)"
    assert text(source, HOUSES) == "C"
    inside = "indexed-repeat(../person/name, ../person, position(.) - 1)"
    assert text(inside, HOUSES, "data/house[2]/person[2]") == "C"
    outer = "indexed-repeat(/data/house/owner, /data/house, position(..))"
    assert text(outer, HOUSES, "data/house[2]/person[1]") == "Xu"


def test_position_of_a_node_counts_its_siblings_of_the_same_name() -> None:
    assert value("position(..)", HOUSES, "data/house[2]/person[2]/age") == 2
    assert value("position(../..)", HOUSES, "data/house[2]/person[1]/age") == 2
    assert value("position(.)", HOUSES, "data/house[1]/person[1]/age") == 1
    assert math.isnan(value("position(/data/none)"))  # type: ignore[arg-type]
    assert value("position(/)") == 1


def test_a_repeat_that_comes_or_goes_is_seen_at_once() -> None:
    root = document()
    env = environment(root)
    ages, last = compile_expression("sum(/data/child/age)"), compile_expression("/data/child[4]")
    data = at(root, "data")
    newborn = Node("child")
    newborn.append(Node("age", "1"))
    data.insert(4, newborn)
    assert ages.number(root, env) == 13
    assert compile_expression("position(/data/child[age = 1])").number(root, env) == 1
    assert len(last.nodes(root, env)) == 1
    data.remove(newborn)
    assert ages.number(root, env) == 12
    assert last.nodes(root, env) == []


def test_a_seed_gives_the_order_that_other_clients_give() -> None:
    items = "".join(f"<i>{letter}</i>" for letter in "ABCDEF")
    xml = f"<data>{items}</data>"

    def order(seed: str) -> str:
        return text(f"join('', randomize(/data/i, {seed}))", xml)

    assert order("42") == "AFCBDE"
    assert order("-42") == "EDAFBC"
    assert order("42") == order("'42'") == order("42.9")
    assert order("''") == order("0")
    assert order("'village-7'") == order("'village-7'")
    assert order("'village-7'") != order("'village-8'")


@STEADY
@given(st.lists(st.integers(0, 9), max_size=12), st.integers(-(2**63), 2**63))
def test_randomize_keeps_every_node(numbers: list[int], seed: int) -> None:
    root = document("<data><s/>" + "".join(f"<i>{number}</i>" for number in numbers) + "</data>")
    at(root, "data/s").text = str(seed)
    env = environment(root)
    for source in ("randomize(/data/i)", "randomize(/data/i, /data/s)"):
        found = compile_expression(source).nodes(root, env)
        assert sorted(map(id, found)) == sorted(map(id, at(root, "data").named.get("i", [])))
    assert compile_expression("join('', /data/i)").string(root, env) == "".join(map(str, numbers))


def test_nodes_hands_out_a_list_of_its_own() -> None:
    root = document()
    expression, env = compile_expression("/data/child"), environment(root)
    expression.nodes(root, env).clear()
    assert names("/data/child") == ["child"] * 3
    assert len(expression.nodes(root, env)) == 3


def test_chance_clock_and_properties_come_from_the_environment() -> None:
    assert text("uuid()") == "6ba7b810-9dad-41d1-80b4-00c04fd430c8"
    assert len(text("uuid(12)")) == 12
    assert text("uuid(0)") == ""
    assert value("random()", random=lambda: 0.25) == 0.25
    assert text("property('username')", properties={"username": "wang"}) == "wang"
    assert text("property('none')") == ""
    assert text("version()", version="2026030501") == "2026030501"
    with pytest.raises(XPathError):
        value("uuid(/data/none)")
