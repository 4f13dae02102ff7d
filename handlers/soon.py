"""How far ahead the lists and buttons of what is owed look."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

WEEK: Final = timedelta(days=6)
"""How far "within seven days" goes: today is the first of them."""

MONTH: Final = timedelta(days=30)
