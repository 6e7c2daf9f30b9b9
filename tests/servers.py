"""Real PostgreSQL and Redis servers for tests: each in a temporary folder, on Unix sockets, as a user that is not root."""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg
import redis

PATIENCE = 20.0
"""Seconds within which a server has to answer."""
ENCODING = ("--encoding", "UTF8", "--locale", "C.UTF-8")


def _user(name: str) -> dict[str, Any]:
    """Arguments for subprocess: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    entry = pwd.getpwnam(name)
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _folder(name: str) -> Path:
    """A new one that the server may enter, with a path short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix=f"podium-{name}-"))
    _give(folder, name)
    return folder


def _give(folder: Path, name: str) -> None:
    """Let the server's user own the folder and what is in it."""
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            shutil.chown(path, name, name)


def _until(answers: Callable[[], object], process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            answers()
            return
        except (psycopg.OperationalError, redis.RedisError):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(log.read_text(encoding="utf-8", errors="replace")) from None
        time.sleep(0.01)


def _program(name: str, package: str) -> str:
    found = shutil.which(name) or next(map(str, sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))[-1:]), None)
    if found is None:
        raise RuntimeError(
            f"{name} is missing: run scripts/setup servers, or install it (Debian: apt install {package})"
        )
    return found


def postgres_template(folder: Path) -> Path:
    """A fresh data folder to copy, made once for all processes of a test run that share this folder."""
    with (folder / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        template = folder / "postgres"
        if not template.exists():
            made = _folder("postgres")
            command = [_program("initdb", "postgresql"), "--pgdata", made, "--username", "podium", *ENCODING]
            small = ["--no-sync", "--no-instructions", "--wal-segsize", "1", "--auth", "trust"]
            subprocess.run([*command, *small], check=True, capture_output=True, cwd="/", **_user("postgres"))
            shutil.move(made, template)
        return template


class Postgres:
    """A server on a copy of the template. url: of its database ``podium``. listen: an address of a network, too."""

    def __init__(self, template: Path, listen: str = "") -> None:
        self.folder = _folder("postgres")
        shutil.copytree(template, self.folder / "data")
        _give(self.folder, "postgres")
        self.url = f"postgresql://podium@{listen}/podium" + ("" if listen else f"?host={self.folder}")
        self._listen = listen
        if listen:
            with (self.folder / "data" / "pg_hba.conf").open("a") as hosts:
                hosts.write(f"host all all {listen}/24 trust\n")
        self._log = self.folder / "log"
        self.start()
        self.administer("CREATE DATABASE podium", database="postgres")

    def start(self) -> None:
        """Run, until it answers."""
        settings = {
            "listen_addresses": self._listen,
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "shared_buffers": "16MB",
            "max_connections": "40",
            "autovacuum": "off",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                [_program("postgres", "postgresql"), "-D", self.folder / "data", *options],
                stdout=log,
                stderr=log,
                cwd="/",
                **_user("postgres"),
            )
        _until(lambda: self.administer("SELECT 1", database="postgres"), self.process, self._log)

    def administer(self, statement: str, database: str = "podium") -> list[tuple[object, ...]]:
        """Run a statement outside a transaction; its rows."""
        with self.connected(database) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def connected(self, database: str = "podium") -> psycopg.Connection[Any]:
        return psycopg.connect(
            f"postgresql://podium@/{database}", host=str(self.folder), autocommit=True, connect_timeout=5
        )

    def signal_sessions(self, number: int) -> None:
        """Send a signal to the processes that serve clients of Podium."""
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                fields = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
                words = (folder / "cmdline").read_bytes()
                if int(fields[1]) == self.process.pid and words.startswith(b"postgres: podium podium "):
                    os.kill(int(folder.name), number)

    def stop(self) -> None:
        """At once, as after a power cut: the next start recovers from the write-ahead log."""
        self.process.send_signal(signal.SIGQUIT)
        self.process.wait(PATIENCE)

    def kill(self) -> None:
        """SIGKILL to the first of its processes, and start again as soon as the others have noticed."""
        self.process.kill()
        self.process.wait(PATIENCE)
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.start()
                return
            except RuntimeError:  # the memory they share is in use still
                if time.monotonic() > deadline:
                    raise

    def remove(self) -> None:
        if self.process.poll() is None:
            self.stop()
        shutil.rmtree(self.folder)


class Redis:
    """A server without any file. url: its address. listen: an address of a network, instead of a socket."""

    def __init__(self, listen: str = "") -> None:
        self.folder = _folder("redis")
        self._socket = f"unix://{self.folder}/socket"
        self.url = f"redis://{listen}" if listen else self._socket
        self._network = ["--bind", listen, "--protected-mode", "no"] if listen else ["--port", "0"]
        self.start()

    def start(self) -> None:
        """Run, until it answers."""
        log = self.folder / "log"
        options = [*self._network, "--unixsocket", self.folder / "socket", "--save", "", "--logfile", log]
        self.process = subprocess.Popen(
            [_program("redis-server", "redis-server"), *options],
            cwd=self.folder,
            **_user("redis"),
        )
        with redis.Redis.from_url(self._socket) as asking:
            _until(asking.ping, self.process, log)

    def administer(self, *words: str) -> object:
        """Run one command; what it answered."""
        with redis.Redis.from_url(self._socket) as asking:
            return asking.execute_command(*words)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE)

    def remove(self) -> None:
        if self.process.poll() is None:
            self.kill()
        shutil.rmtree(self.folder)
