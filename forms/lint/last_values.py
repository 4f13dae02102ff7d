"""The setting that names whose last values may be kept: each name must be one of the form's."""

from __future__ import annotations

from collections.abc import Iterator

from forms.lint.draft import Draft
from forms.outline import name_of
from forms.recall import SETTING
from forms.report import Finding, Severity


def check(draft: Draft) -> Iterator[Finding]:
    """Names that nothing in the form has."""
    known = {name_of(path) for path in draft.outline.names}
    for name in dict.fromkeys(draft.outline.attributes.get(SETTING, "").split()):
        if name not in known:
            yield draft.setting(
                Severity.WARNING, "last_values_unknown", f"attribute::{SETTING}", what=name[:200]
            )
