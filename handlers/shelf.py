"""Compiled forms, kept by hash: compiled once, read back from the cache at the next start."""

from __future__ import annotations

from collections import OrderedDict
from typing import Final

from forms import Form, StaleFormError
from storage.unit import UnitOfWork

_KEEP: Final = 64


class Shelf:
    """The forms in use in this process. A form never changes, so nothing here goes stale."""

    def __init__(self, keep: int = _KEEP) -> None:
        self._forms: OrderedDict[str, Form] = OrderedDict()
        self._keep = keep

    async def get(self, uow: UnitOfWork, sha256: str) -> Form:
        """The compiled form of this hash."""
        found = self._forms.get(sha256)
        if found is None:
            found = await self._load(uow, sha256)
            self._forms[sha256] = found
            if len(self._forms) > self._keep:
                self._forms.popitem(last=False)
        self._forms.move_to_end(sha256)
        return found

    async def _load(self, uow: UnitOfWork, sha256: str) -> Form:
        source = await uow.forms.source(sha256)
        if source.compiled is not None:
            try:
                return Form.loads(source.compiled)
            except StaleFormError:
                pass  # written by an earlier version of the engine
        form = Form.from_xform(source.xform, source.attachments)
        await uow.forms.keep_compiled(sha256, form.dumps())
        return form
