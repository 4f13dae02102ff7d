"""The peers' virtual environment, made when it is not there: ``.venv-peers``, ignored by git."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Final

FOLDER: Final = Path(".venv-peers").absolute()
PYTHON: Final = FOLDER / "bin" / "python"
REQUIREMENTS: Final = Path(__file__).parent / "requirements.txt"


def make() -> None:
    """Bring the environment to what the requirements say; at once if it is there already."""
    wanted, had = REQUIREMENTS.read_text(), FOLDER / "requirements.txt"
    if had.exists() and had.read_text() == wanted:
        return
    print("making .venv-peers", flush=True)
    subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
    install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([str(PYTHON), *install, "-r", str(REQUIREMENTS)], check=True)
    had.write_text(wanted)
