"""XML to nodes."""

import pytest

from forms.tree import TreeError, parse_document
from tests.forms.xpath.seeing import at


def test_leaves_hold_their_text_and_names_lose_their_namespace() -> None:
    root = parse_document(
        b'<h:d xmlns:h="urn:h" xmlns="urn:x" h:id="1">\n <a> x </a>\n <b/><!--c--> </h:d>'
    )
    data = at(root, "d")
    assert [child.name for child in data.children] == ["a", "b"]
    assert at(root, "d/a").text == " x "
    assert data.attributes["id"].text == "1"
    assert data.attributes["id"].parent is data


def test_text_around_elements_is_kept_as_nodes() -> None:
    root = parse_document(b"<d>one <b>two</b> three</d>")
    assert [(child.name, child.text) for child in at(root, "d").children] == [
        ("", "one "),
        ("b", "two"),
        ("", " three"),
    ]


def test_a_leaf_with_a_comment_inside_is_still_a_leaf() -> None:
    root = parse_document(b"<d><a>1<!--x-->2</a><b><!--only--></b></d>")
    assert "".join(child.text for child in at(root, "d/a").children) == "12"
    assert at(root, "d/b").text == ""


@pytest.mark.parametrize(
    "xml",
    [
        b'<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>',
        b"<!DOCTYPE html><d/>",
        b'<!DOCTYPE d SYSTEM "file:///etc/passwd"><d/>',
    ],
)
def test_a_doctype_is_refused(xml: bytes) -> None:
    with pytest.raises(TreeError) as caught:
        parse_document(xml)
    assert caught.value.code == "doctype"


@pytest.mark.parametrize("xml", [b"", b"<d>", b"<d>&nbsp;</d>", b"\x00", b"<a/><b/>"])
def test_what_is_not_xml_is_malformed(xml: bytes) -> None:
    with pytest.raises(TreeError) as caught:
        parse_document(xml)
    assert caught.value.code == "malformed"


def test_very_deep_xml_is_malformed_and_not_a_crash() -> None:
    with pytest.raises(TreeError) as caught:
        parse_document(b"<a>" * 5_000 + b"</a>" * 5_000)
    assert caught.value.code == "malformed"
