"""A file whose metadata can't be found for certain, and so not be taken out."""

from __future__ import annotations


class UncleanError(ValueError):
    """The file may tell where and when it was made. It must not be kept as it is."""
