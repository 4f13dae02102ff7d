"""Whether a database refused a value for what it is, and not for how things stand."""

from __future__ import annotations

from typing import Final

from sqlalchemy.exc import DataError, DBAPIError, StatementError

# Classes of PostgreSQL's SQLSTATE (its manual, appendix A).
_DATA_EXCEPTION: Final = "22"
_TROUBLE: Final = ("08", "53", "57", "58")
"""No connection; no room or memory; shut down or crashed; trouble of the system below."""


def refuses_for_good(error: BaseException | None) -> bool:
    """Whether writing the same again fails again: text that can't be encoded, a number out of
    range. Everything else (no connection, a full disk, a lock) may pass."""
    if isinstance(error, DataError | ValueError | RecursionError | OverflowError):
        return True
    state = getattr(error, "sqlstate", None) or ""
    if str(state).startswith(_DATA_EXCEPTION):
        return True
    return isinstance(error, StatementError) and refuses_for_good(error.orig)


def is_in_trouble(error: BaseException) -> bool:
    """Whether the database itself has failed: that passes, and has nothing to do with what was
    written."""
    if not isinstance(error, DBAPIError):
        return False
    state = getattr(error.orig, "sqlstate", None) or ""
    return error.connection_invalidated or str(state).startswith(_TROUBLE)
