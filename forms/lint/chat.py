"""What a chat can't do as a device does: said per question when a form is taken in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from forms.lint.draft import Draft
from forms.outline import Control, type_of
from forms.report import Finding, Severity

ORIGINAL: Final = 1280
"""Pixels of the longer side: where a form asks for more, a hint asks for the photo as a file."""

_CALENDARS: Final = "ethiopian|coptic|islamic|bikram-sambat|myanmar|persian|buddhist"
_APPEARANCES: Final = (  # pattern, control, severity, code
    (re.compile(r"\b(signature|draw|annotate)\b"), "upload", Severity.DEGRADED, "paper_photo"),
    (re.compile(r"\bimage-map\b"), "select", Severity.DEGRADED, "image_map"),
    (re.compile(r"(?<!\S)map(?!\S)"), "select", Severity.DEGRADED, "map_list"),
    (re.compile(r"^\s*ex:"), "", Severity.DEGRADED, "external_app"),
    (re.compile(r"^\s*printer:"), "", Severity.DEGRADED, "printing"),
    (re.compile(r"\bbearing\b"), "", Severity.DEGRADED, "bearing"),
    (re.compile(rf"\b({_CALENDARS})\b"), "input", Severity.DEGRADED, "calendar"),
    (
        re.compile(r"(?<!\S)(masked|thousands-sep|hidden-answer)(?!\S)"),
        "input",
        Severity.DEGRADED,
        "no_effect",
    ),
    (re.compile(r"\bsearch\s*\("), "", Severity.REFUSED, "search_function"),
)
_ON_MAP: Final = re.compile(r"(?<!\S)(placement-map|maps?)(?!\S)")
_ACTIONS: Final = {"setgeopoint": "background_location", "recordaudio": "background_audio"}
_AUDIT: Final = ("location-priority", "location-min-interval", "track-changes", "identify-user")


def check(draft: Draft) -> Iterator[Finding]:
    """Findings about appearances, parameters, control types, actions and settings."""
    for control in draft.outline.controls:
        yield from _appearances(draft, control)
        yield from _types(draft, control)
        yield from _parameters(draft, control)
    for name, path, _, line in draft.outline.actions:
        if name in _ACTIONS:
            yield draft.find(Severity.DEGRADED, _ACTIONS[name], path, "type", line=line)
    for instance in draft.outline.instances.values():
        if instance.src == "jr://instance/last-saved":
            yield draft.find(Severity.DEGRADED, "last_saved", line=instance.line)
    yield from _audit(draft)
    yield from _submission(draft)


def _appearances(draft: Draft, control: Control) -> Iterator[Finding]:
    path, line = control.path, control.line
    for pattern, tag, severity, code in _APPEARANCES:
        if control.tag.startswith(tag) and (found := pattern.search(control.appearance)):
            what = found[0].strip()
            yield draft.find(severity, code, path, "appearance", line=line, what=what)
    found = _ON_MAP.search(control.appearance)
    if found and type_of(control, draft.outline) == "geopoint":
        yield draft.find(Severity.DEGRADED, "map_pin", path, "appearance", line=line)
    if "intent" in control.attributes:
        yield draft.find(Severity.DEGRADED, "external_app", path, "intent", line=line, what="ex:")


def _types(draft: Draft, control: Control) -> Iterator[Finding]:
    path, line = control.path, control.line
    kind = type_of(control, draft.outline)
    if kind in ("geotrace", "geoshape"):
        yield draft.find(Severity.DEGRADED, "pins", path, "type", line=line)
    if kind == "barcode":
        yield draft.find(Severity.WARNING, "barcode_typed", path, "type", line=line)
    if "query" in control.attributes:
        yield draft.find(Severity.REFUSED, "external_select", path, "type", line=line)
    if control.tag == "upload" and control.attributes.get("mediatype", "").startswith("osm"):
        yield draft.find(Severity.REFUSED, "osm", path, "type", line=line)


def _parameters(draft: Draft, control: Control) -> Iterator[Finding]:
    """What an author writes into the column `parameters`; an XForm has an attribute for each."""
    path = control.path
    bind = draft.outline.binds.get(path)
    if bind and control.tag == "upload" and (pixels := bind.attributes.get("max-pixels")):
        column = _column(draft, "max-pixels")
        values: dict[str, str | int] = {"pixels": pixels[:20], "original": ORIGINAL}
        yield draft.find(Severity.DEGRADED, "max_pixels", path, column, line=bind.line, more=values)
    if wanted := control.attributes.get("accuracyThreshold"):
        column = _column(draft, "accuracyThreshold")
        metres = control.attributes.get("unacceptableAccuracyThreshold", wanted)[:20]
        yield draft.find(
            Severity.DEGRADED, "accuracy", path, column, line=control.line, metres=metres
        )
    if control.tag == "range" and (control.itemset or control.items):
        column = _column(draft, "itemset")
        yield draft.find(Severity.DEGRADED, "tick_labels", path, column, line=control.line)


def _column(draft: Draft, attribute: str) -> str:
    return "parameters" if draft.workbook.sheets else attribute


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
