"""The log: one event a line on stderr, as JSON or for people, and nothing in it about anybody.

Modules log a constant sentence and facts beside it: ``_log.warning("commands refused", extra={"room": room})``.
Libraries log as they like. Whatever is logged goes through here: of an exception its kind and place are told, but not
its words, which may quote what somebody wrote; addresses and tokens are taken out of everything.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from ipaddress import ip_address
from types import TracebackType
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, ExcInfo, Processor

Form = Literal["json", "text"]
OWN = "spoken"
"""Marks the server's own sentences to its operator, which may name its own address."""

# What may be an address, with a port or not; `ip_address` decides.
_ADDRESS = re.compile(r"(?<![\w.:])(\[?)([0-9A-Fa-f:.]*[0-9A-Fa-f:])(\]?)(?![\w.]*\w)")
_TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*|(?<![\w/.-])[\w-]{40,}(?![\w/.-])")
LONGEST = 4_000
"""Characters of one fact; the rest is cut off, since looking for addresses takes longer than a text is long."""
_NOBODY = ("127.0.0.1", "::1", "0.0.0.0", "::")  # noqa: S104 - compared, not bound
_form: Form = "text"


def configure(wanted: Literal["auto", "json", "text"], stream: TextIO | None = None) -> None:
    """Log to this stream (stderr) from now on. auto: text on a terminal, else JSON."""
    global _form  # noqa: PLW0603 - a process has one log
    stream = stream or sys.stderr
    _form = wanted if wanted != "auto" else "text" if stream.isatty() else "json"
    before: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        _briefly,
        _exception,
        _nobody,
        structlog.processors.TimeStamper(fmt="iso", utc=_form == "json"),
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if _form == "json"
        else structlog.dev.ConsoleRenderer(colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback)
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=before, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last]
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("podium").setLevel(logging.INFO)


def form() -> Form:
    """How this process logs; its relay workers do the same."""
    return _form


def say(sentence: str, level: int = logging.INFO) -> None:
    """A sentence of the server to its operator, for logs that programs read."""
    logging.getLogger("podium").log(level, sentence.strip(), extra={OWN: True})


def _briefly(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Of what asyncio complains about, the first line: the others show objects, with all that is in them."""
    if event["logger"] == "asyncio":
        event["event"] = str(event["event"]).partition("\n")[0]
    return event


def _exception(_logger: object, _method: str, event: EventDict) -> EventDict:
    """The kind and the place of an exception."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()
    if isinstance(found, BaseException):
        found = (type(found), found, found.__traceback__)
    if found and found[1] is not None:
        event["exception"] = "".join(_told(found)).rstrip()[-LONGEST:]
    return event


def _told(info: ExcInfo) -> Iterator[str]:
    kind, error, trace = info
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _told((type(before), before, before.__traceback__))
        yield "then:\n"
    yield from _frames(trace)
    # the system's own words, like "No space left on device"
    words = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
    yield f"{kind.__module__}.{kind.__qualname__}{words}\n".removeprefix("builtins.")
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _told((type(inner), inner, inner.__traceback__))


def _frames(trace: TracebackType | None) -> Iterator[str]:
    for frame in traceback.extract_tb(trace):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}\n"


def _nobody(_logger: object, _method: str, event: EventDict) -> EventDict:
    """No address and no token, wherever somebody put one."""
    if event.pop(OWN, False):
        return event
    return {name: value if name.startswith("_") else _told_safely(value) for name, value in event.items()}


def _told_safely(value: object) -> object:
    """Numbers and nothing as they are; of anything else its text."""
    if value is None or isinstance(value, int | float):
        return value
    text = str(value)
    return _hidden(text if len(text) <= LONGEST else f"{text[:LONGEST]}…")


def _hidden(text: str) -> str:
    return _ADDRESS.sub(_without_address, _TOKEN.sub("[token]", text))


def _without_address(match: re.Match[str]) -> str:
    for candidate in (match[2], match[2].rpartition(":")[0]):
        try:
            address = str(ip_address(candidate))
        except ValueError:
            continue
        return match[0] if address in _NOBODY else "[address]"
    return match[0]
