"""The pension rules of this deployment: the built-in ones, and the county's own TOML files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings_error import SettingsError
from core.log import log

if TYPE_CHECKING:  # loaded when somebody first asks about a pension
    from pension import RuleBook


class PensionRules:
    """The rules as the files of a folder stand, read when first wanted and again when one changes.

    Without a folder only the built-in rules count. While a changed file can't be used the former
    rules stay, and what is wrong is logged once; the first reading raises it.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._seen: tuple[tuple[str, int, int], ...] | None = None
        self._book: RuleBook | None = None

    def current(self) -> RuleBook:
        """The rules in force. Raises RuleBookError and SettingsError at the first reading only."""
        if self._folder is None:
            from pension import built_in

            return built_in()
        if self._book is None:
            self._seen = _look(self._folder)
            self._book = read(self._folder)
            return self._book
        return self._refreshed(self._folder, self._book)

    def _refreshed(self, folder: Path, former: RuleBook) -> RuleBook:
        from pension import RuleBookError

        try:
            seen = _look(folder)
            if seen != self._seen:
                self._seen = seen
                self._book = read(folder)
        except RuleBookError as error:
            for one in error.problems:
                log.error(
                    "pension file", file=one.file, table=one.table, row=one.row, code=one.code
                )
        except SettingsError as error:
            log.error("pension folder", code=error.code, **error.values)
        return self._book or former


def read(*paths: Path) -> RuleBook:
    """The built-in rules with files, and those of folders, after them.

    Raises RuleBookError for what is in them, SettingsError ``no_file`` or ``bad_file``.
    """
    from pension import RuleBook

    files = [file for path in paths for file in files_of(path)]
    return RuleBook.read({file.name: _text(file) for file in files})


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise SettingsError("no_file", file=str(file)) from error
    except UnicodeDecodeError as error:
        raise SettingsError("bad_file", file=str(file), where=error.reason) from error


def files_of(path: Path) -> list[Path]:
    """A file, or the TOML files of a folder in the order of their names. Raises SettingsError."""
    if path.is_dir():
        return sorted(path.glob("*.toml"))
    if not path.exists():
        raise SettingsError("no_file", file=str(path))
    return [path]


def _look(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What shows that a file has changed."""
    stats = [(file.name, file.stat()) for file in files_of(folder)]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
