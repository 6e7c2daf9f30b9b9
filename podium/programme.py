"""The programme file: which rooms there are. TOML, one table per room.

title = "Smart City Dialog"

[rooms.digitales-podium]
title = "Digitales Podium"
language = "de"
starts = 2026-10-28T15:00:00+01:00
panellists = [{ id = "ulm", name = "Vertretung der Stadt Ulm", role = "Smart City" }]
feeds = ["programme"]
netiquette = [{ de = "Eine Frage je Beitrag.", en = "One question at a time.", reasons = ["not_a_question"] }]
words = ["Idiot*"]
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from moderation.command import Describe, Panellist, Rule
from moderation.policy import AFFILIATION_LIMIT, NAME_LIMIT, NOTE_LIMIT, REASONS, clean_line, clean_words
from moderation.queue import PANEL
from moderation.refusal import Refused
from moderation.stage import SESSION

DEFAULT_FEEDS = ("programme",)
TITLE_LIMIT = 160

_ROOM = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_FEED = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_IDENTIFIER = "lower-case letters, digits and hyphens, like digitales-podium"


class ProgrammeRefused(Exception):
    """The programme cannot be used. The text is a sentence for the organiser."""


def read_programme(path: Path) -> Mapping[str, Describe]:
    """The rooms of a programme file, by identifier. Raises ProgrammeRefused."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ProgrammeRefused(f"The programme {path} cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise ProgrammeRefused(f"The programme {path} is not UTF-8 text.") from error
    try:
        return rooms(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ProgrammeRefused(f"The programme {path} is no TOML: {error}.") from error
    except ProgrammeRefused as refused:
        raise ProgrammeRefused(f"The programme {path} cannot be used: {refused}") from refused


def rooms(programme: Mapping[str, Any]) -> Mapping[str, Describe]:
    """The rooms of a programme, by identifier. Raises ProgrammeRefused."""
    _only(programme, {"title", "rooms"}, "the programme")
    title = _line(programme, "title", "the programme", TITLE_LIMIT)
    tables = programme.get("rooms")
    if not isinstance(tables, Mapping) or not tables:
        raise ProgrammeRefused("it has no room. A room begins with a line like [rooms.digitales-podium].")
    return {identifier: _room(identifier, table, title) for identifier, table in tables.items()}


def _room(identifier: str, table: object, programme: str) -> Describe:
    where = f"room “{identifier}”"
    if not _ROOM.fullmatch(identifier):
        raise ProgrammeRefused(f"{where}: an identifier has at most 64 {_IDENTIFIER}.")
    if not isinstance(table, Mapping):
        raise ProgrammeRefused(f"{where} is not a table. Write [rooms.{identifier}] and its fields below.")
    _only(table, {"title", "language", "panellists", "feeds", "netiquette", "words", "starts", "engines"}, where)
    language = _line(table, "language", where, 16)
    if not _LANGUAGE.fullmatch(language):
        raise ProgrammeRefused(f"{where}: language is “{language}”; write de or en.")
    panellists = tuple(_panellist(entry, where) for entry in _list(table, "panellists", where, ()))
    identifiers = [panellist.id for panellist in panellists]
    if repeated := {one for one in identifiers if identifiers.count(one) > 1}:
        raise ProgrammeRefused(f"{where}: two panellists have the id “{min(repeated)}”.")
    feeds = tuple(_list(table, "feeds", where, DEFAULT_FEEDS))
    if wrong := [feed for feed in feeds if not isinstance(feed, str) or not _FEED.fullmatch(feed)]:
        raise ProgrammeRefused(f"{where}: the feed “{wrong[0]}” is no name; use letters, digits and hyphens.")
    return Describe(
        title=_line(table, "title", where, TITLE_LIMIT),
        programme=programme,
        language=language,
        panellists=panellists,
        feeds=feeds,
        netiquette=tuple(_rule(entry, where) for entry in _list(table, "netiquette", where, ())),
        words=_words(_list(table, "words", where, ()), where),
        starts=_moment(table.get("starts"), where),
    )


def _rule(entry: object, where: str) -> Rule:
    if not isinstance(entry, Mapping):
        raise ProgrammeRefused(f'{where}: an item of the netiquette is written like {{ de = "…", en = "…" }}.')
    place = f"an item of the netiquette of {where}"
    _only(entry, {"de", "en", "reasons"}, place)
    german, english = (_line(entry, language, place, NOTE_LIMIT, needed=False) or None for language in ("de", "en"))
    if german is None and english is None:
        raise ProgrammeRefused(f"{place} has no text; write de, en or both.")
    reasons = tuple(_list(entry, "reasons", place, ()))
    if unknown := [reason for reason in reasons if reason not in REASONS]:
        raise ProgrammeRefused(f"{place}: there is no reason “{unknown[0]}”; known are {', '.join(REASONS)}.")
    return Rule(german, english, reasons)


def _words(words: list[Any], where: str) -> tuple[str, ...]:
    if not all(isinstance(word, str) for word in words):
        raise ProgrammeRefused(f"{where}: words are texts in quotation marks.")
    try:
        return clean_words(tuple(words))
    except Refused as refused:
        raise ProgrammeRefused(f"{where}: words must be few and short enough, and plain text.") from refused


def _moment(value: object, where: str) -> int | None:
    if value is None:
        return None
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise ProgrammeRefused(f"{where}: starts is a time with its zone, like 2026-10-28T15:00:00+01:00.")
    return int(value.timestamp() * 1000)


def _panellist(entry: object, where: str) -> Panellist:
    if not isinstance(entry, Mapping):
        raise ProgrammeRefused(f'{where}: a panellist is written like {{ id = "ulm", name = "…", role = "…" }}.')
    _only(entry, {"id", "name", "role"}, f"a panellist of {where}")
    identifier = _line(entry, "id", f"a panellist of {where}", 64)
    place = f"panellist “{identifier}” of {where}"
    if not _ROOM.fullmatch(identifier) or identifier in (PANEL, SESSION):
        raise ProgrammeRefused(
            f"{place}: an id has at most 64 {_IDENTIFIER}, and is neither “{PANEL}” nor “{SESSION}”."
        )
    name = _line(entry, "name", place, NAME_LIMIT)
    return Panellist(identifier, name, _line(entry, "role", place, AFFILIATION_LIMIT, needed=False))


def _line(table: Mapping[str, Any], key: str, where: str, limit: int, *, needed: bool = True) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise ProgrammeRefused(f"{where}: {key} must be text in quotation marks.")
    try:
        line = clean_line(value, limit)
    except Refused as refused:
        raise ProgrammeRefused(f"{where}: {key} must be plain text of at most {limit} characters.") from refused
    if line is None and needed:
        raise ProgrammeRefused(f"{where} has no {key}.")
    return line or ""


def _list(table: Mapping[str, Any], key: str, where: str, default: tuple[str, ...]) -> list[Any]:
    value = table.get(key, list(default))
    if not isinstance(value, list):
        raise ProgrammeRefused(f"{where}: {key} must be a list in square brackets.")
    return value


def _only(table: Mapping[str, Any], known: set[str], where: str) -> None:
    if unknown := sorted(set(table) - known):
        raise ProgrammeRefused(f"{where} has an unknown field “{unknown[0]}”; known are {', '.join(sorted(known))}.")
