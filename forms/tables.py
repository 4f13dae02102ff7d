"""Data files that a form reads (CSV, XML, GeoJSON), and the names of their columns."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import Final

from lxml import etree

from forms.outline_reader import parse_safely
from forms.sniff import Unfit, decode

MAX_ATTACHMENT: Final = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Table:
    """What is known of a data file. `data` is the file, a CSV in UTF-8 with commas."""

    data: bytes
    columns: tuple[str, ...]
    encoding: str = "utf-8"


def read(data: bytes, name: str) -> Table:
    """The columns of a data file. `name` tells its kind by its suffix. Raises Unfit."""
    if len(data) > MAX_ATTACHMENT:
        raise Unfit("too_large", megabytes=len(data) // 2**20, limit=MAX_ATTACHMENT // 2**20)
    suffix = name.lower().rpartition(".")[2]
    if suffix == "xml":
        return Table(data, _xml(data))
    if suffix in ("geojson", "json"):
        return Table(data, _geojson(data))
    return _csv(data)


def _csv(data: bytes) -> Table:
    text, encoding = decode(data)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise Unfit("broken_table", error=str(error)) from error
    header = tuple(cell.strip() for cell in rows[0]) if rows else ()
    if not any(header):
        raise Unfit("broken_table", error="no header")
    if delimiter == "," and encoding in ("utf-8", "utf-8-sig"):
        return Table(data, header)
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return Table(out.getvalue().encode(), header, encoding)


def _xml(data: bytes) -> tuple[str, ...]:
    root = parse_safely(data)
    return tuple(
        dict.fromkeys(
            etree.QName(cell).localname
            for item in root
            if isinstance(item.tag, str)
            for cell in item
            if isinstance(cell.tag, str)
        )
    )


def _geojson(data: bytes) -> tuple[str, ...]:
    try:
        features = json.loads(data)["features"]
        names = [name for feature in features for name in feature.get("properties") or {}]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unfit("broken_table", error="not a GeoJSON FeatureCollection") from error
    return tuple(dict.fromkeys(("geometry", "id", *names)))
