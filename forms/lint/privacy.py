"""The settings about the law: each must be one that the program knows what to do with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from forms.lint.draft import Draft
from forms.outline import name_of
from forms.privacy import ASKED, BASES, BASIS, CONSENT, RETENTION
from forms.report import Finding, Severity

_CLASS: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")


def check(draft: Draft) -> Iterator[Finding]:
    """A basis that nobody knows, consent by no question or by none at all, a class of no name."""
    said = draft.outline.attributes
    basis, consent = said.get(BASIS, "").strip(), said.get(CONSENT, "").strip()
    if basis and basis not in BASES:
        yield _found(draft, "legal_basis_unknown", BASIS, what=basis[:200], known=", ".join(BASES))
    names = {name_of(control.path) for control in draft.outline.questions}
    if consent and consent not in names:
        yield _found(draft, "consent_unknown", CONSENT, what=consent[:200])
    if basis == ASKED and not consent:
        yield _found(draft, "consent_missing", CONSENT)
    kept = said.get(RETENTION, "").strip()
    if kept and not _CLASS.fullmatch(kept):
        yield _found(draft, "retention_unknown", RETENTION, what=kept[:200])


def _found(draft: Draft, code: str, setting: str, **values: str) -> Finding:
    return draft.setting(Severity.REFUSED, code, f"attribute::{setting}", **values)
