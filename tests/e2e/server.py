"""A real Podium in processes of its own, as an operator runs it: started, killed, started again on the same folder."""

import contextlib
import io
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import podium
from podium.__main__ import main

ROOM = "digitales-podium"
PROGRAMME = Path(podium.__file__).parent / "demo" / "smart-city-dialog.toml"


def free_port(kind: socket.SocketKind) -> int:
    """A port of the loopback interface that nobody uses now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def free_media_port(count: int) -> int:
    """The first of so many neighbours that nobody uses now, neither over UDP nor over TCP."""
    while True:
        first = free_port(socket.SOCK_DGRAM)
        try:
            for port in range(first, first + count):
                for kind in (socket.SOCK_DGRAM, socket.SOCK_STREAM):
                    with socket.socket(socket.AF_INET, kind) as probe:
                        probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            continue
        return first


class Server:
    """`podium serve` (or `demo`) with a data folder of its own."""

    def __init__(self, folder: Path, command: str = "serve", *more: str, workers: int = 1) -> None:
        self.folder = folder
        self.command = command
        self.more = (*more, "--relay-workers", str(workers))
        self.port = free_port(socket.SOCK_STREAM)
        self.media_port = free_media_port(workers)
        self.base = f"http://127.0.0.1:{self.port}"
        self.output: deque[str] = deque(maxlen=10_000)
        """What it has said and logged since its last start, line by line; whole once it has ended."""
        self._process: subprocess.Popen[str] | None = None
        if command == "serve":
            shutil.copy(PROGRAMME, folder / "programme.toml")

    def _arguments(self, command: str, *more: str) -> list[str]:
        return [sys.executable, "-m", "podium", command, "--data", str(self.folder), *more]

    def start(self) -> None:
        """Start and wait until it answers."""
        addresses = ("--port", str(self.port), "--media-port", str(self.media_port))
        self._process = subprocess.Popen(
            self._arguments(self.command, *addresses, *self.more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.output.clear()
        for line in self._lines():
            self.output.append(line)
            if self.base in line:
                self._reader = threading.Thread(target=self._read_on, daemon=True)
                self._reader.start()
                return
        raise AssertionError(f"the server did not start:\n{''.join(self.output)}")

    @property
    def ended(self) -> bool:
        """Whether it does not run (any more)."""
        return self._process is None or self._process.poll() is not None

    def _read_on(self) -> None:
        """Until the last process that can write has ended: a full pipe would hold the server up."""
        assert self._process is not None
        assert self._process.stdout is not None
        with self._process.stdout as output:
            self.output.extend(output)

    def _lines(self) -> Iterator[str]:
        assert self._process is not None
        assert self._process.stdout is not None
        return iter(self._process.stdout.readline, "")

    def kill(self) -> None:
        """SIGKILL to the web process alone: what it started has to notice by itself."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._reader.join(10)

    def terminate(self) -> None:
        """SIGTERM, as systemd and container engines send it, and wait until it has ended."""
        assert self._process is not None
        self._process.terminate()
        assert self._process.wait(20) == 0
        self._reader.join(10)

    def stop(self) -> None:
        """Ctrl-C; whatever is left of the process group afterwards is a failure and is killed."""
        if self._process is None:
            return
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGINT)
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                raise
        self._reader.join(10)

    def processes(self) -> list[int]:
        """The web process and all that it started, and what those started."""
        assert self._process is not None
        found = [self._process.pid]
        for process in found:
            for children in Path(f"/proc/{process}/task").glob("*/children"):
                found += [int(child) for child in children.read_text().split()]
        return found

    def worker(self, number: int) -> int | None:
        """The process of this relay worker, None while there is none."""
        for process in self.processes():
            with contextlib.suppress(FileNotFoundError):
                words = Path(f"/proc/{process}/cmdline").read_bytes().decode().split("\0")
                if words[1:4] == ["-m", "podium.relay.worker", str(number)]:
                    return process
        return None

    def rest(self) -> None:
        """Wait until all relay workers serve and nobody watches any more: they say so once a second."""
        token = (self.folder / "metrics.token").read_text().strip()
        asked = urllib.request.Request(f"{self.base}/metrics", headers={"Authorization": f"Bearer {token}"})  # noqa: S310
        late = time.monotonic() + 30
        while time.monotonic() < late:
            with urllib.request.urlopen(asked) as response:  # noqa: S310
                text = response.read().decode()
            up, watching = (
                re.findall(rf"^podium_relay_worker_{name}{{.*}} (\d+)", text, re.MULTILINE)
                for name in ("up", "viewers")
            )
            if set(up) == {"1"} and set(watching) == {"0"}:
                return
            time.sleep(0.1)
        raise AssertionError("a relay worker does not come back, or its viewers do not leave")

    @staticmethod
    def living(processes: list[int]) -> list[int]:
        """Those of the processes that are still there."""
        return [process for process in processes if Path(f"/proc/{process}").exists()]

    def invite(self, role: str, *more: str) -> str:
        """The link that `podium invite` prints; the command runs here, for a process of its own costs seconds."""
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            main(
                ["invite", "--data", str(self.folder), "--room", ROOM, "--role", role, "--port", str(self.port), *more]
            )
        return next(word for word in printed.getvalue().split() if word.startswith("http"))

    def token(self, role: str, *more: str) -> str:
        """The token of such a link."""
        return self.invite(role, *more).partition("#")[2]

    def links(self) -> dict[str, object]:
        """What `podium demo` wrote for programs."""
        read: dict[str, object] = json.loads((self.folder / "links.json").read_text())
        return read
