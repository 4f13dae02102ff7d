"""Names that are longer than the tables of the database take."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from forms.lint import files
from forms.lint.draft import Draft
from forms.outline import name_of
from forms.report import Finding, Severity

FORM_ID: Final = 128
VERSION: Final = 64
FILE: Final = 90  # with the form's hash before it, it is a key of 160 characters
ALERT: Final = 60  # what is written down of an alert is its name and a subject's code

_ALERT: Final = "alert_"


def check(draft: Draft) -> Iterator[Finding]:
    """Findings about the form's id and version, its attachments, and its alerts."""
    yield from _settings(draft)
    yield from _files(draft)
    yield from _alerts(draft)


def _settings(draft: Draft) -> Iterator[Finding]:
    length = len(draft.outline.form_id)
    if length > FORM_ID:
        sizes = {"length": length, "limit": FORM_ID}
        yield draft.setting(Severity.REFUSED, "form_id_long", "form_id", **sizes)
    length = len(draft.outline.version)
    if length > VERSION:
        sizes = {"length": length, "limit": VERSION}
        yield draft.setting(Severity.REFUSED, "version_long", "version", **sizes)


def _files(draft: Draft) -> Iterator[Finding]:
    shown_by = files.needed(draft)
    for name in sorted({*shown_by, *draft.attachments}):
        if len(name) > FILE:
            yield draft.find(
                Severity.REFUSED,
                "file_name_long",
                shown_by.get(name, ""),
                "type",
                file=name,
                length=len(name),
                limit=FILE,
            )


def _alerts(draft: Draft) -> Iterator[Finding]:
    for path in draft.outline.names:
        name = name_of(path)
        if name.startswith(_ALERT) and len(name) > ALERT:
            yield draft.find(
                Severity.REFUSED, "alert_long", path, "name", length=len(name), limit=ALERT
            )
