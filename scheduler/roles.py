"""The roles that rules name, as data: who they are, and who stands in for them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from scheduler.titles import Titles


class RuleRole(BaseModel):
    """A role. `level` is where its area stands in the tree. Where nobody in an area has the role,
    `falls_to` owes its duties; without one they are shown to the supervisor only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern="^[a-z][a-z0-9_]*$", max_length=32)
    titles: Titles
    level: Literal["grid", "village", "township", "county"]
    falls_to: str | None = None
    reads_only: bool = False
