"""The hash chain over a room's journal: every line is bound to all lines before it.

A line's hash is the SHA-256 (FIPS 180-4) of its number, time, kind, the hash of the line before, and one digest for
each of its other fields: the actor, the command id and every field of its body. A field's digest is salted with a key
that only the line knows. A field that has to be forgotten is blanked and leaves its digest behind in place of its key,
so that the chain still holds while nobody can find out what the field said, not even by trying all names there are.

The rules are frozen: chains that were written once are verified for as long as there is a journal.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from podium.ports import Entry

SALT_BYTES = 16
ACTOR = "@actor"
COMMAND = "@command"
BODY = "@body"
"""Names of what is no field of the body: who, by which command, and a body that is no JSON object."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at a chain found. lines: how many it has. broken: the number of the first line that is not what was
    written there, None when all are. blanked: by field, in how many lines it was blanked. head: the last hash, "" for
    none. found: the number of the line with the hash that was looked for, None when no line before broken has it.
    """

    lines: int
    broken: int | None
    blanked: Mapping[str, int]
    head: str
    found: int | None


def start(room: str) -> str:
    """The hash before the first line of this room's journal."""
    return _digest("podium journal 1", room)


def sealed(previous: str, line: Entry, salt: bytes) -> Entry:
    """The line with its place in the chain; salt: SALT_BYTES random ones, new for every line."""
    seal = salt.hex()
    return replace(line, seal=seal, hash=_hash(previous, line, _digests(line, seal)))


def chained(previous: str, lines: Iterable[Entry], salts: Iterable[bytes]) -> tuple[Entry, ...]:
    """Lines that follow one another, sealed."""
    done = []
    for line, salt in zip(lines, salts, strict=False):
        done.append(sealed(previous, line, salt))
        previous = done[-1].hash
    return tuple(done)


def blanked(line: Entry, names: Iterable[str]) -> Entry:
    """The sealed line without what these fields said (ACTOR, COMMAND or fields of its body); its hash still holds.

    A text becomes "", a list [], anything else null. Raises ValueError for a seal that cannot be read.
    """
    digests, already = _opened(line)
    if digests is None:
        raise ValueError(f"the seal of line {line.seq} cannot be read")
    gone = {*names, *already} & digests.keys()
    kept = {name: {"key": _key(line.seal, name)} for name in digests if name not in gone}
    seal = _written(kept | {name: {"digest": digests[name]} for name in gone})
    values = {name: _blank(value) if name in gone else value for name, value in _fields(line).items()}
    body = values.get(BODY, _written({name: values[name] for name in values if name not in (ACTOR, COMMAND)}))
    return replace(line, actor=values[ACTOR], command=values[COMMAND], body=body, seal=seal)


def examined(room: str, lines: Iterable[Entry], wanted: str = "") -> Finding:
    """Whether these, from number 1 on, are the lines that were written, in their order; wanted: a hash to find."""
    previous, count, broken, found = start(room), 0, None, None
    blank: dict[str, int] = {}
    for count, line in enumerate(lines, 1):
        if broken is not None:
            continue
        digests, gone = _opened(line)
        if line.seq != count or digests is None or _hash(previous, line, digests) != line.hash:
            broken = count
            continue
        previous = line.hash
        found = count if line.hash == wanted else found
        for name in gone:
            blank[name] = blank.get(name, 0) + 1
    return Finding(count, broken, blank, previous if count else "", found)


def _opened(line: Entry) -> tuple[dict[str, str] | None, list[str]]:
    """The digests of the line's fields, None when the line is not as it was sealed; which fields are blanked."""
    if not line.seal.startswith("{"):
        return _digests(line, line.seal), []
    try:
        seal = json.loads(line.seal)
        values = _fields(line)
        gone = [name for name in seal if "digest" in seal[name]]
        if values.keys() != seal.keys() or any(values[name] != _blank(values[name]) for name in gone):
            return None, gone
        digests = {
            name: part["digest"] if "digest" in part else _digest(part["key"], values[name])
            for name, part in seal.items()
        }
    except (ValueError, TypeError, KeyError, AttributeError):
        return None, []
    return digests, gone


def _digests(line: Entry, salt: str) -> dict[str, str]:
    return {name: _digest(_key(salt, name), value) for name, value in _fields(line).items()}


def _key(seal: str, name: str) -> str:
    if seal.startswith("{"):
        key: str = json.loads(seal)[name]["key"]
        return key
    return sha256(f"{seal}.{name}".encode()).hexdigest()


def _fields(line: Entry) -> dict[str, Any]:
    try:
        body = json.loads(line.body)
    except (ValueError, RecursionError):
        body = None
    fields = body if isinstance(body, dict) else {BODY: line.body}
    return fields | {ACTOR: line.actor, COMMAND: line.command}


def _blank(value: Any) -> Any:
    if isinstance(value, str):
        return ""
    return [] if isinstance(value, list) else None


def _hash(previous: str, line: Entry, digests: Mapping[str, str]) -> str:
    parts = [previous, str(line.seq), str(line.at), _written(line.kind)]
    parts += [f"{_written(name)}:{digests[name]}" for name in sorted(digests)]
    return sha256("\n".join(parts).encode()).hexdigest()


def _digest(key: str, value: Any) -> str:
    return sha256(f"{key}.{_written(value)}".encode()).hexdigest()


# The one way to write a value as JSON: ASCII, no spaces, names in order.
_written = json.JSONEncoder(separators=(",", ":"), sort_keys=True).encode
