"""An operator's mistakes: each is one line that says what to do.

Rule files may hold several: each is a line of its own.
"""

from __future__ import annotations

import errno
import sqlite3
import sys
from typing import Final

from bot.cli.words import language, words
from core.texts import say

STATUS: Final = 2
"""The exit status of every operator's error."""

INTERRUPTED: Final = 130
"""The exit status after Ctrl-C."""


class OperatorError(Exception):
    """A command that can't be done as asked. `code` names the sentence ``cli.error.{code}``."""

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values


def refuse(error: Exception) -> int:
    """Tell the operator what to do, and return the exit status. Raises `error` if it is ours."""
    lines = explained(error)
    if not lines:
        raise error
    for line in lines:
        print(line, file=sys.stderr)
    return STATUS


def explained(error: Exception) -> list[str]:
    """What to tell the operator: a line, or one for each fault of rule files; none if the error is
    not theirs but ours."""
    rules = sys.modules.get("scheduler.rule_problems")  # loaded only if rules were read
    if rules is not None and isinstance(error, rules.RulesError):
        from bot.cli.rules_problems import fault

        return [fault(one) for one in error.problems]
    pension = sys.modules.get("pension.loading")  # loaded only if pension rules were read
    if pension is not None and isinstance(error, pension.RuleBookError):
        from bot.cli.pension_check import problem_line

        return [problem_line(one) for one in error.problems]
    line = one_line(error)
    return [line] if line else []


def one_line(error: BaseException) -> str | None:
    """What to tell the operator, in one line; None if the error is not theirs but ours."""
    if isinstance(error, BaseExceptionGroup):
        lines = [line for one in error.exceptions if (line := one_line(one))]
        return lines[0] if lines else None
    found = _own(error) or _storage(error) or _system(error)
    return " ".join(found.split()) if found else None


def _own(error: BaseException) -> str | None:
    from bot.settings_error import SettingsError
    from bot.single import AlreadyRunningError

    if isinstance(error, OperatorError):
        return words(f"error.{error.code}", **error.values)
    exports = sys.modules.get("bot.exports.making")  # loaded only if a table is made
    if exports is not None and isinstance(error, exports.ExportError):
        return say(language(), f"exports.error.{error.code}", **error.values)
    tables = sys.modules.get("bot.register.files")  # loaded only if a table is read
    if tables is not None and isinstance(error, tables.NotATableError):
        kind = f"{error.kind}_table" if error.kind else "not_a_table"
        return words(f"error.{kind}", file=error.file)
    if isinstance(error, AlreadyRunningError):
        return words("error.already_running", file=error.file)
    if isinstance(error, SettingsError):
        return words(f"settings.{error.code}", **error.values)
    telegram = sys.modules.get("bot.channels.telegram")  # loaded only if Telegram is on
    if telegram is not None and isinstance(error, telegram.Unusable):
        return words(f"error.{error.code}", **error.values)
    return None


def _storage(error: BaseException) -> str | None:
    from sqlalchemy.exc import DBAPIError, OperationalError

    from storage.database import DatabaseError
    from storage.vault import VaultError
    from storage.writer import NotCommittedError

    backup = sys.modules.get("storage.backup.envelope")  # loaded only if there was one
    if backup is not None and isinstance(error, backup.BackupError):
        return say(language(), f"backup.error.{error.code}")
    if isinstance(error, NotCommittedError | sqlite3.Error):
        return words("database.unreachable", detail=error)
    if isinstance(error, DatabaseError):
        return words(f"database.{error.code}", detail=error.detail)
    if isinstance(error, VaultError):
        return words(f"vault.{error.code}", where=error.where)
    if isinstance(error, OperationalError):
        return words("database.unreachable", detail=error.orig)
    if isinstance(error, DBAPIError):  # its own text would show the values that were written
        return words("database.refused", detail=error.orig)
    return None


def _system(error: BaseException) -> str | None:
    if not isinstance(error, OSError):
        return None
    if error.errno == errno.EADDRINUSE:
        return words("error.port_in_use")
    if error.errno == errno.EADDRNOTAVAIL:
        return words("error.host_unknown")
    if error.filename is None:
        return None
    if isinstance(error, FileNotFoundError):
        return words("error.no_file", file=error.filename)
    if isinstance(error, PermissionError):
        return words("error.no_permission", file=error.filename)
    if isinstance(error, IsADirectoryError):
        return words("error.is_folder", file=error.filename)
    return words("error.file", file=error.filename, reason=error.strerror or "")
