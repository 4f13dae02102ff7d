"""`zoufang run` in a process of its own, to be stopped or killed."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final, Self

from tests.patience import PATIENCE

ROOT: Final = Path(__file__).parents[2]
SOON: Final = 45.0
"""Seconds within which a program has to end that was told to: three on a quiet machine, and less
than anybody waits for whom it might wait."""

COMMAND: Final = (sys.executable, "-c", "from bot.cli import main; main()")


def environment(**settings: object) -> dict[str, str]:
    """Ours without any setting of the deployment's, and with these."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("ZOUFANG_")}
    chosen = {f"ZOUFANG_{name.upper()}": str(value) for name, value in settings.items()}
    return plain | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "200"} | chosen


class Program:
    """A running program. Its folder holds ``data/`` and ``keys/``, as by default."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.said: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.process = subprocess.Popen(
            [*COMMAND, "run"],
            cwd=folder,
            env=environment(**settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe:
                pipe.close()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line.strip())
        self._lines.put(None)

    def ready(self) -> Self:
        """Wait until it serves."""
        until = time.monotonic() + PATIENCE
        while not any("Ctrl-C" in line for line in self.said):
            line = self._lines.get(timeout=until - time.monotonic())
            assert line is not None, self.process.stderr and self.process.stderr.read()
            self.said.append(line)
        return self

    def link(self, role: str) -> str:
        """The sign-in link of a role, as it was printed."""
        line = next(line for line in self.said if role in line and "/sign-in/" in line)
        return line[line.index("http") :]

    def interrupt(self) -> float:
        """Ctrl-C; how many seconds it took to stop. The exit status is then in `process`."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=PATIENCE)
        return time.monotonic() - begun

    def kill(self) -> None:
        """``kill -9``."""
        self.process.kill()
        self.process.wait(timeout=PATIENCE)


def ends(folder: Path, *arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself, and what it said."""
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(**settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
