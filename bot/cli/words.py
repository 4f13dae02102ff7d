"""The command line's own language: `--lang`, else ZOUFANG_LANGUAGE, else Chinese."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

from core.texts import DEFAULT, LANGUAGES, say

VARIABLE: Final = "ZOUFANG_LANGUAGE"


def language() -> str:
    """The language in which the command line speaks."""
    asked = os.environ.get(VARIABLE, DEFAULT)
    return asked if asked in LANGUAGES else DEFAULT


def choose(arguments: Sequence[str]) -> None:
    """Take the language from a `--lang` that stands before the command.

    It has to be known before the commands are defined, since their help is in that language. It
    goes into the environment, and so it holds for everything that the command starts.
    """
    for index, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name == "--lang":
            following = arguments[index + 1] if index + 1 < len(arguments) else ""
            value = value or following
            if value in LANGUAGES:
                os.environ[VARIABLE] = value
            return
        if not argument.startswith("-"):
            return


def words(key: str, /, **values: object) -> str:
    """The text ``cli.{key}`` in the language of the command line."""
    return say(language(), f"cli.{key}", **values)
