"""How the text of an option becomes its value. Each raises ValueError with the end of a sentence for the operator."""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, urlsplit

MOST_PROCESSES = 64
LAST_PORT = 65_535
_DATABASE_HOST = re.compile(r"(?:\[[\da-fA-F:.]+\]|[^\[\]:]*)(?::\d{1,5})?", re.ASCII)
_AUTHORITY = re.compile(r"[\w.:\[\]-]+")
_ICE_SERVER = re.compile(
    r"(?:stun:[\w.:\[\]-]+?|turns?:[\w.:\[\]-]+?)(?::(?P<port>\d+))?(?P<query>\?transport=(?:udp|tcp))?", re.ASCII
)


def folder(text: str) -> Path:
    """A path; `~` is the own home."""
    if not text:
        raise ValueError("write a path, or leave the option out")
    return Path(text).expanduser()


def host(text: str) -> str:
    """Where to listen. Empty would be everywhere."""
    if not text.strip():
        raise ValueError("write an address of this machine, or 0.0.0.0 for all")
    return text.strip()


def port(text: str) -> int:
    """A TCP or UDP port."""
    if not text.isascii() or not text.isdigit() or int(text) > LAST_PORT:
        raise ValueError(f"a port is a number from 0 (any free one) to {LAST_PORT}")
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
    for found in map(_ICE_SERVER.fullmatch, servers):
        if found is None or (found["query"] and found[0].startswith("stun")) or int(found["port"] or 0) > LAST_PORT:
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


def split_address(text: str) -> SplitResult:
    """The parts of a URL; of one whose host or port cannot be one, nothing."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # read on demand
    except ValueError:
        return urlsplit("")
    return parts


def url(text: str) -> str:
    """An origin as browsers write it, without a slash at its end; "" is none."""
    parts = split_address(text)
    if text and (
        parts.scheme not in ("http", "https")
        or not _AUTHORITY.fullmatch(parts.netloc)
        or parts.path.strip("/")
        or parts.query
        or parts.fragment
    ):
        raise ValueError("write it like https://podium.example, without a path")
    return f"{parts.scheme}://{parts.netloc.lower()}" if text else ""


def database(text: str) -> str:
    """A PostgreSQL address, perhaps of several hosts; "" is none."""
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    hosts = parts.netloc.rpartition("@")[2].split(",")
    known = parts.scheme in ("postgresql", "postgres") and all(map(_DATABASE_HOST.fullmatch, hosts))
    if text and not (known and parts.path.strip("/")):
        raise ValueError("write it like postgresql://podium@db.example/podium")
    return text.replace("postgres://", "postgresql://", 1) if parts.scheme == "postgres" else text


def redis(text: str) -> str:
    """A Redis address; "" is none."""
    parts = split_address(text)
    near = parts.scheme == "unix" and parts.path
    far = parts.scheme in ("redis", "rediss") and parts.hostname and re.fullmatch(r"/?\d*", parts.path)
    numbered = all(number.isdigit() for number in parse_qs(parts.query).get("db", ()))
    if text and not ((near or far) and numbered):
        raise ValueError(
            "write it like redis://redis.example:6379/0; in a password / is %2F, # is %23, ? is %3F and @ is %40"
        )
    return text


def without_password(text: str) -> str:
    """An address to be told to people, without what may be a password."""
    return re.sub(r"(?<=password=)[^&]*", "...", re.sub(r"//.*@", "//...@", text))
