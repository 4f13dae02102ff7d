"""How soon a queued message goes: the smaller, the sooner."""

from __future__ import annotations

from typing import Final

URGENT: Final = 0
ANSWER: Final = 10
DIGEST: Final = 20  # what can wait for answers
