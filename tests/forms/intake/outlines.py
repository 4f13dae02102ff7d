"""Checks of ready XForms."""

from __future__ import annotations

from collections.abc import Mapping

from forms import outline_reader
from forms.lint import Draft, run
from forms.report import Finding


def check_xform(xml: bytes, attachments: Mapping[str, bytes] | None = None) -> list[Finding]:
    """What the checks find in a ready XForm."""
    return run(Draft(outline_reader.read(xml), attachments=attachments or {}))
