"""A form as it is filled in without us: it looks its subject up itself.

In the chat the subject is known before the form begins, and the tables `subject` and `previous`
hold its row only: a form reads it by ``pulldata('subject', 'birth_date', 'key', 'subject')``. On a
phone without a network the tables hold a row for each subject of the worker, and the form's own
question tells which: ``pulldata('subject', 'birth_date', 'code', /visit/subject)``.

A look-up on which the question itself depends can't wait for its answer and stays as it is; every
row has ``subject`` for its `key`, so that it tells whether there is any subject.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from forms.parsing import parse_xml

TABLES: Final = ("subject", "previous")
"""Tables with one row of the subject's, found by a `key` of the table's own name."""

_XFORMS: Final = "{http://www.w3.org/2002/xforms}"
_TABLE: Final = "|".join(TABLES)
_PULLED: Final = re.compile(
    rf"(pulldata\(\s*'({_TABLE})'\s*,\s*'([\w.-]+)'\s*,\s*)'key'\s*,\s*'\2'\s*\)"
)
_PICKED: Final = re.compile(
    rf"(instance\(\s*'({_TABLE})'\s*\)/root/item)\[\s*key\s*=\s*'\2'\s*\]/([\w.-]+)"
)
_FILE: Final = re.compile(r"jr://[\w-]+/([^\"'/]+)$")


@dataclass(frozen=True, slots=True)
class OfflineForm:
    """`xml` is what the phone gets. `columns` are those that it reads, by table; `files` the names
    of everything that it needs besides."""

    xml: bytes
    columns: Mapping[str, frozenset[str]]
    files: frozenset[str]


def offline(xform: bytes, subject_path: str | None) -> OfflineForm:
    """`xform` with every look-up of the subject, which is asked at `subject_path`, made by code."""
    root = parse_xml(xform)
    columns: dict[str, set[str]] = {}
    kept = _before(root, subject_path) if subject_path else frozenset()
    for node in root.iter(etree.Element):
        own = node.get("nodeset") or node.get("ref") or ""
        for name, text in node.attrib.items():
            for table, column in _read(str(text)):
                columns.setdefault(table, set()).add(column)
            if subject_path and own not in kept:
                node.set(name, _by_code(str(text), subject_path))
    return OfflineForm(
        xml=etree.tostring(root, xml_declaration=True, encoding="UTF-8"),
        columns={table: frozenset(names) for table, names in columns.items()},
        files=frozenset(_needed(root)),
    )


def _read(text: str) -> Iterator[tuple[str, str]]:
    for pattern in (_PULLED, _PICKED):
        for found in pattern.finditer(text):
            yield found[2], found[3]


def _by_code(text: str, path: str) -> str:
    text = _PULLED.sub(rf"\1'code', {path} )", text)
    return _PICKED.sub(rf"\1[code = {path} ]/\3", text)


def _before(root: etree._Element, path: str) -> frozenset[str]:
    """The nodes that have to be known before the subject is asked for."""
    rules = {
        str(bind.get("nodeset")): " ".join(str(text) for text in bind.attrib.values())
        for bind in root.iter(f"{_XFORMS}bind")
    }
    above = [path[:place] for place, letter in enumerate(path) if letter == "/" and place]
    waiting, found = [path, *above], set[str]()
    while waiting:
        rule = rules.get(waiting.pop(), "")
        new = {one for one in rules if one not in found and _names(rule, one)}
        found |= new
        waiting += new
    return frozenset(found - {path})


def _names(rule: str, path: str) -> bool:
    return re.search(rf"{re.escape(path)}(?![\w./-])", rule) is not None


def _needed(root: etree._Element) -> Iterator[str]:
    """Files of tables and of labels: pictures and sounds."""
    for instance in root.iter(f"{_XFORMS}instance"):
        if found := _FILE.match(instance.get("src") or ""):
            yield found[1]
    for value in root.iter(f"{_XFORMS}value"):
        if found := _FILE.match((value.text or "").strip()):
            yield found[1]
