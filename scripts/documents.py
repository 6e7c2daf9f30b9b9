"""Write the parts of the documents that come from the code: between `<!-- from code: NAME -->` and `<!-- end -->`.

`python scripts/documents.py` writes them, `--check` only tells whether they are true (exit code 1 when not).
"""

import inspect
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, get_args

import msgspec

ROOT = Path(__file__).parent.parent
# Run as a program, Python looks for modules beside the script only.
sys.path.insert(0, str(ROOT))

from moderation import bursts, policy  # noqa: E402
from moderation.question import PUBLIC, TRANSITIONS, State, Step  # noqa: E402
from moderation.refusal import Code  # noqa: E402
from podium import pace, settings, wire  # noqa: E402
from podium.edge import problem  # noqa: E402
from podium.stage_entities import ScreenView  # noqa: E402

DOCUMENTS = ("docs/PROTOCOL.md", "docs/ARCHITECTURE.md", "docs/OPERATIONS.md")
MARK = re.compile(r"(<!-- from code: (?P<name>[\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def sentence(kind: type) -> str:
    """The docstring as one line, with nothing that would end a table cell."""
    return " ".join(inspect.getdoc(kind).split()).replace("|", "\\|") if kind.__doc__ else ""


def type_name(hint: Any) -> str:
    """A type as a reader of JSON knows it."""
    text = hint.__name__ if isinstance(hint, type) and not get_args(hint) else str(hint)
    text = re.sub(r"(?:typing\.)?Annotated\[([^,]+), (?:msgspec\.)?Meta\([^)]*\)\]", r"\1", text)
    text = re.sub(r"(?:typing\.)?Optional\[(.+)\]", r"\1 | None", text)
    text = re.sub(r"(?:typing\.)?Literal\[(.+)\]", lambda match: match[1].replace("'", '"').replace(", ", " | "), text)
    text = re.sub(r"\b(?:podium\.wire|podium\.entities|moderation\.\w+|msgspec|typing)\.", "", text)
    names = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "None": "null", "Raw": "object"}
    text = re.sub(r"\b(str|int|float|bool|None|Raw)\b", lambda match: names[match[1]], text)
    text = text.replace(" | ".join(kind.__name__ for kind in get_args(wire.Entity)), "entity")
    text = re.sub(r"tuple\[(.+), \.\.\.\]", r"list of \1", text)
    text = re.sub(r"dict\[string, (.+)\]", r"object of \1", text)
    return text.replace("|", "\\|")


def struct_rows(union: Any, name: Callable[[type], str]) -> str:
    rows = []
    for kind in get_args(union):
        rows.append(f"### {name(kind)}\n\n{sentence(kind)}\n")
        found = msgspec.structs.fields(kind)
        if found:
            rows.append("| field | type | absent means |\n|---|---|---|")
            rows += [f"| `{field.encode_name}` | {type_name(field.type)} | {absent(field)} |" for field in found]
            rows.append("")
    return "\n".join(rows)


def absent(field: Any) -> str:
    if field.default is not msgspec.NODEFAULT:
        return f"`{msgspec.json.encode(field.default).decode()}`"
    if field.default_factory is not msgspec.NODEFAULT:
        return f"`{msgspec.json.encode(field.default_factory()).decode()}`"
    return "never absent"


def frames(union: Any) -> str:
    return struct_rows(union, lambda kind: f"`{kind.__struct_config__.tag}`")


def entities() -> str:
    return struct_rows(wire.Entity, lambda kind: kind.__name__)


def desk() -> str:
    return struct_rows(
        wire.Desk | wire.ColleagueView | wire.FairnessView | wire.ShareView | wire.SuggestionView | ScreenView,
        lambda kind: kind.__name__,
    )


def commands() -> str:
    rows = ["| command | who | body | meaning |", "|---|---|---|---|"]
    for name, kind in wire.COMMANDS.items():
        allowed = ", ".join(
            role.value + (" (own)" if policy.PERMISSIONS[kind][role] is policy.Reach.OWN else "")
            for role in policy.Role
            if role in policy.PERMISSIONS[kind]
        )
        body = ", ".join(
            f"`{field.name}`: {type_name(field.type)}" + ("" if field.default is MISSING else " (optional)")
            for field in fields(kind)
        )
        rows.append(f"| `{name}` | {allowed} | {body} | {sentence(kind)} |")
    return "\n".join(rows) + "\n"


def codes() -> str:
    return "\n".join(f"- `{code.value}`" for code in Code) + "\n"


def media_codes() -> str:
    rows = [f"| `{code}` | {status} |" for code, status in problem.STATUS.items()]
    return "\n".join(["| code | status |", "|---|---|", *rows]) + "\n"


def limits() -> str:
    rows = {
        "a client's frame": f"{wire.FRAME_LIMIT:,} bytes",
        "a question's text": f"{policy.TEXT_LIMIT} characters, {policy.LINES_LIMIT} lines (more become one paragraph)",
        "a name": f"{policy.NAME_LIMIT} characters",
        "an affiliation": f"{policy.AFFILIATION_LIMIT} characters",
        "a moderator's sentence": f"{policy.NOTE_LIMIT} characters",
        "an answer in writing": f"{policy.ANSWER_LIMIT:,} characters",
        "questions of one device": f"{policy.ASKS_PER_WINDOW} in {policy.ASK_WINDOW // 1000} seconds",
        "questions of a room": f"{policy.ROOM_ASKS_PER_WINDOW} in {policy.ASK_WINDOW // 1000} seconds",
        "words to look at twice": f"{policy.WORDS_LIMIT}, each of {policy.NAME_LIMIT} characters",
        "frames of one connection": f"{pace.BURST} at once, {pace.PER_SECOND} in a second",
        "a burst of votes, flagged": f"{bursts.BURST_VOTES} first votes of devices for one question in "
        f"{bursts.BURST_WINDOW // 1000} seconds",
        "reasons for declining": ", ".join(f"`{reason}`" for reason in policy.REASONS),
    }
    return "\n".join(["| what | limit |", "|---|---|", *(f"| {k} | {v} |" for k, v in rows.items())]) + "\n"


def states() -> str:
    by_pair: dict[tuple[State, State], list[Step]] = {}
    for (start, step), to in TRANSITIONS.items():
        by_pair.setdefault((start, to), []).append(step)
    lines = ["```mermaid", "stateDiagram-v2", f"    [*] --> {State.SUBMITTED}: ask"]
    lines += [f"    {start} --> {to}: {', '.join(steps)}" for (start, to), steps in by_pair.items()]
    lines += ["```", "", f"Everybody may read: {', '.join(sorted(PUBLIC))}.", ""]
    return "\n".join(lines)


def options() -> str:
    rows = ["| option | in the environment | default | meaning |", "|---|---|---|---|"]
    rows += [
        f"| `{flag}` | `{variable}` | {default} | {meaning} |" for flag, variable, default, meaning in settings.table()
    ]
    return "\n".join(rows) + "\n"


PARTS: Mapping[str, Callable[[], str]] = {
    "server-frames": lambda: frames(wire.ServerFrame),
    "client-frames": lambda: frames(wire.ClientFrame),
    "entities": entities,
    "desk": desk,
    "commands": commands,
    "codes": codes,
    "limits": limits,
    "media-codes": media_codes,
    "states": states,
    "settings": options,
}


def written(text: str) -> str:
    """The document with its parts from the code; KeyError for a part nobody makes."""
    return MARK.sub(lambda match: match[1] + PARTS[match["name"]]() + match[3], text)


def main() -> int:
    stale = [name for name in DOCUMENTS if (text := (ROOT / name).read_text(encoding="utf-8")) != written(text)]
    if "--check" in sys.argv:
        for name in stale:
            print(f"{name} is not what the code says: run python scripts/documents.py")
        return 1 if stale else 0
    for name in stale:
        path = ROOT / name
        path.write_text(written(path.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
