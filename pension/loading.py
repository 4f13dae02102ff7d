"""From TOML texts to tables: puts sources and frames in, and tells where an error stands."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from pydantic import ValidationError

from pension.rows import Source

_NOT_OF_THE_FRAME: Final = frozenset({"region", "valid_from", "valid_to", "start", "checked_on"})

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """What is wrong in a rules file.

    `row` counts from 1 among the file's rows of that table. `code` is pydantic's kind of error, or
    ``toml``, ``unknown_source``, ``unknown_frame``; `detail` is for the log.
    """

    file: str
    table: str
    row: int
    field: str
    code: str
    detail: str


class RuleBookError(ValueError):
    """The rules can't be used. `problems` holds everything that was found."""

    def __init__(self, problems: Iterable[RuleProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(_line(problem) for problem in self.problems))


@dataclass(slots=True)
class Entries:
    """What the files hold, with the file and row that each entry came from."""

    tables: dict[str, list[Entry]] = field(default_factory=dict)
    _origins: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    _problems: list[RuleProblem] = field(default_factory=list)

    def add(self, file: str, text: str) -> None:
        """Take in the tables of one file. Decimals never become binary floats."""
        try:
            tables = tomllib.loads(text, parse_float=Decimal)
        except tomllib.TOMLDecodeError as error:
            self._problems.append(RuleProblem(file, "", 0, "", "toml", str(error)))
            return
        for table, entries in tables.items():
            rows = entries if isinstance(entries, list) else [entries]
            self.tables.setdefault(table, []).extend(rows)
            self._origins.setdefault(table, []).extend((file, n) for n, _ in enumerate(rows, 1))

    def resolve(self) -> Mapping[str, list[Entry]]:
        """The tables, each row with its source and its frame's fields. Raises RuleBookError."""
        sources = self._sources()
        tables = {name: rows for name, rows in self.tables.items() if name != "source"}
        for table, rows in tables.items():
            for place, row in enumerate(rows):
                self._put_source(table, place, row, sources)
        self._put_frames(tables.get("scheme", []))
        if self._problems:
            raise RuleBookError(self._problems)
        return tables

    def blame(self, error: ValidationError) -> RuleBookError:
        """What pydantic found, by file, table, row and field."""
        return RuleBookError(
            self._problem(
                str(table), int(place), ".".join(map(str, rest)), each["type"], each["msg"]
            )
            for each in error.errors(include_url=False)
            for table, place, *rest in ((*each["loc"], 0, "")[: max(len(each["loc"]), 2)],)
        )

    def _sources(self) -> dict[str, Source]:
        sources: dict[str, Source] = {}
        for place, entry in enumerate(self.tables.get("source", [])):
            try:
                source = Source.model_validate(entry)
            except ValidationError as error:
                for each in error.errors(include_url=False):
                    where = ".".join(map(str, each["loc"]))
                    self._blame("source", place, where, each["type"], each["msg"])
            else:
                sources[source.id] = source
        return sources

    def _put_source(
        self, table: str, place: int, row: Entry, sources: Mapping[str, Source]
    ) -> None:
        name = row.get("source")
        if isinstance(name, str):
            if name in sources:
                row["source"] = sources[name]
            else:
                self._blame(table, place, "source", "unknown_source", f"no source {name}")

    def _put_frames(self, schemes: list[Entry]) -> None:
        by_id = {scheme.get("id"): scheme for scheme in schemes}
        for place, scheme in enumerate(schemes):
            frame = scheme.get("frame")
            if not frame:
                continue
            if frame not in by_id:
                self._blame("scheme", place, "frame", "unknown_frame", f"no scheme {frame}")
                continue
            inherited = by_id[frame].items()
            given = {key: value for key, value in inherited if key not in _NOT_OF_THE_FRAME}
            scheme.update({**given, **scheme})

    def _blame(self, table: str, place: int, where: str, code: str, detail: str) -> None:
        self._problems.append(self._problem(table, place, where, code, detail))

    def _problem(self, table: str, place: int, where: str, code: str, detail: str) -> RuleProblem:
        origins = self._origins.get(table, [])
        file, row = origins[place] if place < len(origins) else ("", 0)
        return RuleProblem(file, table, row, where, code, detail)


def _line(problem: RuleProblem) -> str:
    where = f"{problem.file} {problem.table} {problem.row} {problem.field}"
    return f"{' '.join(where.split())}: {problem.detail}"
