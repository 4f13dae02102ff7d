"""`make bench`: what we promise about speed and memory, measured beside the limits in the same run.

Each benchmark runs in a process of its own, so that none measures the garbage of another. Absolute
figures depend on the machine; what counts is a ratio. Exit status 1 if one is missed.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Final

BENCHES: Final = {
    "XPath": "benchmarks.xpath_bench",
    "form engine": "benchmarks.engine_bench",
    "start-up": "benchmarks.startup",
    "pension accounts": "benchmarks.pension",
    "obligations": "benchmarks.obligations",
    "tables": "benchmarks.exports",
    "office pages": "benchmarks.office",
    "steps without sockets": "benchmarks.peers.in_process",
    "encryption and audit": "benchmarks.trust",
    "many people": "benchmarks.peers.crowd",
    "broadcast": "benchmarks.broadcast",
    "replicas": "benchmarks.peers.replicas",
    "stalls": "benchmarks.peers.stalls",
    "peers": "benchmarks.peers",
}


def main() -> int:
    """Run every benchmark."""
    missed = []
    for name, module in BENCHES.items():
        print(f"== {name}: python -m {module}", flush=True)
        if subprocess.run([sys.executable, "-m", module], check=False).returncode:
            missed.append(name)
        print(flush=True)
    print("missed: " + (", ".join(missed) or "nothing"))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
