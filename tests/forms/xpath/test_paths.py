"""Axes, node tests and predicates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.node import Node
from forms.tree import parse_document
from forms.xpath import XPathError, compile_expression
from tests.forms.xpath.seeing import FAMILY, STEADY, at, document, environment, names, text, value

TREE = "<a><b><c>1</c><d>2</d></b><b><c>3</c></b><e><b><c>4</c></b></e></a>"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("/a/b/c", ["1", "3"]),
        ("//c", ["1", "3", "4"]),
        ("/a//b/c", ["1", "3", "4"]),
        ("/a/*/c", ["1", "3"]),
        ("/a/b[2]/c", ["3"]),
        ("/a/b[last()]/c", ["3"]),
        ("/a/b[position() < 2]/c", ["1"]),
        ("(//c)[2]", ["3"]),
        ("//c[1]", ["1", "3", "4"]),
        ("/a/b[d]/c", ["1"]),
        ("/a/b[c > 2]/c", ["3"]),
        ("/a/b[1][d]/c", ["1"]),
        ("/a/b[count(*) - 1]/c", ["1"]),
        ("//d/parent::b/c", ["1"]),
        ("//d/../c", ["1"]),
        ("//d/preceding-sibling::*", ["1"]),
        ("//c/following-sibling::d", ["2"]),
        ("//d/following::c", ["3", "4"]),
        ("//e/preceding::c", ["1", "3"]),
        ("//e/preceding::c[1]", ["3"]),
        ("//c[. = 4]/ancestor::e//c", ["4"]),
        ("//c[ancestor::e]", ["4"]),
        ("//c[ancestor-or-self::c]", ["1", "3", "4"]),
        ("/a/descendant::c[2]", ["3"]),
        ("/a/b/self::b/c", ["1", "3"]),
        ("//d | //c", ["1", "2", "3", "4"]),
        ("/a/b/c/text()", ["1", "3"]),
        ("//c/..//d", ["2"]),
        ("/a/x:b/c", ["1", "3"]),
        ("/a/namespace::node()", []),
        ("/a/b[0]", []),
        ("/a/b[1.5]", []),
        ("(/a/b)/c", ["1", "3"]),
        ("/a/b/./c", ["1", "3"]),
    ],
)
def test_steps_select_nodes_in_document_order(source: str, expected: list[str]) -> None:
    root = document(TREE)
    env = environment(root)
    assert [node.text for node in compile_expression(source).nodes(root, env)] == expected


def test_the_root_and_the_context_node() -> None:
    root = document(TREE)
    env = environment(root)
    leaf = at(root, "a/b/c")
    assert compile_expression("/").nodes(leaf, env) == [root]
    assert compile_expression(".").nodes(leaf, env) == [leaf]
    assert compile_expression("..").nodes(leaf, env) == [leaf.parent]
    assert compile_expression("../../../..").nodes(leaf, env) == []
    assert compile_expression("../d").string(leaf, env) == "2"


def test_attributes_are_nodes_with_a_parent_and_without_siblings() -> None:
    assert names("/data/child/@id") == ["id", "id", "id"]
    assert text("/data/child[@id = 'c2']/name") == "Bo"
    assert text("//@*[. = 'c3']/../name") == "Cai"
    assert names("following-sibling::*", where="data/@id") == []
    assert names("ancestor::*", where="data/child/@id") == ["data", "child"]
    assert value("count(//@id | /data)") == 5
    assert names("@id | . | name", where="data/child") == ["child", "id", "name"]


def test_the_names_of_nodes_can_be_read() -> None:
    assert text("name(/data/*[1])") == "name"
    assert text("local-name()", where="data/age") == "age"
    assert text("namespace-uri()") == ""
    assert text("name(/data/none)") == ""
    assert text("local-name(/data/name/text())") == ""
    assert text("name(/data/@*)") == "id"


def test_names_may_be_those_of_the_operators() -> None:
    xml = "<or><and><div>6</div><mod>4</mod></and></or>"
    root = document(xml)
    env = environment(root)
    assert compile_expression("/or/and/div mod /or/and/mod").number(root, env) == 2
    assert compile_expression("or/and/div div 3").number(root, env) == 2
    assert compile_expression("/or/and/*[1] * 2").number(root, env) == 12


def test_a_hyphen_belongs_to_a_name_unless_a_space_stands_before_it() -> None:
    root = document("<data><a>7</a><b>2</b><a-b>x</a-b></data>")
    env = environment(root)
    assert compile_expression("/data/a-b").string(root, env) == "x"
    assert compile_expression("/data/a -/data/b").number(root, env) == 5
    assert compile_expression("/data/a - /data/b").number(root, env) == 5


def test_position_last_and_current_are_those_the_caller_gives() -> None:
    root = document()
    env = environment(root)
    child = at(root, "data/child[2]")
    assert compile_expression("position() + last()").number(child, env, 2, 3) == 5
    source = compile_expression("/data/child[name != current()/name]/name")
    assert [node.text for node in source.nodes(child, env)] == ["An", "Cai"]
    env.current = at(root, "data/child[1]")
    assert [node.text for node in source.nodes(child, env)] == ["Bo", "Cai"]


def test_places_inside_a_predicate_do_not_leak_out_of_it() -> None:
    source = "/data/child[count(../child[position() = last()]) = position()]/name"
    assert text(source) == "An"
    root = document()
    env = environment(root)
    with pytest.raises(XPathError):
        compile_expression("/data/child[digest(position(), '?')]").nodes(root, env)
    assert (env.position, env.size, env.current) == (1, 1, None)


def test_namespaces_count_only_when_they_are_asked_for() -> None:
    xml = b'<d xmlns="urn:one" xmlns:t="urn:two"><a t:k="v">1</a><t:a>2</t:a></d>'
    plain, strict = parse_document(xml), parse_document(xml, namespaces=True)
    assert compile_expression("count(/d/x:a)").number(plain, environment(plain)) == 2
    spaces = {"one": "urn:one", "two": "urn:two"}
    for source, expected in (
        ("count(/d)", 0.0),
        ("count(/one:d/two:a)", 1.0),
        ("count(/one:d/two:*)", 1.0),
        ("string(/one:d/one:a/@two:k)", "v"),
        ("namespace-uri(/one:d/*[2])", "urn:two"),
        ("local-name(/one:d/*[2])", "a"),
    ):
        expression = compile_expression(source, namespaces=spaces)
        assert expression.evaluate(strict, environment(strict)) == expected
    with pytest.raises(XPathError) as caught:
        compile_expression("/three:d", namespaces=spaces)
    assert caught.value.code == "unknown_prefix"


def test_id_and_lang_look_at_attributes() -> None:
    xml = '<d xml:lang="zh-CN"><p id="x"/><p id="y" xml:lang="en"/></d>'
    root = document(xml)
    env = environment(root)
    assert len(compile_expression("id('y x z')").nodes(root, env)) == 2
    assert compile_expression("lang('zh')").boolean(at(root, "d/p"), env) is True
    assert compile_expression("lang('zh')").boolean(at(root, "d/p[2]"), env) is False
    assert compile_expression("@xml:lang").string(at(root, "d"), env) == "zh-CN"


def test_comments_and_instructions_are_nodes_when_they_are_kept() -> None:
    root = parse_document(b"<d>a<!--c--><?p q?>b<e/></d>", mixed=True)
    env = environment(root)
    for source, expected in (
        ("count(/d/node())", 5.0),
        ("string(/d)", "ab"),
        ("string(/d/comment())", "c"),
        ("string(/d/processing-instruction('p'))", "q"),
        ("count(/d/processing-instruction('z'))", 0.0),
        ("count(/d/text())", 2.0),
    ):
        assert compile_expression(source).evaluate(root, env) == expected


def shapes() -> st.SearchStrategy[Node]:
    """Small trees of the names a, b and c."""

    def build(name: str, children: list[Node]) -> Node:
        node = Node(name)
        for child in children:
            node.append(child)
        return node

    leaf = st.builds(build, st.sampled_from("abc"), st.just([]))
    return st.recursive(
        leaf, lambda inner: st.builds(build, st.sampled_from("abc"), st.lists(inner, max_size=3))
    )


@STEADY
@given(shapes(), st.sampled_from(["a", "*", "node()"]))
def test_the_axes_share_out_the_whole_document(top: Node, test: str) -> None:
    root = Node("", kind=0)
    root.append(top)
    env = environment(root)
    everything = compile_expression(f"//{test}").nodes(root, env)
    parts = ("ancestor", "self", "descendant", "following", "preceding")
    for node in top.walk():
        shares = [compile_expression(f"{axis}::{test}").nodes(node, env) for axis in parts]
        if test == "node()":
            shares[0].remove(root)
        assert sorted(map(id, everything)) == sorted(id(each) for share in shares for each in share)
        union = compile_expression(" | ".join(f"{axis}::{test}" for axis in parts))
        found = [each for each in union.nodes(node, env) if each is not root]
        assert found == everything


def test_the_family_is_read_as_written() -> None:
    assert names("/data/*", FAMILY)[:3] == ["name", "age", "blank"]
