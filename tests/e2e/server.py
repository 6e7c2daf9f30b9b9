"""A real Podium in processes of its own, as an operator runs it: started, killed, started again on the same folder."""

import contextlib
import ctypes
import io
import itertools
import json
import multiprocessing
import os
import re
import shutil
import signal
import socket
import sys
import threading
import time
import urllib.request
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TextIO
from unittest.mock import patch

import podium
from podium.__main__ import main
from podium.meaning import Model

ROOM = "digitales-podium"
PROGRAMME = Path(podium.__file__).parent / "demo" / "smart-city-dialog.toml"
CLONE_NEWNET = 0x40000000
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["pytest", "podium.serving"])
"""A server is forked from a process that has imported it: a start costs a tenth of what `python -m podium` does."""
UNCHANGED: Mapping[str, object] = {}
NO_MODEL = {"podium.app.Model": partial(Model, (sys.executable, "-S", "-E", "-c", "print('not in this test')"))}
"""Instead of the process that compares questions: to load its model costs as much as many a test."""
ANY_LOAD = {"podium.relay.placement.FULL_LOAD": 1_000.0}
"""Who goes to which worker does not depend on what else this machine does."""


def _podium(arguments: Sequence[str], output: Connection, namespace: str, changes: Mapping[str, object]) -> None:
    """`python -m podium` with these arguments, as the leader of a process group, in a new process."""
    os.setsid()
    if namespace:
        with (Path("/run/netns") / namespace).open() as network:
            if ctypes.CDLL(None, use_errno=True).setns(network.fileno(), CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
    for standard in (1, 2):
        os.dup2(output.fileno(), standard)
    output.close()
    with ExitStack() as stack:
        for name, value in changes.items():
            stack.enter_context(patch(name, value))
        raise SystemExit(main(arguments))


REGION = 20_000 + 1_000 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORTS = itertools.cycle(range(REGION, REGION + 1_000))
"""Below those that the system gives to whoever connects (RFC 6335: above 49151, Linux: above 32767), a region for each
process of the tests: a port that is free now is free when the server opens it."""


def free_port(kind: socket.SocketKind) -> int:
    """A port that nobody uses now, on whatever address."""
    return next(port for port in PORTS if _is_free(port, kind))


def free_media_port(count: int) -> int:
    """The first of so many neighbours that nobody uses now, neither over UDP nor over TCP."""
    while True:
        ports = list(itertools.islice(PORTS, count))
        kinds = itertools.product(ports, (socket.SOCK_DGRAM, socket.SOCK_STREAM))
        if ports[-1] == ports[0] + count - 1 and all(_is_free(port, kind) for port, kind in kinds):
            return ports[0]


def _is_free(port: int, kind: socket.SocketKind) -> bool:
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(("0.0.0.0", port))
        except OSError:
            return False
        return True


class Server:
    """`podium serve` (or `demo`) with a data folder of its own. changes: what stands for what in it, by name."""

    def __init__(
        self,
        folder: Path,
        command: str = "serve",
        *more: str,
        workers: int = 1,
        changes: Mapping[str, object] = UNCHANGED,
    ) -> None:
        self.folder = folder
        self.command = command
        self.changes = changes
        self.more = (*more, "--relay-workers", str(workers))
        self.port = free_port(socket.SOCK_STREAM)
        self.media_port = free_media_port(workers)
        self.base = f"http://127.0.0.1:{self.port}"
        self.output: deque[str] = deque(maxlen=10_000)
        """What it has said and logged since its last start, line by line; whole once it has ended."""
        self.namespace = ""
        """Of the network, as `ip netns` names it; "" is this process's own."""
        self._process: BaseProcess | None = None
        if command == "serve":
            shutil.copy(PROGRAMME, folder / "programme.toml")

    def start(self) -> None:
        """Start and wait until it answers."""
        addresses = ("--port", str(self.port), "--media-port", str(self.media_port))
        arguments = (self.command, "--data", str(self.folder), *addresses, *self.more)
        reading, writing = PROCESSES.Pipe(duplex=False)
        what = (arguments, writing, self.namespace, self.changes)
        self._process = PROCESSES.Process(target=_podium, args=what, daemon=True)
        self._process.start()
        writing.close()
        self.output.clear()
        output = os.fdopen(os.dup(reading.fileno()), encoding="utf-8")
        reading.close()
        for line in iter(output.readline, ""):
            self.output.append(line)
            if self.base in line:
                self._reader = threading.Thread(target=self._read_on, args=(output,), daemon=True)
                self._reader.start()
                return
        output.close()
        raise AssertionError(f"the server did not start:\n{''.join(self.output)}")

    @property
    def ended(self) -> bool:
        """Whether it does not run (any more)."""
        return self._process is None or not self._process.is_alive()

    def _read_on(self, output: TextIO) -> None:
        """Until the last process that can write has ended: a full pipe would hold the server up."""
        with output:
            self.output.extend(output)

    def signal(self, number: signal.Signals) -> None:
        """A signal to the web process alone."""
        assert self._process is not None
        assert self._process.pid is not None
        os.kill(self._process.pid, number)

    def wait(self, seconds: float) -> int | None:
        """The exit status, and all its output is read; None if it runs on."""
        assert self._process is not None
        self._process.join(seconds)
        if self.ended:
            self._reader.join(10)
        return self._process.exitcode

    def kill(self) -> None:
        """SIGKILL to the web process alone: what it started has to notice by itself."""
        self.signal(signal.SIGKILL)
        assert self.wait(20) == -signal.SIGKILL

    def terminate(self) -> None:
        """SIGTERM, as systemd and container engines send it, and wait until it has ended."""
        self.signal(signal.SIGTERM)
        assert self.wait(20) == 0

    def stop(self) -> None:
        """Ctrl-C; whatever is left of the process group afterwards is a failure and is killed."""
        if self._process is None or self.ended:
            return
        assert self._process.pid is not None
        os.killpg(self._process.pid, signal.SIGINT)
        if self.wait(10) is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise AssertionError("the server does not end")

    def processes(self) -> list[int]:
        """The web process and all that it started, and what those started."""
        assert self._process is not None
        assert self._process.pid is not None
        found = [self._process.pid]
        for process in found:
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
                for children in Path(f"/proc/{process}/task").glob("*/children"):
                    found += [int(child) for child in children.read_text().split()]
        return found

    def worker(self, number: int) -> int | None:
        """The process of this relay worker, None while there is none."""
        for process in self.processes():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
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
