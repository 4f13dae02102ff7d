"""By what right a record is kept: it stands on each, and without it a child's is not taken.

Offices visit by duty. Volunteers and associations need consent, for a child under 14 that of a
guardian (Personal Information Protection Law, Art. 13 and 31; Law on the Protection of Minors,
Art. 72).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from forms.privacy import CONSENTING_AGE, YES, Privacy, privacy_of
from handlers.visits import find
from storage.submissions import MAX_CHOICE


@dataclass(frozen=True, slots=True)
class Basis:
    """What stands on a record: the form's basis, and what was answered where consent was asked."""

    legal_basis: str
    consent: str | None


def basis_of(settings: Mapping[str, str], answers: Mapping[str, Any]) -> Basis:
    """The basis of a record by its form's settings and its typed answers."""
    declared = privacy_of(settings)
    return Basis(declared.basis, _consent(declared, answers))


def lacking(
    settings: Mapping[str, str], answers: Mapping[str, Any], born: date | None, day: date
) -> bool:
    """Whether the record may not be kept: it is about one who was a child on the `day` of the
    visit, needs consent, and nobody gave it. `born` is None where it is about no single person."""
    declared = privacy_of(settings)
    if born is None or not declared.by_consent or _consent(declared, answers) == YES:
        return False
    return _full_years(born, day) < CONSENTING_AGE


def _full_years(born: date, day: date) -> int:
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _consent(declared: Privacy, answers: Mapping[str, Any]) -> str | None:
    said = find(answers, declared.consent) if declared.consent else None
    return said if isinstance(said, str) and 0 < len(said) <= MAX_CHOICE else None
