"""Whether a file still says who somebody in the audience was: device ids, and in exports and logs names, too."""

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from moderation.purging import NAMED
from podium.erasure import DEVICE
from podium.ports import Entry

_DEVICE = re.compile(rb"device:[\w-]{1,64}")


@dataclass(frozen=True, slots=True)
class Known:
    """devices: as actors, `device:` and an id. names: of persons and their affiliations."""

    devices: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def without(self, others: "Known") -> "Known":
        """Those that the others do not know as well."""
        return Known(self.devices - others.devices, self.names - others.names)


def known(lines: Iterable[Entry]) -> Known:
    """Whom these lines name."""
    devices: set[str] = set()
    names: set[str] = set()
    for line in lines:
        if line.actor.startswith(DEVICE):
            devices.add(line.actor)
            body = json.loads(line.body)
            names.update(body[name] for name in NAMED if body.get(name))
    return Known(frozenset(devices), frozenset(names))


def devices_in(content: bytes, wanted: Known) -> int:
    """How many of the wanted devices it names; in a database file other text may follow an id at once."""
    lengths = {len(device) for device in wanted.devices}
    found = {told[:length] for told in _DEVICE.findall(content) for length in lengths}
    return len(found & {device.encode() for device in wanted.devices})


def names_in(content: bytes, wanted: Known) -> int:
    """How many of the wanted names it says, as text, JSON or HTML."""

    def said(name: str) -> bool:
        forms = {name, html.escape(name), json.dumps(name)[1:-1], json.dumps(name, ensure_ascii=False)[1:-1]}
        return any(form.encode() in content for form in forms)

    return sum(map(said, wanted.names))


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files among these paths and in the folders among them. Raises OSError for one that is not there."""
    for path in paths:
        if path.is_dir():
            yield from sorted(inside for inside in path.rglob("*") if inside.is_file())
        else:
            path.stat()
            yield path
