"""Appearances that a chat shows in another way than a device: a note on each says how.

Nothing is lost by them. What a chat can't do at all is told by `chat`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from forms.lint.draft import Draft
from forms.outline import Control
from forms.report import Finding, Severity

_LOOKS: Final = (  # control, appearances, code
    ("group", r"field-list|table-list", "one_by_one"),
    ("select", r"label|list-nolabel|no-label", "grid"),
    ("select", r"likert|list|compact(?:-\d+)?|quickcompact(?:-\d+)?|no-buttons", "as_buttons"),
    ("select", r"horizontal(?:-compact)?|columns(?:-\d+|-pack|-flex)?", "as_buttons"),
    ("range", r"picker|vertical|no-ticks|distress", "as_scale"),
    ("upload", r"new-front", "camera"),
)
_PATTERNS: Final = tuple(
    (tag, re.compile(rf"(?<!\S)(?:{words})(?!\S)"), code) for tag, words, code in _LOOKS
)


def check(draft: Draft) -> Iterator[Finding]:
    """A note for each appearance, and for the quality of recordings."""
    for control in draft.outline.controls:
        yield from _appearances(draft, control)
        bind = draft.outline.binds.get(control.path)
        if bind and control.tag == "upload" and (quality := bind.attributes.get("quality")):
            column = "parameters" if draft.workbook.sheets else "quality"
            yield draft.find(
                Severity.WARNING,
                "audio_quality",
                control.path,
                column,
                line=bind.line,
                quality=quality[:20],
            )


def _appearances(draft: Draft, control: Control) -> Iterator[Finding]:
    written = draft.cell(control.path, "appearance") or control.appearance
    for tag, pattern, code in _PATTERNS:
        if not control.tag.startswith(tag):
            continue
        if found := list(dict.fromkeys(pattern.findall(written))):
            yield draft.find(
                Severity.WARNING,
                code,
                control.path,
                "appearance",
                line=control.line,
                what=" ".join(found),
            )
