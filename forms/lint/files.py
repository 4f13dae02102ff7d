"""Attachments: missing, unused, unreadable, or without the columns that the form reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from forms import tables
from forms.lint.draft import Draft
from forms.lint.sources import Sound
from forms.outline import Instance, name_of
from forms.report import Finding, Place, Severity
from forms.sniff import Unfit
from forms.xpath.syntax import Call, Path, Step, Syntax, Text, children

FROM_REGISTER: Final = frozenset(
    {
        "subject.csv",
        "subjects.csv",
        "previous.csv",
        "parameters.csv",
        "duty.csv",
        "deployment.csv",
        "evidence.csv",
    }
)
"""Files that nobody attaches: what is on record fills them in when an interview starts."""


@dataclass(frozen=True, slots=True)
class _Use:
    """One place where a column of a secondary instance is read."""

    instance: str
    column: str
    path: str
    attribute: str
    line: int


def needed(draft: Draft) -> Mapping[str, str]:
    """The files that the form asks for: name -> path of the first question that shows it, or ''."""
    files = {i.file: "" for i in draft.outline.instances.values() if i.file}
    for instance in draft.outline.instances.values():
        if instance.file and instance.id in draft.users:
            files[instance.file] = draft.users[instance.id][0].path
    by_text = _shown_by(draft)
    for texts in draft.outline.texts.values():
        for itext, forms in texts.items():
            for form, words in forms.items():
                if form in ("image", "audio", "video", "big-image") and "://" in words:
                    files.setdefault(words.rpartition("/")[2], by_text.get(itext, ""))
    return files


def _shown_by(draft: Draft) -> dict[str, str]:
    """Which question shows a text: its label, or the label of one of its choices."""
    shown: dict[str, str] = {}
    for control in draft.outline.controls:
        for text in (control.label, *(item.label for item in control.items)):
            shown.setdefault(text.itext, control.path)
    for name, controls in draft.users.items():
        instance = draft.outline.instances.get(name)
        for item in instance.items if instance else ():
            shown.setdefault(item.get("itextId", ""), controls[0].path)
    return shown


def check(draft: Draft, sound: list[Sound]) -> Iterator[Finding]:
    """Findings about attachments, and about columns that neither they nor inline lists have."""
    wanted = needed(draft)
    data_files = {i.file for i in draft.outline.instances.values()}
    for name, path in wanted.items():
        if name not in draft.attachments and name not in FROM_REGISTER:
            code = "file_missing" if name in data_files else "media_missing"
            yield draft.find(Severity.DEGRADED, code, path, "type", file=name)
    for name in draft.attachments:
        if name not in wanted:
            yield draft.find(Severity.WARNING, "file_unused", file=name)
    uses = [*_expression_uses(sound), *_itemset_uses(draft)]
    for instance in draft.outline.instances.values():
        yield from _columns(draft, instance, [use for use in uses if use.instance == instance.id])


def _expression_uses(sound: list[Sound]) -> Iterator[_Use]:
    for one in sound:
        for instance, column in _read(one.syntax, ""):
            source = one.source
            yield _Use(instance, column, source.path, source.attribute, source.line)


def _read(syntax: Syntax, around: str) -> Iterator[tuple[str, str]]:
    """The (instance, column) pairs that an expression reads. `around` is the instance whose rows a
    predicate is about: a plain name in it is one of their columns."""
    match syntax:
        case Call(
            name="pulldata", arguments=(Text(value=i), Text(value=column), Text(value=key), *_)
        ):
            yield i.removesuffix(".csv"), column
            yield i.removesuffix(".csv"), key
        case Path(start=Call(name="instance", arguments=(Text(value=name),)), steps=steps):
            if [step.name for step in steps[:2]] == ["root", "item"]:
                for predicate in steps[1].predicates:
                    yield from _read(predicate, name)
                if len(steps) > 2 and steps[2].axis == "child" and steps[2].kind == "name":
                    yield name, steps[2].name
            return
        case Path(start=None, absolute=False, steps=(Step(axis="child", kind="name") as step, *_)):
            if around:
                yield around, step.name
            return
        case Path():
            around = ""
    for child in children(syntax):
        yield from _read(child, around)


def _itemset_uses(draft: Draft) -> Iterator[_Use]:
    for instance, controls in draft.users.items():
        for control in controls:
            for ref in (control.value_ref, control.label_ref):
                if ref and "(" not in ref and "/" not in ref:
                    yield _Use(instance, ref, control.path, "type", control.line)


def _columns(draft: Draft, instance: Instance, uses: list[_Use]) -> Iterator[Finding]:
    if not instance.file:
        columns = {column for item in instance.items for column in item}
        if columns:
            yield from _missing_columns(draft, uses, columns, "column_unknown", instance.id)
        return
    data = draft.attachments.get(instance.file)
    if data is None:
        return
    try:
        table = tables.read(data, instance.file)
    except Unfit as unfit:
        values = {**unfit.finding.values, "file": instance.file, "why": unfit.finding.code}
        yield Finding(Severity.REFUSED, "file_unreadable", Place(), values=values)
        return
    if table.encoding not in ("utf-8", "utf-8-sig"):
        values = {"file": instance.file, "encoding": table.encoding}
        yield Finding(Severity.WARNING, "file_encoding", Place(), values=values)
    known = set(table.columns) | ({"title"} if instance.file.endswith("json") else set())
    yield from _missing_columns(draft, uses, known, "file_columns", instance.file)


def _missing_columns(
    draft: Draft, uses: list[_Use], columns: set[str], code: str, where: str
) -> Iterator[Finding]:
    by_place: dict[tuple[str, str, int], list[str]] = {}
    for use in uses:
        if use.column not in columns:
            by_place.setdefault((use.path, use.attribute, use.line), []).append(use.column)
    for (path, attribute, line), missing in by_place.items():
        yield draft.find(
            Severity.REFUSED,
            code,
            path,
            attribute,
            line=line,
            file=where,
            missing=", ".join(dict.fromkeys(missing)),
            columns=", ".join(sorted(columns))[:300],
            name=name_of(path),
        )
