"""The documents of the recorded XPath cases, and the paths that name nodes in them."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from forms.node import ATTRIBUTE, COMMENT, DOCUMENT, ELEMENT, INSTRUCTION, TEXT, Node
from forms.tree import parse_document


@cache
def load(xml: str, namespaces: bool) -> Node:
    """The document. The recording counts a DOCTYPE as a node, so something stands in for it."""
    text = re.sub(r"<!DOCTYPE[^>]*>", "", xml).strip()
    document = parse_document(text.encode(), mixed=True, namespaces=namespaces)
    if "<!DOCTYPE" in xml:
        document.insert(0, Node("", kind=TEXT))
    return document


def itext(document: Node, identifier: str, language: str | None) -> list[Node]:
    """The nodes that hold a text in a language, or in the default one."""
    translations = [node for node in document.walk() if node.name == "translation"]
    chosen = [t for t in translations if t.attributes["lang"].text == language] or [
        t for t in translations if "default" in t.attributes
    ]
    return [
        value
        for translation in (chosen or translations)[:1]
        for text in translation.named.get("text", [])
        if text.attributes["id"].text == identifier
        for value in text.named.get("value", [])
    ]


_STEPS: Final = {
    "*": ELEMENT,
    "text()": TEXT,
    "comment()": COMMENT,
    "processing-instruction()": INSTRUCTION,
}


def find(document: Node, path: str) -> Node:
    """The node that a recorded path such as /*[1]/text()[2] names."""
    node = document
    for step in filter(None, path.split("/")):
        if step.startswith("@"):
            found = {local(each): each for each in node.attributes.values()}
            node = found[step[1:]]
        else:
            test, _, place = step.rstrip("]").partition("[")
            same = [each for each in node.children if each.kind == _STEPS[test]]
            node = same[int(place) - 1]
    return node


def local(node: Node) -> str:
    """The local name."""
    return node.name.rpartition("}")[2]


def path_of(node: Node) -> str:
    """The recorded path of a node; the reverse of `find`."""
    if node.parent is None or node.kind == DOCUMENT:
        return "/"
    above = path_of(node.parent).rstrip("/")
    if node.kind == ATTRIBUTE:
        return f"{above}/@{local(node)}"
    test = next(test for test, kind in _STEPS.items() if kind == node.kind)
    same = [each for each in node.parent.children if each.kind == node.kind]
    return f"{above}/{test}[{same.index(node) + 1}]"
