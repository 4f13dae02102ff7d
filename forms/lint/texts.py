"""Texts: missing translations, and words too long for one message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from forms.lint.draft import Draft
from forms.outline import Instance, Text
from forms.report import Finding, Place, Severity

MESSAGE_LIMIT: Final = 4096
"""UTF-16 units in one Telegram message, the narrowest of our channels."""

_BLANK: Final = ("", "-")  # pyxform writes "-" where a translation is missing


def check(draft: Draft) -> Iterator[Finding]:
    """Findings about labels, hints, messages and choice labels in every language."""
    for path, column, text, line in _texts(draft):
        yield from _translations(draft, path, column, text, line)
        yield from _length(draft, path, column, text, line)
    for instance in draft.outline.instances.values():
        yield from _choice_translations(draft, instance)
        yield from _choice_length(draft, instance)


def _texts(draft: Draft) -> Iterator[tuple[str, str, Text, int]]:
    for control in draft.outline.controls:
        if control.tag == "repeat":
            continue
        yield control.path, "label", control.label, control.line
        yield control.path, "hint", control.hint, control.line
        for item in control.items:
            yield control.path, "label", item.label, control.line
    for bind in draft.outline.binds.values():
        for name in ("constraintMsg", "requiredMsg"):
            message = bind.attributes.get(name, "")
            if message.startswith("jr:itext("):
                itext = message.removeprefix("jr:itext(").rstrip(") ").strip("'\" ")
                yield bind.path, name, Text(itext=itext), bind.line


def _missing(draft: Draft, itext: str) -> list[str]:
    """The languages without words for a text that some other language has words for."""
    words = {
        language: texts.get(itext, {}).get("", "")
        for language, texts in draft.outline.texts.items()
    }
    missing = [language for language, text in words.items() if text in _BLANK]
    return missing if len(missing) < len(words) else []


def _translations(draft: Draft, path: str, column: str, text: Text, line: int) -> Iterator[Finding]:
    missing = _missing(draft, text.itext) if text.itext else []
    if missing:
        yield draft.find(
            Severity.WARNING,
            "translation_missing",
            path,
            column,
            language=missing[0],
            line=line,
            languages=", ".join(missing),
        )


def _length(draft: Draft, path: str, column: str, text: Text, line: int) -> Iterator[Finding]:
    for language in draft.outline.texts if text.itext else ("",):
        length = _units(draft.outline.words(text, language))
        if length > MESSAGE_LIMIT:
            yield draft.find(
                Severity.DEGRADED,
                "text_long",
                path,
                column,
                language=language,
                line=line,
                length=length,
                limit=MESSAGE_LIMIT,
            )


def _choice_translations(draft: Draft, instance: Instance) -> Iterator[Finding]:
    missing: dict[str, list[str]] = {}
    for item in instance.items:
        for language in _missing(draft, item.get("itextId", "")):
            missing.setdefault(language, []).append(item.get("name", ""))
    for language, names in missing.items():
        yield Finding(
            Severity.WARNING,
            "choice_translation_missing",
            choice_place(draft, instance, names[0], language),
            values={
                "list": instance.id,
                "language": language,
                "count": len(names),
                "choices": ", ".join(names[:5]),
            },
        )


def _choice_length(draft: Draft, instance: Instance) -> Iterator[Finding]:
    for item in instance.items:
        labels = [item.get("label", "")]
        if itext := item.get("itextId"):
            labels += [texts.get(itext, {}).get("", "") for texts in draft.outline.texts.values()]
        length = max(_units(label) for label in labels)
        if length > MESSAGE_LIMIT:
            name = item.get("name", "")
            values: dict[str, str | int] = {"length": length, "limit": MESSAGE_LIMIT, "cell": name}
            place = choice_place(draft, instance, name)
            yield Finding(Severity.DEGRADED, "text_long", place, values=values)


def choice_place(
    draft: Draft, instance: Instance, name: str, language: str = "", column: str = "label"
) -> Place:
    """Where `column` of the choice `name` of a list stands."""
    if not draft.workbook.sheets:
        return Place("", instance.line, column)
    sheet = draft.workbook.sheet("choices")
    names = sheet.column("name")
    rows = draft.workbook.list_rows(instance.id)
    row = next((row for row, cells in rows if cells.get(names) == name), None)
    return sheet.place(row, column, language)


def _units(words: str) -> int:
    return len(words) + sum(1 for character in words if ord(character) > 0xFFFF)
