"""One measured figure beside its limit."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure in its `unit`; a `limit` of None is for information."""

    name: str
    value: float
    unit: str
    limit: float | None = None

    @property
    def missed(self) -> bool:
        """Whether it is over its limit."""
        return self.limit is not None and self.value > self.limit

    def __str__(self) -> str:
        limit = "" if self.limit is None else f"limit {self.limit:g}"
        missed = "  MISSED" if self.missed else ""
        return f"  {self.name:62} {self.value:10.3f} {self.unit:8} {limit}{missed}".rstrip()
