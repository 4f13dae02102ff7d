"""Who is measured: a name, a program, and what it keeps where."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from benchmarks.peers.venv import PYTHON
from tests.emulator.server import TOKEN


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """`state` is where the conversation's state is kept; `durable` if it outlives the process."""

    name: str
    program: str
    state: str
    durable: bool
    settings: Mapping[str, str] = field(default_factory=dict)
    whose: Literal["ours", "peers"] = "peers"

    def command(self) -> list[str]:
        python = sys.executable if self.whose == "ours" else str(PYTHON)
        return [python, "-m", f"benchmarks.peers.bots.{self.program}"]

    def environment(self, folder: Path, base: str) -> dict[str, str]:
        """What the program finds: the folder for its files, and the Bot API's address."""
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("ZOUFANG_", "BENCH_"))}
        told = {"BENCH_API": base, "BENCH_TOKEN": TOKEN, "BENCH_FOLDER": str(folder)}
        return (
            plain
            | told
            | (_house(folder, base) if self.whose == "ours" else {})
            | dict(self.settings)
        )


def _house(folder: Path, base: str) -> dict[str, str]:
    return {
        "ZOUFANG_DATABASE_URL": f"sqlite:///{folder / 'zoufang.sqlite3'}",
        "ZOUFANG_KEY_FILE": str(folder / "zoufang.key"),
        "ZOUFANG_PORT": str(free_port()),
        "ZOUFANG_TELEGRAM_TOKEN": TOKEN,
        "ZOUFANG_TELEGRAM_API": base,
        "ZOUFANG_DEMO": "false",
    }


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _ours(runtime: str) -> Variant:
    settings = {"ZOUFANG_TELEGRAM_RUNTIME": runtime}
    return Variant(f"Zoufang, {runtime}", "zoufang", "SQLite", True, settings, "ours")


def _aiogram(name: str, state: str, kept: str, durable: bool, **settings: str) -> Variant:
    return Variant(name, "aiogram_fsm", kept, durable, {"BENCH_STATE": state, **settings})


OUR_AIOGRAM: Final = _ours("aiogram")
OUR_PTB: Final = _ours("ptb")
AIOGRAM_MEMORY: Final = _aiogram("aiogram FSM", "memory", "memory", False)
AIOGRAM_ASYNC: Final = _aiogram(
    "aiogram FSM, asynchronous filters", "memory", "memory", False, BENCH_FILTERS="async"
)
AIOGRAM_SQL: Final = _aiogram("aiogram FSM, SQLAlchemy storage", "sqlalchemy", "SQLite", True)
AIOGRAM_REDIS: Final = _aiogram("aiogram FSM, Redis storage", "redis", "Redis", True)
DIALOG: Final = Variant("aiogram-dialog", "aiogram_dialogs", "memory", False)
PTB_MEMORY: Final = Variant("PTB ConversationHandler", "ptb_conversation", "memory", False)
PTB_PICKLE: Final = Variant(
    "PTB ConversationHandler, PicklePersistence",
    "ptb_conversation",
    "a pickle each second",
    False,
    {"BENCH_STATE": "pickle"},
)
VARIANTS: Final = (
    OUR_AIOGRAM,
    OUR_PTB,
    AIOGRAM_MEMORY,
    AIOGRAM_ASYNC,
    AIOGRAM_SQL,
    AIOGRAM_REDIS,
    DIALOG,
    PTB_MEMORY,
    PTB_PICKLE,
)
