"""What a start finds there already: a database with published forms, and a signed-in browser."""

from __future__ import annotations

import base64
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from pyxform.xls2xform import convert

from bot.demo import load
from bot.settings import Settings
from core.clock import SystemClock
from forms import Form
from forms.intake import Intake
from handlers.forms import publish, publish_builtin
from handlers.tokens import FORM, token
from storage import vault
from storage.areas import Area
from storage.database import Database
from storage.policy import OPERATOR, Role
from storage.vault import Vault
from storage.web import DatabaseWebStore

_KEY: Final = hashlib.sha256(b"start-up").digest()
_TABLE: Final = (
    "| settings | form_title | form_id | version |\n|---|---|---|---|\n|  | {0} | {0} | 1 |\n\n"
)
_HEAD: Final = "| survey | type | name | label | relevant |\n|---|---|---|---|---|\n"


@dataclass(frozen=True, slots=True)
class Home:
    """A folder with a database. `cookie` is the secret of a field worker's browser; `button` is the
    token that opens the longest of the published forms."""

    folder: Path
    cookie: str
    button: str
    demo: bool

    @property
    def settings(self) -> dict[str, str]:
        """What `zoufang run` has to be told to serve it."""
        return {
            "ZOUFANG_DATABASE_URL": _url(self.folder),
            "ZOUFANG_KEY": base64.b64encode(_KEY).decode(),
            "ZOUFANG_DEMO": str(self.demo).lower(),
        }

    @contextmanager
    def copied(self) -> Iterator[Home]:
        """The same in another folder, for one start: what is done there leaves no traces here."""
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(self.folder, folder, dirs_exist_ok=True)
            yield replace(self, folder=Path(folder))


async def settle(folder: Path, forms: int, *, demo: bool = False) -> Home:
    """Make a database with the built-in forms and `forms` more, of 10 to 60 questions; with `demo`
    the made-up township is in it."""
    vault.use(Vault(_KEY))
    database = await Database.open(_url(folder), SystemClock())
    try:
        if demo:
            await load(database, Settings(), SystemClock())
        await publish_builtin(database)
        async with database.unit(OPERATOR, "bench") as uow:
            await uow.areas.put([Area("990101", "county", "示范县")])
            worker = await uow.accounts.add("测试", Role.GRID_WORKER, "990101")
            link = await uow.invites.issue("web", account_id=worker.id)
            button = ""
            for number in range(forms):
                source, taken = _form(f"form{number}", 10 + number)
                await publish(uow, taken, source)
                button = token(FORM, Form.from_xform(taken.xform).sha256[:12], "-")
        cookie = await DatabaseWebStore(database, "zh").redeem(link)
    finally:
        await database.close()
    assert cookie is not None
    return Home(folder, cookie, button, demo)


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'bench.sqlite3'}"


def _form(name: str, questions: int) -> tuple[bytes, Intake]:
    rows = [
        f"|  | {'integer' if n % 2 else 'text'} | q{n} | 问题{n} | "
        f"{f'${{q{n - 1}}} != 99' if n else ''} |"
        for n in range(questions)
    ]
    table = _TABLE.format(name) + _HEAD + "\n".join(rows) + "\n"
    xform = convert(xlsform=table, file_type=".md", validate=False).xform.encode()
    return table.encode(), Intake(xform, Form.from_xform(xform), ())
