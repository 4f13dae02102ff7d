"""A record that came in as XML from another program, read beside the form that it fills in.

Nodes are told apart by their local names, as OpenRosa clients differ in prefixes. What the form
does not know stays in the XML and is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from forms.builder import local_name
from forms.definition import Element, Shape
from forms.form import Form
from forms.parsing import DoctypeError, parse_xml
from forms.submission import typed_value
from forms.values import fits

if TYPE_CHECKING:
    from lxml import etree

Code = Literal["too_large", "xml", "root", "no_instance_id", "twice", "value"]

MAX_BYTES: Final = 2 * 1024 * 1024
_ID: Final = re.compile(r"[A-Za-z0-9:._-]{1,64}")
_FILES: Final = frozenset({"binary", "base64Binary"})


class ReceivedError(ValueError):
    """The XML is no record of the form. `path` names the node, '' for all of it."""

    def __init__(self, code: Code, path: str = "") -> None:
        super().__init__(f"{code}: {path}")
        self.code = code
        self.path = path


@dataclass(frozen=True, slots=True)
class Heading:
    """What a record says of itself."""

    form_id: str
    version: str
    instance_id: str
    deprecated_id: str | None


@dataclass(frozen=True, slots=True)
class Answers:
    """What a record says: `typed` below the root, nested by group, with a list for each repeat;
    `texts` are those of the nodes outside repeats, by path; `files` the names of its files."""

    typed: Mapping[str, Any]
    texts: Mapping[str, str]
    files: frozenset[str]


class Received:
    """The XML of one record. Raises ReceivedError if it can't be one."""

    def __init__(self, xml: bytes) -> None:
        self._root = _parse(xml)
        self.heading = _heading(self._root)

    def answers(self, form: Form) -> Answers:
        """The answers as `form` understands them. Raises ReceivedError."""
        if local_name(self._root.tag) != form.elements[0].name:
            raise ReceivedError("root")
        reading = _Reading(form)
        typed = reading.group(self._root, form.elements[0])
        return Answers(typed, reading.texts, frozenset(reading.files))


def _parse(xml: bytes) -> etree._Element:
    from lxml import etree

    if len(xml) > MAX_BYTES:
        raise ReceivedError("too_large")
    try:
        return parse_xml(xml)
    except (DoctypeError, etree.XMLSyntaxError, ValueError) as error:
        raise ReceivedError("xml") from error


def _heading(root: etree._Element) -> Heading:
    meta = next((one for one in root if local_name(one.tag) == "meta"), None)
    said = {local_name(one.tag): (one.text or "").strip() for one in (() if meta is None else meta)}
    instance_id, former = said.get("instanceID", ""), said.get("deprecatedID") or None
    if not _ID.fullmatch(instance_id) or (former and not _ID.fullmatch(former)):
        raise ReceivedError("no_instance_id")
    return Heading(root.get("id") or "", root.get("version") or "", instance_id, former)


class _Reading:
    """Walks the nodes of a record beside the elements of its form."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self.texts: dict[str, str] = {}
        self.files: set[str] = set()

    def group(self, node: etree._Element, element: Element) -> dict[str, Any]:
        """The answers below a group or a row."""
        nodes = _by_name(node)
        found: dict[str, Any] = {}
        for index in element.children:
            child = self._form.elements[index]
            same = nodes.get(child.name, [])
            if not same or child.shape is Shape.ATTRIBUTE:
                continue
            if child.shape is Shape.REPEAT:
                found[child.name] = [self.group(row, child) for row in same]
            elif len(same) > 1:
                raise ReceivedError("twice", child.path)
            elif (value := self._value(same[0], child)) not in (None, {}):
                found[child.name] = value
        return found

    def _value(self, node: etree._Element, element: Element) -> Any:
        if element.shape is Shape.GROUP:
            return self.group(node, element)
        text = (node.text or "") if len(node) == 0 else ""
        if not text:
            return None
        if element.bind.type in _FILES:
            self.files.add(text)
        if element.scope == 0:
            self.texts[element.path] = text
        return self._typed(element, text)

    def _typed(self, element: Element, text: str) -> Any:
        if not fits(element.bind.type, text):
            raise ReceivedError("value", element.path)
        return typed_value(self._form, element, text)


def _by_name(node: etree._Element) -> dict[str, list[etree._Element]]:
    found: dict[str, list[etree._Element]] = {}
    for child in _elements(node):
        found.setdefault(local_name(child.tag), []).append(child)
    return found


def _elements(node: etree._Element) -> Iterator[etree._Element]:
    return (child for child in node if isinstance(child.tag, str))
