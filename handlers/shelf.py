"""Compiled forms, kept by hash: compiled once, read back from the cache at the next start."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from storage.formshelf import FormSource, FormVersion
from storage.unit import UnitOfWork

if TYPE_CHECKING:  # the engine is loaded by the first form that is opened
    from forms import Form
    from storage.media import StoredFile

SUBJECT_QUESTIONS: Final = frozenset({"subject", "house_code"})
_KEEP: Final = 64


@dataclass(frozen=True, slots=True)
class Shelved:
    """A form in use. `subject_path` is the question for whom it is filled in, which the menu
    answers; None if the form does not ask that. `files` are the pictures and sounds of its labels,
    by name."""

    form: Form
    subject_path: str | None
    files: Mapping[str, StoredFile] = field(default_factory=dict)


def title_of(version: FormVersion, language: str) -> str:
    """What menus call a form in a language, else in any."""
    return version.titles.get(language) or next(iter(version.titles.values()), version.form_id)


class Shelf:
    """The forms in use in this process. A form never changes, so nothing here goes stale; what
    menus call it and to whom it is offered does, and is not kept here."""

    def __init__(self, keep: int = _KEEP) -> None:
        self._forms: OrderedDict[str, Shelved] = OrderedDict()
        self._keep = keep

    async def get(self, uow: UnitOfWork, sha256: str) -> Shelved:
        """The form of this hash. Raises KeyError if there is none."""
        found = self._forms.get(sha256)
        if found is None:
            found = await self._load(uow, sha256)
            self._forms[sha256] = found
            if len(self._forms) > self._keep:
                self._forms.popitem(last=False)
        self._forms.move_to_end(sha256)
        return found

    async def _load(self, uow: UnitOfWork, sha256: str) -> Shelved:
        if await uow.forms.get(sha256) is None:
            raise KeyError(sha256)
        from handlers import pictures

        source = await uow.forms.source(sha256)
        form = await _compiled(uow, sha256, source)
        files = await pictures.kept(uow, sha256, source.attachments)
        return Shelved(form, _subject_path(form), files)


async def _compiled(uow: UnitOfWork, sha256: str, source: FormSource) -> Form:
    from forms import Form, StaleFormError

    if source.compiled is not None:
        try:
            return Form.loads(source.compiled)
        except StaleFormError:
            pass  # written by an earlier version of the engine
    form = Form.from_xform(source.xform, source.attachments)
    await uow.forms.keep_compiled(sha256, form.dumps())
    return form


def _subject_path(form: Form) -> str | None:
    from forms import Kind

    for question in form.questions:
        if question.kind is Kind.SELECT_ONE and question.name in SUBJECT_QUESTIONS:
            return question.path
    return None
