"""Whether a database refused a value for what it is, and not for how things stand."""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import DataError, StatementError

_DATA_EXCEPTION: Final = "22"  # the class of PostgreSQL's SQLSTATE


def refuses_for_good(error: BaseException | None) -> bool:
    """Whether writing the same again fails again: text that can't be encoded, a number out of
    range. Everything else (no connection, a full disk, a lock) may pass."""
    if isinstance(error, DataError | ValueError | RecursionError | OverflowError):
        return True
    state = getattr(error, "sqlstate", None) or ""
    if str(state).startswith(_DATA_EXCEPTION):
        return True
    return isinstance(error, StatementError) and refuses_for_good(error.orig)
