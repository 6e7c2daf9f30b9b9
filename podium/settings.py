"""Every option, once: its name, type, default and a sentence. Nothing else reads the environment."""

import argparse
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Literal

from podium import values

PREFIX = "PODIUM_"
FILE = "_FILE"
MOST_WORKERS = 4
"""Chosen unasked: with 1,000 viewers each at 2.5 Mbit/s they fill 10 Gbit/s, and each needs a port in the firewall."""


class SettingRefused(Exception):
    """A value that cannot be used. The text is a sentence for the operator."""


def _means(meaning: str, read: Callable[[str], Any], *, secret: bool = False) -> Mapping[str, Any]:
    """secret: it may hold a password, so that PODIUM_NAME_FILE may name a file with the value (Docker, systemd)."""
    return {"meaning": meaning, "read": read, "secret": secret}


@dataclass(frozen=True, slots=True)
class Settings:
    """The options of the server. Each is `--name` on the command line and `PODIUM_NAME` in the environment."""

    data: Path = field(
        default=Path("data"),
        metadata=_means("Folder for the questions, the secret and the links; back it up.", values.folder),
    )
    host: str = field(
        default="127.0.0.1",
        metadata=_means(
            "Address to listen on; 0.0.0.0 opens it to the network "
            "(browsers give cameras only to pages from HTTPS or from localhost).",
            values.host,
        ),
    )
    port: int = field(default=8080, metadata=_means("TCP port of pages, WebSocket, WHIP and WHEP.", values.port))
    media_port: int = field(
        default=8189,
        metadata=_means(
            "Port of the live pictures, UDP and TCP; open it in the firewall, "
            "with several relay workers as many ports as there are, counted from here.",
            values.port,
        ),
    )
    relay_workers: int = field(
        default=0,
        metadata=_means(
            f"Processes that serve pictures; 0: as many as there are cores, {MOST_WORKERS} at most.",
            values.processes,
        ),
    )
    viewers_per_worker: int = field(
        default=1000,
        metadata=_means(
            "Viewers that each relay worker takes; whoever comes when all are full is asked to wait or sent on.",
            values.positive,
        ),
    )
    announce: tuple[str, ...] = field(
        default=(),
        metadata=_means(
            "Addresses at which viewers reach the media port, where NAT or a container hides it.", values.addresses
        ),
    )
    public_url: str = field(
        default="",
        metadata=_means("Address people use when a proxy stands in front, like https://podium.example.", values.url),
    )
    programme: Path | None = field(
        default=None,
        metadata=_means("File that describes the rooms; without it programme.toml in the data folder.", values.folder),
    )
    secret: Path | None = field(
        default=None,
        metadata=_means(
            "File with the secret that signs links, 32 random bytes, the same at all servers of an event; "
            "without it the file secret in the data folder, made at the first start.",
            values.folder,
        ),
    )
    database: str = field(
        default="",
        repr=False,
        metadata=_means(
            "PostgreSQL database for the questions of all nodes, like postgresql://podium@db.example/podium; "
            "without it the file podium.sqlite in the data folder.",
            values.database,
            secret=True,
        ),
    )
    redis: str = field(
        default="",
        repr=False,
        metadata=_means(
            "Redis by which nodes on one database hear of each other, like redis://redis.example:6379/0.",
            values.redis,
            secret=True,
        ),
    )
    node_url: str = field(
        default="",
        metadata=_means(
            "Address at which the other nodes reach this one, like http://10.0.0.2:8080; "
            "with it and Redis, pictures of all nodes are seen at each.",
            values.url,
        ),
    )
    ice_servers: tuple[str, ...] = field(
        default=(),
        metadata=_means(
            "STUN and TURN servers for people behind strict firewalls, like turn:turn.example:3478?transport=tcp.",
            values.ice_servers,
        ),
    )
    turn_secret: Path | None = field(
        default=None,
        metadata=_means("File with the secret shared with the TURN servers (coturn: use-auth-secret).", values.folder),
    )
    overflow_url: str = field(
        default="",
        metadata=_means(
            "Server that viewers are sent to when this one is full, like https://second.example.", values.url
        ),
    )
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = field(
        default=(ip_network("127.0.0.1"), ip_network("::1")),
        metadata=_means(
            "Addresses or networks of proxies in front; only their X-Forwarded-For is believed, to count connects.",
            values.networks,
        ),
    )
    connections: int = field(
        default=20_000,
        metadata=_means("Connections that may be open at once; one more gets 503 with Retry-After.", values.positive),
    )
    connects: int = field(
        default=2_000,
        metadata=_means(
            "Connections that may come in a second, ten times as many at once; more get 429.", values.positive
        ),
    )
    connects_per_address: int = field(
        default=500,
        metadata=_means(
            "The same for one address (an IPv6 /64), and for its offers to watch; a keyed hash of it is kept for minutes "
            "and nothing else. A whole office may share one.",
            values.positive,
        ),
    )
    connections_per_address: int = field(
        default=4_000,
        metadata=_means("The same for one address or IPv6 /64; one more gets 503 with Retry-After.", values.positive),
    )
    head_seconds: int = field(
        default=10, metadata=_means("Time for the head of a connection's first request, then 408.", values.positive)
    )
    body_seconds: int = field(default=10, metadata=_means("Time for the body of a request, then 408.", values.positive))
    hello_seconds: int = field(
        default=10, metadata=_means("Time from a page's WebSocket to its hello, then it is closed.", values.positive)
    )
    unread_seconds: int = field(
        default=30,
        metadata=_means("Time after which a connection that takes nothing of what waits is cut off.", values.positive),
    )
    unread_megabytes: int = field(
        default=128,
        metadata=_means("What may wait for all who do not read; beyond it the slowest is cut off.", values.positive),
    )
    idle_seconds: int = field(
        default=75,
        metadata=_means(
            "Time after which a connection without a whole request is closed; above your proxy's.", values.positive
        ),
    )
    body_bytes: int = field(
        default=262_144, metadata=_means("The largest body of a request; more get 413.", values.positive)
    )
    log: Literal["auto", "json", "text"] = field(
        default="auto",
        metadata=_means(
            "How the log is written: json, text, or auto (text on a terminal, else json).", values.log_form
        ),
    )
    lenient_trickle: bool = field(
        default=False,
        metadata=_means("Take trickle requests of players that send no If-Match: on or off.", values.switch),
    )

    @property
    def address(self) -> str:
        """The address that links begin with."""
        if self.public_url:
            return self.public_url
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - compared, not bound
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def media_host(self) -> str:
        """Where the media ports listen: everywhere once addresses are announced, else where the pages are.

        On a machine without any other IPv6 address, browsers send nothing to ::1, but they do to 127.0.0.1.
        """
        if self.announce:
            return "::"
        return "127.0.0.1" if self.host == "::1" else self.host

    def workers(self, cores: int) -> int:
        """How many relay workers run on a machine with so many cores.

        The web process needs little beside them, and what one worker's end costs its viewers is shared by all of them.
        """
        return self.relay_workers or max(1, min(MOST_WORKERS, cores))

    def media_ports(self, cores: int) -> range:
        """The ports of the relay workers, one each; any free ones from 0. Raises SettingRefused."""
        workers = self.workers(cores)
        ports = range(self.media_port, self.media_port + workers)
        if ports.stop > values.LAST_PORT + 1:
            raise SettingRefused(
                f"There are {workers} relay workers, and no {workers} ports from {self.media_port} on. "
                "Choose a lower --media-port or fewer --relay-workers."
            )
        if self.port and self.port in ports:
            raise SettingRefused(
                f"The pages and the pictures cannot both have the port {self.port}/tcp. "
                "Choose another port with --port or --media-port."
            )
        return ports

    @property
    def secret_file(self) -> Path:
        """The file with the secret that signs links."""
        return self.secret or self.data / "secret"

    @property
    def programme_file(self) -> Path:
        """The file that describes the rooms."""
        return self.programme or self.data / "programme.toml"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add every option to a command; its help names default and environment variable."""
    group = parser.add_argument_group("settings", f"each can also be set in the environment as {PREFIX}NAME")
    for option in fields(Settings):
        group.add_argument(
            f"--{option.name.replace('_', '-')}",
            metavar=_METAVARS.get(option.name, option.name.upper()),
            help=f"{option.metadata['meaning'].replace('%', '%%')} (default: {_shown(option.default)})",
        )


def read(arguments: argparse.Namespace, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings from the command line, then the environment, then the defaults. Raises SettingRefused."""
    environment = os.environ if environment is None else environment
    taken = {}
    for option in fields(Settings):
        flag, variable = f"--{option.name.replace('_', '-')}", PREFIX + option.name.upper()
        given = getattr(arguments, option.name, None)
        name, text = (flag, given) if given is not None else (variable, environment.get(variable))
        if text is None and option.metadata["secret"] and (path := environment.get(variable + FILE)) is not None:
            name, text = variable + FILE, _content(variable + FILE, Path(path))
        if text is None:
            continue
        try:
            taken[option.name] = option.metadata["read"](text)
        except ValueError as error:
            raise SettingRefused(f"{name} is “{values.without_password(text)}”: {error}.") from error
    return Settings(**taken)


def _content(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingRefused(
            f"{name} is “{path}”, which cannot be read ({getattr(error, 'strerror', error)})."
        ) from error


def table() -> list[tuple[str, str, str, str]]:
    """For the documents: option, variable, default, meaning."""
    return [
        (
            f"--{option.name.replace('_', '-')}",
            PREFIX
            + option.name.upper()
            + (f"`, `{PREFIX}{option.name.upper()}{FILE}" if option.metadata["secret"] else ""),
            _shown(option.default),
            option.metadata["meaning"],
        )
        for option in fields(Settings)
    ]


_METAVARS = {
    "data": "FOLDER",
    "announce": "ADDRESSES",
    "public_url": "URL",
    "programme": "FILE",
    "secret": "FILE",
    "database": "URL",
    "redis": "URL",
    "node_url": "URL",
    "media_port": "PORT",
    "ice_servers": "ADDRESSES",
    "turn_secret": "FILE",
    "overflow_url": "URL",
    "lenient_trickle": "SWITCH",
    "log": "FORM",
    "trusted_proxies": "ADDRESSES",
    "connections": "NUMBER",
    "connects": "NUMBER",
    "connects_per_address": "NUMBER",
    "connections_per_address": "NUMBER",
    "head_seconds": "SECONDS",
    "body_seconds": "SECONDS",
    "hello_seconds": "SECONDS",
    "unread_seconds": "SECONDS",
    "unread_megabytes": "MEGABYTES",
    "idle_seconds": "SECONDS",
    "body_bytes": "BYTES",
    "relay_workers": "NUMBER",
    "viewers_per_worker": "NUMBER",
}


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return "on" if default else "off"
    if isinstance(default, tuple) and default:
        return ", ".join(str(network.network_address) for network in default)
    return str(default) if default not in ((), "", None) else "none"
