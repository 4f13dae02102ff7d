"""XML to nodes, for documents that a person may have written by hand or with ill will."""

from __future__ import annotations

from typing import Final

from lxml import etree

from forms.node import ATTRIBUTE, COMMENT, DOCUMENT, INSTRUCTION, TEXT, Node

_XML: Final = "{http://www.w3.org/XML/1998/namespace"

_NOT_ELEMENTS: Final = (etree._Comment, etree._ProcessingInstruction, etree._Entity)

LARGEST: Final = 64 * 2**20
"""Bytes of XML; a choice list of 100,000 rows is about a tenth of that."""


class TreeError(ValueError):
    """`code` is "doctype", "malformed" (reason, line) or "too_large" (size, limit)."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


def parse_document(xml: bytes, *, mixed: bool = False, namespaces: bool = False) -> Node:
    """The document node of `xml`. Raises TreeError.

    As a form wants it, the text of a leaf is in the leaf, white space between elements is gone
    and so are comments; `mixed` keeps them as nodes. Names are local, except for
    `xml:lang` and its like, unless `namespaces` asks for `{uri}local`. A DOCTYPE is refused,
    because entities are how XML bombs are made.
    """
    if len(xml) > LARGEST:
        raise TreeError("too_large", size=len(xml), limit=LARGEST)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as fault:
        raise TreeError("malformed", reason=fault.msg, line=fault.lineno) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise TreeError("doctype")
    document = Node("", kind=DOCUMENT)
    for element in (*reversed(list(root.itersiblings(preceding=True))), root, *root.itersiblings()):
        _add(document, element, mixed, namespaces)
    return document


def _add(parent: Node, element: etree._Element, mixed: bool, namespaces: bool) -> None:
    node = _node(element, mixed, namespaces)
    if node is None:
        return
    parent.append(node)
    if isinstance(element, _NOT_ELEMENTS):
        return
    text = element.text or ""
    if len(element) == 0 and not mixed:
        node.text = text
        return
    _add_text(node, text, mixed)
    for child in element:
        _add(node, child, mixed, namespaces)
        _add_text(node, child.tail or "", mixed)
    if not node.children:  # only comments were inside
        node.text = "".join([text, *(child.tail or "" for child in element)])


def _node(element: etree._Element, mixed: bool, namespaces: bool) -> Node | None:
    """The node of an element; of a comment or an instruction when they are wanted."""
    if isinstance(element, _NOT_ELEMENTS):
        if not mixed:
            return None
        if isinstance(element, etree._ProcessingInstruction):
            return Node(str(element.target or ""), element.text or "", INSTRUCTION)
        return Node("", element.text or "", COMMENT)
    node = Node(_name(str(element.tag), namespaces))
    for key, value in element.attrib.items():
        attribute = Node(_name(str(key), namespaces), str(value), ATTRIBUTE)
        attribute.parent = node
        node.attributes[attribute.name] = attribute
    return node


def _add_text(node: Node, text: str, mixed: bool) -> None:
    if text and (mixed or text.strip()):
        node.append(Node("", text, TEXT))


def _name(name: str, namespaces: bool) -> str:
    if namespaces:
        return name
    space, _, local = name.rpartition("}")
    return f"xml:{local}" if space == _XML else local
