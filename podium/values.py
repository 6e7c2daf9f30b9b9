"""How the text of an option becomes its value. Each raises ValueError with the end of a sentence for the operator."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

_ICE_SERVER = re.compile(r"(?:stun:[\w.:\[\]-]+|turns?:[\w.:\[\]-]+(?:\?transport=(?:udp|tcp))?)", re.ASCII)
MOST_PROCESSES = 64


def folder(text: str) -> Path:
    """A path; `~` is the own home."""
    return Path(text).expanduser()


def port(text: str) -> int:
    """A TCP or UDP port."""
    if not text.isascii() or not text.isdigit() or int(text) > 65_535:
        raise ValueError("a port is a number from 0 (any free one) to 65535")
    return int(text)


def processes(text: str) -> int:
    """How many processes; 0 leaves it to the server."""
    if not text.isascii() or not text.isdigit() or int(text) > MOST_PROCESSES:
        raise ValueError(f"write a number from 0 to {MOST_PROCESSES}")
    return int(text)


def positive(text: str) -> int:
    """A number above 0."""
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 1_000_000:
        raise ValueError("write a number from 1 to 999999")
    return int(text)


def addresses(text: str) -> tuple[str, ...]:
    """IP addresses."""
    try:
        return tuple(str(ip_address(address.strip())) for address in text.split(",") if address.strip())
    except ValueError as error:
        raise ValueError("write IP addresses, separated by commas, like 203.0.113.7") from error


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """IP networks; an address is a network of one."""
    try:
        return tuple(ip_network(network.strip()) for network in text.split(",") if network.strip())
    except ValueError as error:
        raise ValueError("write IP addresses or networks, separated by commas, like 10.0.0.0/8") from error


def ice_servers(text: str) -> tuple[str, ...]:
    """STUN and TURN addresses (RFC 7064, RFC 7065)."""
    servers = tuple(server.strip() for server in text.split(",") if server.strip())
    if not all(_ICE_SERVER.fullmatch(server) for server in servers):
        raise ValueError(
            "write STUN and TURN addresses, separated by commas, like turn:turn.example:3478?transport=udp"
        )
    return servers


def switch(text: str) -> bool:
    """on or off."""
    if text not in ("on", "off"):
        raise ValueError("say on or off")
    return text == "on"


def log_form(text: str) -> str:
    """How the log is written."""
    if text not in ("auto", "json", "text"):
        raise ValueError("say auto, json or text")
    return text


def url(text: str) -> str:
    """An origin, without a slash at its end; "" is none."""
    parts = _parts(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query):
        raise ValueError("write it like https://podium.example, without a path")
    return text.rstrip("/")


def database(text: str) -> str:
    """A PostgreSQL address; "" is none."""
    parts = _parts(text)
    if text and (parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/")):
        raise ValueError("write it like postgresql://podium@db.example/podium")
    return text.replace("postgres://", "postgresql://", 1) if parts.scheme == "postgres" else text


def redis(text: str) -> str:
    """A Redis address; "" is none."""
    parts = _parts(text)
    if text and (parts.scheme not in ("redis", "rediss", "unix") or not (parts.hostname or parts.path)):
        raise ValueError("write it like redis://redis.example:6379/0")
    return text


def _parts(text: str) -> SplitResult:
    """Without a scheme when the host or the port cannot be one."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # read on demand
    except ValueError:
        return urlsplit("")
    return parts
