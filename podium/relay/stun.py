"""STUN as an ICE-lite server speaks it: binding requests in, responses out; asked is only who was called.

Sources: RFC 8489 (STUN), RFC 8445 sections 7.3 and 2.5 (ICE, lite), RFC 7675 (consent: an answered request).
"""

import struct
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import Any

from aioice import stun

_KEPT_UFRAG_BYTES = 256


@dataclass(frozen=True, slots=True)
class BindingRequest:
    """A well-formed binding request, not yet authenticated. `ufrag` is ours, the first half of USERNAME."""

    ufrag: str
    nominated: bool
    controlled: bool
    priority: int
    message: stun.Message


def parse_request(datagram: bytes) -> BindingRequest | None:
    """Read a binding request that carries USERNAME; None for all else (responses, indications, noise)."""
    try:
        message = stun.parse_message(datagram)
    except (ValueError, IndexError, struct.error):
        return None
    if message.message_method != stun.Method.BINDING or message.message_class != stun.Class.REQUEST:
        return None
    username = message.attributes.get("USERNAME")
    if not isinstance(username, str) or len(username) > 2 * _KEPT_UFRAG_BYTES:
        return None
    return BindingRequest(
        ufrag=username.partition(":")[0],
        nominated="USE-CANDIDATE" in message.attributes,
        controlled="ICE-CONTROLLED" in message.attributes,
        priority=message.attributes.get("PRIORITY", 0),
        message=message,
    )


def is_authentic(request: BindingRequest, password: str) -> bool:
    """Whether MESSAGE-INTEGRITY is there and made with our password (RFC 8489, 9.1.3)."""
    return request.message.check_message_integrity(password.encode())


def success(request: BindingRequest, password: str, address: tuple[Any, ...]) -> bytes:
    """The success response: where we saw the request come from, signed with our password."""
    response = stun.Message(
        stun.Method.BINDING,
        stun.Class.RESPONSE,
        transaction_id=request.message.transaction_id,
        attributes={"XOR-MAPPED-ADDRESS": (_plain(address[0]), address[1])},
    )
    response.add_message_integrity(password.encode())
    return bytes(response)


def _plain(host: str) -> str:
    """A socket for both families gives IPv4 addresses as ::ffff:192.0.2.1, and link-local ones with their scope."""
    if ":" not in host:
        return host
    parsed = IPv6Address(host.partition("%")[0])
    return str(parsed.ipv4_mapped or parsed)


def role_conflict(request: BindingRequest, password: str) -> bytes:
    """487: a lite agent is always controlled, so the peer has to control (RFC 8445, 7.3.1.1)."""
    response = stun.Message(
        stun.Method.BINDING,
        stun.Class.ERROR,
        transaction_id=request.message.transaction_id,
        attributes={"ERROR-CODE": (487, "Role Conflict")},
    )
    response.add_message_integrity(password.encode())
    return bytes(response)


#: Of a host candidate's peer-reflexive sibling (RFC 8445, 7.1.1): there is one per call.
_PRIORITY = 110 << 24 | 65535 << 8 | 255


@dataclass(frozen=True, slots=True)
class Remote:
    """The end that answers checks: its and our part of USERNAME, and its password."""

    ufrag: str
    password: str
    local_ufrag: str


def request(remote: Remote, tie_breaker: int) -> tuple[bytes, bytes]:
    """A check of the controlling side, which nominates at once (RFC 8445, 7.1): its transaction id, the datagram."""
    message = stun.Message(
        stun.Method.BINDING,
        stun.Class.REQUEST,
        attributes={
            "USERNAME": f"{remote.ufrag}:{remote.local_ufrag}",
            "PRIORITY": _PRIORITY,
            "ICE-CONTROLLING": tie_breaker,
            "USE-CANDIDATE": None,
        },
    )
    message.add_message_integrity(remote.password.encode())
    return message.transaction_id, bytes(message)


def answered(datagram: bytes, password: str) -> bytes | None:
    """The transaction id of a success response made with the password of who was asked; None for all else."""
    try:
        message = stun.parse_message(datagram)
    except (ValueError, IndexError, struct.error):
        return None
    success = message.message_class == stun.Class.RESPONSE and message.check_message_integrity(password.encode())
    return message.transaction_id if success else None
