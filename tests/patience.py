"""How long a test waits for what has to come.

Whoever waits goes on as soon as it is there, so this costs nothing while all is well: it only ends
a test that would hang. It is generous, for a machine may be busy with ten other things; what has to
be quick is measured by the processor's time, or by how often something is done.
"""

from __future__ import annotations

import os
from typing import Final

PATIENCE: Final = 300.0  # seconds


def processor_time() -> float:
    """The seconds that the processor has worked for this process, and for those that it has waited
    for."""
    return sum(os.times()[:4])
