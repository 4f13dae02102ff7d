"""Secondary instances: choice lists, attached tables, facts from the register, as node trees.

They are kept as plain tuples (small, quick to store) and become nodes when first asked for.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from forms.builder import local_name
from forms.node import ATTRIBUTE, DOCUMENT, Node
from forms.parsing import DoctypeError, parse_xml

if TYPE_CHECKING:  # a start from the cache needs no parser
    from lxml import etree

MAX_ROWS: Final = 100_000

# (name, text, attributes, children)
Branch = tuple[str, str, tuple[tuple[str, str], ...], tuple["Branch", ...]]

Source = Sequence[Mapping[str, str]] | bytes


class AttachmentError(ValueError):
    """A table that can't be read. `code` is one of header, encoding, json, xml, rows, geometry."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def document(branch: Branch) -> Node:
    """The document node over `branch`."""
    top = Node("", kind=DOCUMENT)
    top.append(_grow(branch))
    return top


def _grow(branch: Branch) -> Node:
    name, text, attributes, children = branch
    node = Node(name, text)
    if attributes:
        node.attributes = {}
        for key, value in attributes:
            attribute = Node(key, value, ATTRIBUTE)
            attribute.parent = node
            node.attributes[key] = attribute
    if children:
        named: dict[str, list[Node]] = {}
        grown = [_grow(child) for child in children]
        for child in grown:
            child.parent = node
            named.setdefault(child.name, []).append(child)
        node.children = grown
        node.named = named
    return node


def from_element(element: etree._Element) -> Branch:
    """The branch that an XML element spells, without its namespaces."""
    children = tuple(from_element(child) for child in element if isinstance(child.tag, str))
    text = element.text or ""
    if children and not text.strip():
        text = ""
    attributes = tuple((local_name(key), str(value)) for key, value in element.attrib.items())
    return (sys.intern(local_name(element.tag)), text, attributes, children)


def from_rows(rows: Iterable[Mapping[str, str]]) -> Branch:
    """``root/item/<column>``, the shape that pyxform's expressions expect."""
    items = tuple(
        ("item", "", (), tuple((sys.intern(key), value, (), ()) for key, value in row.items()))
        for row in rows
    )
    if len(items) > MAX_ROWS:
        raise AttachmentError("rows", rows=len(items), limit=MAX_ROWS)
    return ("root", "", (), items)


def from_bytes(data: bytes, name: str) -> Branch:
    """A table by its file name: ``.csv``, ``.geojson``, anything else is XML.

    Raises AttachmentError.
    """
    suffix = name.rpartition(".")[2].lower()
    if suffix == "csv":
        return from_rows(_csv_rows(_decode(data)))
    if suffix == "geojson":
        return from_rows(_geojson_rows(data))
    try:
        return from_element(parse_xml(data))
    except (SyntaxError, DoctypeError) as error:  # lxml's is one
        raise AttachmentError("xml", detail=str(error)) from error


def _decode(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AttachmentError("encoding")


def _csv_rows(text: str) -> Iterable[Mapping[str, str]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = [column.strip() for column in next(reader, [])]
    while header and not header[-1]:
        header.pop()
    twice = sorted({column for column in header if header.count(column) > 1})
    if not header or twice or "" in header:
        raise AttachmentError("header", columns=header, twice=twice)
    for row in reader:
        if any(cell.strip() for cell in row):
            yield dict(zip(header, [*row, *[""] * len(header)], strict=False))


def _geojson_rows(data: bytes) -> Iterable[Mapping[str, str]]:
    try:
        collection = json.loads(data)
        features = collection["features"]
        return [_feature_row(feature) for feature in features]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise AttachmentError("json") from error


def _feature_row(feature: Mapping[str, Any]) -> Mapping[str, str]:
    row = {"geometry": _geometry(feature.get("geometry") or {})}
    if "id" in feature:
        row["id"] = str(feature["id"])
    for key, value in (feature.get("properties") or {}).items():
        row[str(key)] = "" if value is None else str(value)
    return row


def _geometry(geometry: Mapping[str, Any]) -> str:
    coordinates = geometry.get("coordinates") or []
    match geometry.get("type"):
        case "Point":
            return _point(coordinates)
        case "LineString":
            return "; ".join(_point(point) for point in coordinates)
        case "Polygon":
            return "; ".join(_point(point) for point in coordinates[0])
        case _:
            raise AttachmentError("geometry", type=geometry.get("type"))


def _point(coordinates: Sequence[float]) -> str:
    longitude, latitude, *rest = coordinates
    return f"{latitude} {longitude} {rest[0] if rest else 0} 0"
