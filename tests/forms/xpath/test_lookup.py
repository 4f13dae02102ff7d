"""Lists outside the form: instance(), pulldata() and the index on their rows."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.node import DOCUMENT, Node
from forms.xpath import Environment, compile_expression
from tests.forms.xpath.seeing import STEADY, at, document, environment, text, value

VILLAGES = document(
    """
    <root>
      <item><name>v1</name><label>Upper</label><town>t1</town><size>120</size></item>
      <item><name>v2</name><label>Lower</label><town>t2</town><size>80</size></item>
      <item><name>v3</name><label>Outer</label><town>t1</town><size>300</size></item>
    </root>
    """
)
FORM = "<data><town>t1</town><size>100</size><row><town>t2</town></row><item/></data>"


def look(source: str, where: str = "data") -> str:
    """The text of an expression on the villages."""
    return text(source, FORM, where, instances={"v": VILLAGES})


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("join(' ', instance('v')/root/item[town = /data/town]/name)", "v1 v3"),
        ("join(' ', instance('v')/root/item[/data/town = town]/name)", "v1 v3"),
        ("join(' ', instance('v')/root/item[town = 't2']/label)", "Lower"),
        ("join(' ', instance('v')/root/item[town = 't1'][2]/name)", "v3"),
        ("join(' ', instance('v')/root/item[town = 't1' and size > 200]/name)", "v3"),
        ("join(' ', instance('v')/root/item[size > 200 and town = 't1']/name)", "v3"),
        ("join(' ', instance('v')/root/item[town = 't1' and position() = 2]/name)", ""),
        ("join(' ', instance('v')/root/item[size = 80]/name)", "v2"),
        ("join(' ', instance('v')/root/item[size > /data/size]/name)", "v1 v3"),
        ("join(' ', instance('v')/root/item[town = /data/none]/name)", ""),
        ("join(' ', instance('v')/root/item[town = /data//town]/name)", "v1 v2 v3"),
        ("join(' ', instance('v')/root/item[name = name]/name)", "v1 v2 v3"),
        ("join(' ', instance('v')/root/item[town != 't1']/name)", "v2"),
        ("instance('v')/root/item[3]/label", "Outer"),
        ("count(instance('none')/root/item)", "0"),
        ("count(instance('v')/root/item[town = 'none'])", "0"),
    ],
)
def test_rows_are_filtered_by_their_fields_and_by_answers(source: str, expected: str) -> None:
    assert look(source) == expected


def test_current_is_the_question_and_not_the_row() -> None:
    source = "join(' ', instance('v')/root/item[town = current()/town]/name)"
    assert look(source) == "v1 v3"
    assert look(source, "data/row") == "v2"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("pulldata('v', 'label', 'name', 'v2')", "Lower"),
        ("pulldata('v', 'label', 'town', /data/town)", "Upper"),
        ("pulldata('v', 'label', 'name', 'v9')", ""),
        ("pulldata('v', 'none', 'name', 'v2')", ""),
        ("pulldata('none', 'label', 'name', 'v2')", ""),
    ],
)
def test_pulldata_reads_one_field_of_the_first_row_with_a_value(source: str, expected: str) -> None:
    assert look(source) == expected


def table(rows: list[tuple[str, str]]) -> Node:
    """A list with the fields a and b."""
    top = Node("", kind=DOCUMENT)
    root = top.append(Node("root"))
    for one, other in rows:
        item = root.append(Node("item"))
        item.append(Node("a", one))
        item.append(Node("b", other))
    return top


LETTERS = st.sampled_from(["x", "y", "z", "1", "1.0", ""])


@STEADY
@given(st.lists(st.tuples(LETTERS, LETTERS), max_size=8), LETTERS, LETTERS)
def test_the_index_finds_what_a_scan_finds(
    rows: list[tuple[str, str]], one: str, other: str
) -> None:
    form = document(f"<data><one>{one}</one><other>{other}</other></data>")
    env = environment(form, instances={"t": table(rows)})
    for test in ("{} = /data/one", "/data/one = {}", "{} = /data/one and b = /data/other"):
        indexed = compile_expression(f"instance('t')/root/item[{test.format('a')}]")
        scanned = compile_expression(f"instance('t')/root/item[{test.format('string(a)')}]")
        assert indexed.nodes(form, env) == scanned.nodes(form, env)


def many_rows() -> tuple[Node, Environment]:
    """A form, and a list of 10,000 rows in 100 groups."""
    rows = [(f"group{number % 100}", f"row{number}") for number in range(10_000)]
    form = document("<data><one>group7</one></data>")
    return form, environment(form, instances={"t": table(rows)})


def test_a_filter_over_10000_rows_visits_only_the_rows_it_finds_once_indexed() -> None:
    form, env = many_rows()
    filtered = compile_expression("instance('t')/root/item[a = /data/one]")
    assert len(filtered.nodes(form, env)) == 100
    env.budget.limit = 10
    env.budget.reset()
    assert len(filtered.nodes(form, env)) == 100
    pulled = compile_expression("pulldata('t', 'b', 'a', 'group9')")
    assert pulled.string(form, env) == "row9"


def test_a_filter_over_10000_rows_is_quick_once_indexed() -> None:
    form, env = many_rows()

    def quickest(test: str, times: int) -> float:
        filtered = compile_expression(f"instance('t')/root/item[{test}]")
        filtered.nodes(form, env)
        taken = []
        for _ in range(times):
            started = time.process_time_ns()
            filtered.evaluate(form, env)
            taken.append(time.process_time_ns() - started)
        return min(taken)

    assert quickest("a = /data/one", 20) < quickest("string(a) = /data/one", 3) / 100


def test_a_list_that_is_changed_before_it_is_shared_is_indexed_anew() -> None:
    villages = document("<root><item><name>a</name></item></root>")
    form = document("<data/>")
    env = environment(form, instances={"v": villages})
    expression = compile_expression("count(instance('v')/root/item[name = 'b'])")
    assert expression.number(form, env) == 0
    row = Node("item")
    row.append(Node("name", "b"))
    at(villages, "root").append(row)
    assert expression.number(form, env) == 1
    at(villages, "root").remove(row)
    assert expression.number(form, env) == 0


def test_an_absolute_path_inside_a_list_means_the_form() -> None:
    source = "count(instance('v')/root/item[count(/data/item) = 1])"
    assert value(source, FORM, instances={"v": VILLAGES}) == 3
