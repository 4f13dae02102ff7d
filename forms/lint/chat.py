"""What a chat can't do as a device does: said per question when a form is taken in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from forms.lint.draft import Draft
from forms.outline import Control
from forms.report import Finding, Severity

_CALENDARS: Final = "ethiopian|coptic|islamic|bikram-sambat|myanmar|persian|buddhist"
_APPEARANCES: Final = (  # pattern, control, severity, code
    (re.compile(r"\b(signature|draw|annotate)\b"), "upload", Severity.DEGRADED, "paper_photo"),
    (re.compile(r"\bimage-map\b"), "select", Severity.DEGRADED, "image_map"),
    (re.compile(r"^\s*ex:"), "", Severity.DEGRADED, "external_app"),
    (re.compile(r"^\s*printer:"), "", Severity.DEGRADED, "printing"),
    (re.compile(r"\bbearing\b"), "", Severity.DEGRADED, "bearing"),
    (re.compile(rf"\b({_CALENDARS})\b"), "input", Severity.DEGRADED, "calendar"),
    (re.compile(r"\bsearch\s*\("), "", Severity.REFUSED, "search_function"),
)
_ACTIONS: Final = {"setgeopoint": "background_location", "recordaudio": "background_audio"}
_AUDIT: Final = ("location-priority", "location-min-interval", "track-changes", "identify-user")


def check(draft: Draft) -> Iterator[Finding]:
    """Findings about appearances, control types, actions and settings."""
    for control in draft.outline.controls:
        yield from _control(draft, control)
    for name, path, _, line in draft.outline.actions:
        if name in _ACTIONS:
            yield draft.find(Severity.DEGRADED, _ACTIONS[name], path, "type", line=line)
    for instance in draft.outline.instances.values():
        if instance.src == "jr://instance/last-saved":
            yield draft.find(Severity.DEGRADED, "last_saved", line=instance.line)
    yield from _audit(draft)
    yield from _submission(draft)


def _control(draft: Draft, control: Control) -> Iterator[Finding]:
    for pattern, tag, severity, code in _APPEARANCES:
        if control.tag.startswith(tag) and (found := pattern.search(control.appearance)):
            yield draft.find(
                severity, code, control.path, "appearance", line=control.line, what=found[0].strip()
            )
    if "intent" in control.attributes:
        yield draft.find(
            Severity.DEGRADED, "external_app", control.path, "intent", line=control.line, what="ex:"
        )
    if "query" in control.attributes:
        yield draft.find(
            Severity.REFUSED, "external_select", control.path, "type", line=control.line
        )
    if control.tag == "upload" and control.attributes.get("mediatype", "").startswith("osm"):
        yield draft.find(Severity.REFUSED, "osm", control.path, "type", line=control.line)


def _audit(draft: Draft) -> Iterator[Finding]:
    path = f"/{draft.outline.root}/meta/audit"
    bind = draft.outline.binds.get(path)
    if bind and any(name in bind.attributes for name in _AUDIT):
        yield draft.find(Severity.DEGRADED, "audit", path, "parameters", line=bind.line)


def _submission(draft: Draft) -> Iterator[Finding]:
    if draft.outline.submission.get("base64RsaPublicKey"):
        yield draft.setting(Severity.REFUSED, "encrypted", "public_key")
    if url := draft.outline.submission.get("action"):
        yield draft.setting(Severity.WARNING, "submission_url", "submission_url", url=url[:200])
