"""What a form gets past pyxform with: checks over its outline, each in a module of its own.

Every check is a function from a `Draft` to findings. `run` is all of them.
"""

from __future__ import annotations

from forms.lint.draft import Draft
from forms.lint.runner import run

__all__ = ["Draft", "run"]
