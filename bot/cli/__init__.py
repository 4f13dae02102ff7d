"""The command line: `zoufang`.

Nothing heavy is imported before a command needs it, so that ``zoufang --help`` is there at once.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit: 0 if it worked, 2 with one line on stderr if it can't."""
    from bot.cli.words import choose

    given = list(sys.argv[1:] if arguments is None else arguments)
    choose(given)
    if given == ["run"]:  # has no options, and serves sooner without the other commands
        from bot.cli import starting

        sys.exit(starting.run())
    from bot.cli import app

    sys.exit(app.run(given))
