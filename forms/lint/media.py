"""Pictures and sounds of labels: what a chat does not show or play."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from forms.lint.draft import Draft
from forms.lint.texts import choice_place
from forms.outline import Control, Instance, name_of
from forms.report import Finding, Place, Severity

ALBUM: Final = 10
"""A question with more choices than this is asked without their pictures."""

LEFT_OUT: Final = frozenset(
    {".svg", ".svgz", ".tif", ".tiff", ".bmp", ".ico"}
    | {".flac", ".wma", ".aif", ".aiff", ".avi", ".wmv", ".flv", ".mpg", ".mpeg"}
)
"""Files of these kinds are never sent: no channel can show them, or they can run scripts."""

_PICTURES: Final = ("image", "big-image")
_SOUNDS: Final = ("audio", "video")
_NAMED: Final = 5
"""How many files are named in one finding."""


@dataclass(frozen=True, slots=True)
class _Shown:
    """One file of a label. `choice` is the value of the choice that it belongs to, or ''."""

    form: str
    file: str
    choice: str = ""


def check(draft: Draft) -> Iterator[Finding]:
    """Findings about the files of labels, one for each question and fault."""
    lists = {name: _of_list(draft, name) for name in draft.users}
    for control in draft.outline.questions:
        yield from _left_out(draft, control, list(_files(draft, control.label.itext)), None)
        if control.tag == "range":  # its labels have a finding of their own
            continue
        inline = [
            shown for item in control.items for shown in _files(draft, item.label.itext, item.value)
        ]
        yield from _choices(draft, control, inline, None, len(control.items))
        for name, shown in lists.items():
            if shown and control in draft.users[name]:
                instance = draft.outline.instances[name]
                yield from _choices(draft, control, shown, instance, len(instance.items))


def _of_list(draft: Draft, name: str) -> list[_Shown]:
    instance = draft.outline.instances.get(name)
    items = instance.items if instance else ()
    return [
        shown
        for item in items
        for shown in _files(draft, item.get("itextId", ""), item.get("name", ""))
    ]


def _files(draft: Draft, itext: str, choice: str = "") -> Iterator[_Shown]:
    """The files of a text in all languages, each once."""
    found: dict[_Shown, None] = {}
    for texts in draft.outline.texts.values() if itext else ():
        forms = texts.get(itext, {})
        for form in (*_PICTURES, *_SOUNDS):
            if name := forms.get(form, "").rpartition("/")[2]:
                found[_Shown(form, name, choice)] = None
    yield from found


def _choices(
    draft: Draft, control: Control, shown: list[_Shown], instance: Instance | None, count: int
) -> Iterator[Finding]:
    """What a chat leaves out of `shown`, the files of `count` choices."""
    yield from _left_out(draft, control, shown, instance)
    sounds = [one for one in shown if one.form in _SOUNDS]
    if sounds:
        values = _values(sounds)
        place = _place(draft, control, sounds[0], instance)
        yield Finding(
            Severity.DEGRADED, "choice_sound", place, name_of(control.path), values=values
        )
    if count > ALBUM and any(one.form in _PICTURES for one in shown):
        filtered = "[" in control.itemset  # perhaps never so many at once
        severity = Severity.WARNING if filtered else Severity.DEGRADED
        more = {"count": count, "limit": ALBUM}
        yield draft.find(
            severity, "choice_pictures", control.path, "type", line=control.line, more=more
        )


def _left_out(
    draft: Draft, control: Control, shown: list[_Shown], instance: Instance | None
) -> Iterator[Finding]:
    """Files of a kind that is never sent."""
    bad = [one for one in shown if PurePosixPath(one.file.lower()).suffix in LEFT_OUT]
    if bad:
        values = _values(bad)
        place = _place(draft, control, bad[0], instance)
        yield Finding(
            Severity.DEGRADED, "media_left_out", place, name_of(control.path), values=values
        )


def _place(draft: Draft, control: Control, shown: _Shown, instance: Instance | None) -> Place:
    if instance is None:
        return draft.place(control.path, shown.form, line=control.line)
    return choice_place(draft, instance, shown.choice, column=shown.form)


def _values(shown: list[_Shown]) -> dict[str, str | int]:
    names = list(dict.fromkeys(one.file for one in shown))
    return {"files": ", ".join(names[:_NAMED]), "count": len(names)}
