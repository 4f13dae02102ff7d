"""How soon a queued message goes: the smaller, the sooner."""

from __future__ import annotations

from typing import Final

URGENT: Final = 0
ANSWER: Final = 10
THROUGH: Final = 15  # presses: it passes what waits for the morning or the end of an interview
DIGEST: Final = 20  # what can wait for answers
