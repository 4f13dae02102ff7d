"""Names: nodes that stand twice under one parent, and questions without a node."""

from __future__ import annotations

from collections.abc import Iterator

from forms.lint.draft import Draft
from forms.report import Finding, Severity


def check(draft: Draft) -> Iterator[Finding]:
    """Findings about the names of a ready XForm; pyxform never makes such a form."""
    for path, count in draft.outline.names.items():
        if count > 1 and path not in draft.outline.repeats:
            yield draft.find(Severity.REFUSED, "duplicate_name", path, "name", count=count)
    for control in draft.outline.questions:
        if control.path not in draft.outline.names and "@" not in control.path:
            yield draft.find(Severity.REFUSED, "no_node", control.path, "ref", line=control.line)
