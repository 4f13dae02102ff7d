"""Kinds of messages that are queued as what happened, and put into words when they are sent.

They stand apart from who writes them (`handlers.rendering`, `handlers.preparing`), which is loaded
with the first of them.
"""

from __future__ import annotations

from typing import Final

ALERT: Final = "alert"
EMERGENCY: Final = "emergency"
"""To supervisors, of a file opened in need. Its body names codes, the reason and the end."""
NOTICE: Final = "notice"
