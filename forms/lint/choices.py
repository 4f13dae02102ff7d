"""Choice lists: empty, very long, or with the same value twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from forms.lint.draft import Draft
from forms.lint.texts import choice_place
from forms.outline import Control, Instance
from forms.report import Finding, Severity

MANY: Final = 1000
"""Above this a person can only search, and the author should think of a cascade."""


def check(draft: Draft) -> Iterator[Finding]:
    """Findings about selects and their lists."""
    for control in draft.outline.questions:
        if control.tag.startswith("select") or control.tag == "rank":
            yield from _select(draft, control)
    for instance in draft.outline.instances.values():
        yield from _duplicates(draft, instance)


def _select(draft: Draft, control: Control) -> Iterator[Finding]:
    if not control.items and not control.itemset:
        yield draft.find(Severity.REFUSED, "no_choices", control.path, "type", line=control.line)
    values = Counter(item.value for item in control.items)
    for value, count in values.items():
        if count > 1:
            yield draft.find(
                Severity.DEGRADED,
                "choice_twice",
                control.path,
                "type",
                line=control.line,
                choice=value,
                list=control.path,
                count=count,
            )
    for name, users in draft.users.items():
        if control in users and name in draft.outline.instances:
            count = len(draft.outline.instances[name].items)
            if count > MANY:
                yield draft.find(
                    Severity.WARNING,
                    "choices_many",
                    control.path,
                    "type",
                    line=control.line,
                    list=name,
                    count=count,
                )


def _duplicates(draft: Draft, instance: Instance) -> Iterator[Finding]:
    """A value that stands twice is fine where a filter tells the two apart."""
    users = draft.users.get(instance.id, ())
    severity = (
        Severity.WARNING if all("[" in control.itemset for control in users) else Severity.DEGRADED
    )
    values = Counter(item.get("name", "") for item in instance.items)
    twice = [value for value, count in values.items() if count > 1] if users else []
    if twice:
        yield Finding(
            severity,
            "choice_twice",
            choice_place(draft, instance, twice[0]),
            values={
                "choice": ", ".join(twice[:5]),
                "list": instance.id,
                "count": sum(values[value] for value in twice),
            },
        )
