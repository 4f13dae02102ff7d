"""What aiohttp raises while it reads a form whose body is broken, whatever is wrong with it: its
edges, headers, character set or encoding."""

from __future__ import annotations

import warnings
import zlib
from typing import Final

from aiohttp import BadContentDispositionHeader, BadContentDispositionParam
from aiohttp.http import HttpProcessingError

BROKEN: Final = (
    HttpProcessingError,
    ValueError,  # also what is no text of the named character set
    AssertionError,
    LookupError,  # a character set that nobody knows
    RuntimeError,  # an encoding that nobody knows
    zlib.error,
)

# aiohttp would write a broken header to the log as it is, with the name of somebody's file.
warnings.simplefilter("ignore", BadContentDispositionHeader)
warnings.simplefilter("ignore", BadContentDispositionParam)
