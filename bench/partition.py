"""A partition between servers, with network namespaces: one of three is cut off from the others and from what they share.

Each server has a namespace with two legs: one to a bridge, where PostgreSQL, Redis and the other servers are, and one to
its own people. A cut takes the first leg off the bridge: packets vanish without a word, as when a cable is pulled
somewhere in between. Needs root. Everything that is made is gone at the end.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.outages import Place, away, back, watched, ways
from podium.clock import SystemClock
from podium.relay.udp import EVERYWHERE_IPV4
from podium.tokens import Tokens, secret_in
from tests.e2e.server import Server
from tests.faults import people
from tests.nodes import Nodes
from tests.servers import Postgres, Redis
from tests.wire import Wire

NAMES = "abc"
FEEDS = ["programme", "sign-language"]
SHARED = "10.78.0.1"
"""Where PostgreSQL and Redis listen; the servers are 10.78.0.11 and so on, and 10.79.N.2 to their people."""


def _ip(*words: str) -> None:
    subprocess.run([shutil.which("ip") or "/usr/sbin/ip", *words], check=True)


class Network:
    """The bridge, and a namespace for each name."""

    def __init__(self, stack: ExitStack) -> None:
        self._own = f"{os.getpid() % 100_000}"
        self._bridge = f"pb{self._own}"
        _ip("link", "add", self._bridge, "type", "bridge")
        stack.callback(_ip, "link", "delete", self._bridge)
        _ip("address", "add", f"{SHARED}/24", "dev", self._bridge)
        _ip("link", "set", self._bridge, "up")
        for number, name in enumerate(NAMES, 1):
            self._add(stack, name, number)

    def _add(self, stack: ExitStack, name: str, number: int) -> None:
        namespace = self.namespace(name)
        _ip("netns", "add", namespace)
        stack.callback(_ip, "netns", "delete", namespace)
        inside, outside = self._leg(name, "i"), self._leg(name, "o")
        for here, there in ((inside, "inside"), (outside, "outside")):
            _ip("link", "add", here, "type", "veth", "peer", "name", there, "netns", namespace)
            stack.callback(_ip, "link", "delete", here)  # the namespace may stay as long as the kernel likes
            _ip("link", "set", here, "up")
        self.heal(name)
        _ip("address", "add", f"10.79.{number}.1/24", "dev", outside)
        _ip("-n", namespace, "address", "add", f"10.78.0.{10 + number}/24", "dev", "inside")
        _ip("-n", namespace, "address", "add", f"10.79.{number}.2/24", "dev", "outside")
        for device in ("lo", "inside", "outside"):
            _ip("-n", namespace, "link", "set", device, "up")

    def namespace(self, name: str) -> str:
        """As `ip netns` names it."""
        return f"podium-{self._own}-{name}"

    def cut(self, name: str) -> None:
        """From now on this server and all that is inside hear nothing of each other."""
        _ip("link", "set", self._leg(name, "i"), "nomaster")

    def heal(self, name: str) -> None:
        """They do again."""
        _ip("link", "set", self._leg(name, "i"), "master", self._bridge)

    def _leg(self, name: str, kind: str) -> str:
        return f"p{kind}{self._own}{name}"


class Apart(Nodes):
    """Servers in namespaces of their own."""

    def __init__(self, folder: Path, postgres: Postgres, redis: Redis, network: Network) -> None:
        self.postgres = postgres
        self.redis = redis
        self.wire = Wire({})  # there is a real one
        self.tokens = Tokens(secret_in(folder), SystemClock())
        self.servers = []
        for number, name in enumerate(NAMES, 1):
            own = folder / name
            own.mkdir()
            stands_on = ("--database", postgres.url, "--redis", redis.url, "--secret", str(folder / "secret"))
            server = Server(own, "serve", "--host", EVERYWHERE_IPV4, *stands_on)
            server.more += ("--node-url", f"http://10.78.0.{10 + number}:{server.port}")
            programme = own / "programme.toml"
            programme.write_text(programme.read_text().replace('feeds = ["programme"]', f"feeds = {FEEDS}"))
            server.namespace = network.namespace(name)
            self.servers.append(server)


@contextmanager
def apart(template: Path, folder: Path) -> Iterator[tuple[Apart, Network]]:
    """Three servers, running. Raises SystemExit with a sentence when this is not root."""
    if os.geteuid() != 0:
        raise SystemExit("A partition takes network namespaces, and those take root: run it with sudo.")
    with ExitStack() as stack:
        network = Network(stack)
        postgres, redis = Postgres(template, SHARED), Redis(SHARED)
        stack.callback(postgres.remove)
        stack.callback(redis.remove)
        nodes = Apart(folder, postgres, redis, network)
        stack.callback(nodes.stop)
        nodes.start()
        yield nodes, network


async def partition(nodes: Apart, network: Network, seconds: float) -> None:
    """The third server is cut off for so long; a camera films at each side, and everybody watches both."""
    hosts = {name: f"10.79.{number}.2" for number, name in enumerate(NAMES, 1)}
    ports = {name: server.port for name, server in zip(NAMES, nodes.servers, strict=True)}
    async with ways(hosts, ports) as leading:
        places = [Place(name, leading[name], f"http://{hosts[name]}:{ports[name]}") for name in NAMES]
        cameras = dict(zip(FEEDS, (places[0], places[2]), strict=True))
        async with (
            people(nodes, "apart", [leading[name] for name in ("a", "c")]) as faults,
            watched(places, cameras, nodes.studio()),
        ):
            await away("nobody is cut off", faults, places, seconds / 3)
            await back(faults, places)
            network.cut("c")
            await away("c is cut off from a, b, PostgreSQL and Redis", faults, places, seconds)
            network.heal("c")
            await back(faults, places)
    print("nothing lost, doubled or reordered; every page at either side shows what a fresh one shows")
