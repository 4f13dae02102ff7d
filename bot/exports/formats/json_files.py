"""JSON for programs: one object a line, or the places of a map. Keys are those of the columns."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from bot.exports.cells import Line, Value
from bot.exports.formats import Head
from bot.exports.formats.private import text_file


class JsonLines:
    """Writes a .jsonl file."""

    def __init__(self, file: Path, head: Head) -> None:
        self._stream = text_file(file, "utf-8")
        self._keys = head.keys

    def row(self, line: Line) -> None:
        """Write one row."""
        self._stream.write(_json(_object(self._keys, line)) + "\n")

    def close(self) -> None:
        """Write what is left."""
        self._stream.close()

    def abandon(self) -> None:
        """Leave it unfinished."""
        self._stream.close()


class GeoJson:
    """Writes a .geojson file (RFC 7946). A row without a place has a null geometry."""

    def __init__(self, file: Path, head: Head) -> None:
        self._stream = text_file(file, "utf-8")
        self._keys = head.keys
        self._stream.write('{"type":"FeatureCollection","features":[')
        self._before = "\n"

    def row(self, line: Line) -> None:
        """Write one row."""
        point = line.point
        geometry = point and {"type": "Point", "coordinates": [point.longitude, point.latitude]}
        feature = {
            "type": "Feature",
            "geometry": geometry,
            "properties": _object(self._keys, line),
        }
        self._stream.write(self._before + _json(feature))
        self._before = ",\n"

    def close(self) -> None:
        """Write what is left."""
        self._stream.write("\n]}\n")
        self._stream.close()

    def abandon(self) -> None:
        """Leave it unfinished."""
        self._stream.close()


def _object(keys: Any, line: Line) -> dict[str, Any]:
    return {key: _plain(value) for key, value in zip(keys, line.cells, strict=True)}


def _plain(value: Value) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
