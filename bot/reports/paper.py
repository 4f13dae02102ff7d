"""A report as it lies on a desk, before it becomes a page or a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | int


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column, and how wide it is beside the others."""

    head: str
    width: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its title may be empty. A row of one cell is a heading within it."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Passage:
    """A paragraph under its title; an empty one is written by hand."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One report: facts above it, tables, passages, and who signs below."""

    title: str
    facts: Sequence[tuple[str, str]]
    tables: Sequence[Table]
    passages: Sequence[Passage] = ()
    signatures: Sequence[str] = ()
