"""The record as one HTML page for the screen and for paper, with nothing loaded from anywhere."""

from collections.abc import Mapping
from html import escape
from types import MappingProxyType

from podium.export.record import Record, Row

WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "de": {
            "all": "Alle Fragen, auch nicht öffentliche: vertraulich",
            "public": "Öffentliche Fragen",
            "taken": "Stand",
            "none": "Noch keine Fragen.",
            "number": "Nr.",
            "question": "Frage",
            "for": "An",
            "state": "Stand",
            "votes": "Stimmen",
            "panel": "das ganze Podium",
            "submitted": "eingegangen",
            "held": "vorgemerkt",
            "approved": "freigegeben",
            "declined": "abgelehnt",
            "merged": "zusammengeführt",
            "queued": "eingereiht",
            "on_air": "auf der Bühne",
            "answered": "beantwortet",
            "deferred": "zurückgestellt",
            "withdrawn": "zurückgezogen",
            "off_topic": "passt nicht zum Thema",
            "already_asked": "wurde schon gefragt",
            "already_answered": "wurde schon beantwortet",
            "personal_data": "enthält persönliche Angaben",
            "not_civil": "ist nicht respektvoll formuliert",
            "not_a_question": "ist keine Frage",
            "no_time": "die Zeit reicht nicht",
            "other": "anderer Grund",
        },
        "en": {
            "all": "All questions, not public ones too: confidential",
            "public": "Public questions",
            "taken": "As of",
            "none": "No questions yet.",
            "number": "No.",
            "question": "Question",
            "for": "To",
            "state": "State",
            "votes": "Votes",
            "panel": "the whole panel",
            "submitted": "received",
            "held": "shortlisted",
            "approved": "approved",
            "declined": "declined",
            "merged": "merged",
            "queued": "queued",
            "on_air": "on stage",
            "answered": "answered",
            "deferred": "deferred",
            "withdrawn": "withdrawn",
            "off_topic": "off topic",
            "already_asked": "already asked",
            "already_answered": "already answered",
            "personal_data": "contains personal data",
            "not_civil": "not phrased respectfully",
            "not_a_question": "not a question",
            "no_time": "not enough time",
            "other": "another reason",
        },
    }
)
"""The words of the page, by language; a room in another language gets the English ones."""

STYLE = """
:root { color-scheme: light; font: 11pt/1.45 "Fira Sans", "Segoe UI", system-ui, sans-serif; }
body { margin: 2rem auto; padding: 0 1rem; max-width: 62rem; color: #111; background: #fff; }
h1 { margin: 0; font-size: 1.6rem; }
p { margin: .25rem 0; }
table { width: 100%; margin-top: 1.5rem; border-collapse: collapse; }
th, td { padding: .5rem .75rem .5rem 0; border-bottom: 1px solid #bbb; text-align: start; vertical-align: top; }
td.number, td.votes { font-variant-numeric: tabular-nums; white-space: nowrap; }
td p { overflow-wrap: anywhere; white-space: pre-line; }
td small { color: #444; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
@page { margin: 15mm; }
@media print { body { margin: 0; padding: 0; max-width: none; font-size: 10pt; } }
"""

POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def to_html(taken: Record) -> str:
    """A complete document; every text of people is escaped and keeps its own direction of writing."""
    words = WORDS.get(taken.language, WORDS["en"])
    language = taken.language if taken.language in WORDS else "en"
    heads = "".join(f'<th scope="col">{words[name]}</th>' for name in ("number", "question", "for", "state", "votes"))
    rows = "\n".join(_row(row, words) for row in taken.rows)
    table = f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>"
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(taken.title)}: {words["public" if taken.public else "all"]}</title>
<style>{STYLE}</style>
</head>
<body>
<p>{escape(taken.programme)}</p>
<h1>{escape(taken.title)}</h1>
<p>{words["public" if taken.public else "all"]}. {words["taken"]}: {_time(taken.exported_at)}</p>
{table if taken.rows else f"<p>{words['none']}</p>"}
</body>
</html>
"""


def _row(row: Row, words: Mapping[str, str]) -> str:
    asker = ", ".join(escape(part) for part in (row.name, row.affiliation) if part)
    asker = f'<p dir="auto"><small>{asker}</small></p>' if asker else ""
    reason = f"<p>{words.get(row.reason, escape(row.reason))}</p>" if row.reason else ""
    note = f'<p dir="auto">{escape(row.note)}</p>' if row.note else ""
    steps = [(passage.state, passage.at) for passage in row.passages] or [(row.state, row.since)]
    state = "".join(f"<p>{words.get(state, escape(state))} <small>{_time(at)}</small></p>" for state, at in steps)
    cells = [
        f'<td class="number">{row.number}</td>',
        f'<td><p dir="auto" lang="{escape(row.language)}">{escape(row.text)}</p>{asker}</td>',
        f'<td dir="auto">{escape(_addressee(row, words))}</td>',
        f"<td>{state}{reason}{note}</td>",
        f'<td class="votes">{row.votes}</td>',
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _addressee(row: Row, words: Mapping[str, str]) -> str:
    return row.addressee or words["panel"]


def _time(iso: str) -> str:
    day, _, clock = iso.partition("T")
    return f'<time datetime="{escape(iso)}">{escape(day)} {escape(clock[:8])}</time>'
