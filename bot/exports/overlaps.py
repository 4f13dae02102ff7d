"""Questions that several forms ask: each of them somebody answers more than once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.record_view import RecordView
from forms import Form, Kind

CARRIED: Final = frozenset({"subject", "house_code", "visit_date", "mode", "companions"})
"""What the chat carries over from one form to the next in the same home (docs/forms.md)."""

_UNASKED: Final = frozenset({Kind.NOTE, Kind.ACKNOWLEDGE})
_NOISE: Final = re.compile(r"（[^）]*）|\([^)]*\)|[\W_]+|^请?(?:问|选择|填写)")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a form."""

    form_id: str
    name: str
    label: str
    kind: str


@dataclass(frozen=True, slots=True)
class Overlap:
    """What several forms ask. `carried`: the chat carries the answer over, so nobody types it
    twice on one visit."""

    label: str
    places: tuple[Asked, ...]
    carried: bool

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that ask it."""
        return tuple(dict.fromkeys(one.form_id for one in self.places))


def overlaps(forms: Mapping[str, Form], language: str) -> Sequence[Overlap]:
    """What at least two of these forms ask, by its words or by its name; what most forms ask comes
    first."""
    by_words: dict[str, list[Asked]] = defaultdict(list)
    for form_id, form in forms.items():
        for one in _asked(form_id, form, language):
            by_words[_plain(one.label) or one.name].append(one)
    found = [_overlap(some) for some in _merged(by_words.values())]
    several = [one for one in found if len(one.forms) > 1]
    return sorted(several, key=lambda one: (one.carried, -len(one.forms), one.label))


def _asked(form_id: str, form: Form, language: str) -> Iterable[Asked]:
    view = RecordView(form, language)
    for one in form.questions:
        if one.kind not in _UNASKED:
            yield Asked(form_id, one.name, view.label(one), str(one.kind))


def _merged(groups: Iterable[list[Asked]]) -> Iterable[list[Asked]]:
    """Groups that share a name and a kind are one."""
    merged: dict[int, list[Asked]] = {}
    of: dict[tuple[str, str], int] = {}
    for number, group in enumerate(groups):
        keys = {(one.name, one.kind) for one in group}
        joined = {of[key] for key in keys if key in of}
        whole = [one for at in sorted(joined) for one in merged.pop(at)] + group
        merged[number] = whole
        of |= {(one.name, one.kind): number for one in whole}
    return merged.values()


def _overlap(places: Sequence[Asked]) -> Overlap:
    carried = all(one.name in CARRIED for one in places)
    return Overlap(places[0].label, tuple(places), carried)


def _plain(label: str) -> str:
    return _NOISE.sub("", label).casefold()
