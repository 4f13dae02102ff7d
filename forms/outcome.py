"""What one change brought about, for those who tell the person."""

from __future__ import annotations

from typing import NamedTuple

from forms.instance import Field


class Outcome(NamedTuple):
    """What one change brought about: nodes whose relevance flipped and nodes whose text changed,
    both with what it was; selects whose answers a choice filter cut or gave back. A row that is
    parked is irrelevant, so its nodes flip."""

    flipped: dict[Field, bool]
    changed: dict[Field, str]
    pruned: set[Field]
