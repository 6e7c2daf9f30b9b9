"""The record as minutes: one HTML page for the screen and for paper, with nothing loaded from anywhere."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from html import escape

from moderation.count import Count
from moderation.question import PUBLIC, Origin, State
from moderation.queue import PANEL
from podium.export.record import Passage, Record, Row
from podium.export.words import WORDS

STYLE = """
:root { color-scheme: light; font: 11pt/1.5 "Fira Sans", "Segoe UI", system-ui, sans-serif; }
body { margin: 2.5rem auto; padding: 0 1.25rem; max-width: 60rem; color: #111; background: #fff; }
header { padding-bottom: 1.25rem; border-bottom: 3px solid #111; }
h1 { margin: 0 0 .5rem; font-size: 1.9rem; line-height: 1.2; }
h2 { margin: 2.25rem 0 .5rem; font-size: 1.2rem; break-after: avoid; }
p { margin: .2rem 0; }
.kind { font-weight: 600; }
.kind[data-confidential] { display: inline-block; padding: .1rem .6rem; border: 1.5px solid #a00000; color: #a00000; }
dl { display: grid; grid-template-columns: 9rem 1fr; gap: .35rem 1rem; margin: 1.25rem 0 0; }
dt { color: #444; }
dd { margin: 0; }
ul { margin: 0; padding: 0; list-style: none; }
table { width: 100%; border-collapse: collapse; table-layout: fixed; }
th { padding: .3rem .75rem .3rem 0; border-bottom: 1.5px solid #111; font-size: .85rem; text-align: start; }
td { padding: .7rem .75rem .7rem 0; border-bottom: 1px solid #bbb; text-align: start; vertical-align: baseline; }
th.number { width: 3rem; } th.for { width: 20%; } th.course { width: 27%; } th.votes { width: 4.5rem; }
th.votes, td.votes { padding-right: 0; text-align: end; }
td.number { font-weight: 600; }
td.number, td.votes, time { font-variant-numeric: tabular-nums; white-space: nowrap; }
td p { overflow-wrap: anywhere; white-space: pre-line; }
td.course, td.for { font-size: .9rem; }
.asker { color: #444; font-size: .9rem; }
.answer { margin-top: .4rem; padding-left: .75rem; border-left: 2px solid #111; }
.course li { display: grid; grid-template-columns: max-content 1fr; gap: .6rem; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
footer { margin-top: 2rem; color: #444; font-size: .85rem; }
.head { overflow-wrap: anywhere; font-family: monospace; }
@page { size: A4; margin: 18mm 16mm 20mm; @bottom-right { content: counter(page) " / " counter(pages); font-size: 9pt; } }
@media print { body { margin: 0; padding: 0; max-width: none; } :root { font-size: 10pt; } }
@media (max-width: 40rem) {
  dl, table, thead, tbody, tr, td { display: block; }
  thead { position: absolute; clip-path: inset(50%); }
  td { padding: .15rem 0; border: 0; } td.votes { text-align: start; }
  td[data-name]::before { content: attr(data-name) " "; color: #444; }
  tr { padding: .75rem 0; border-bottom: 1px solid #bbb; }
}
"""

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
OPEN = PUBLIC - {State.ANSWERED}

Words = Mapping[str, str]


def to_html(taken: Record) -> str:
    """A complete document; every text of people is escaped and keeps its own direction of writing.

    Answered questions come first, in the order of their answers, then those that are still public, then, in a record
    for the organiser, each other state.
    """
    language = taken.language if taken.language in WORDS else "en"
    words = WORDS[language]
    day = (taken.rows[0].asked_at if taken.rows else taken.as_of).partition("T")[0]
    sections = "\n".join(_section(title, rows, day, words) for title, rows in _sections(taken, words) if rows)
    kind = words["public" if taken.public else "all"]
    confidential = "" if taken.public else " data-confidential"
    return f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(taken.title)}: {words["minutes"]}</title>
<style>{STYLE}</style>
</head>
<body>
<header>
<p>{escape(taken.programme)}</p>
<h1>{escape(taken.title)}: {words["minutes"]}</h1>
<p class="kind"{confidential}>{kind}</p>
<dl>
<dt>{words["date"]}</dt><dd><time datetime="{escape(day)}">{_day(day, words)}</time></dd>
{_panel(taken, words)}
<dt>{words["questions"]}</dt><dd>{_count(taken.count, words)}</dd>
<dt>{words["taken"]}</dt><dd>{_moment(taken.as_of, words)}</dd>
</dl>
</header>
<main>
{sections or f"<p>{words['none']}</p>"}
</main>
<footer><p>{words["number_in_journal"]} {taken.seq} (<span class="head">{taken.head}</span>). {words["times"]} UTC{taken.as_of[-6:]}.</p></footer>
</body>
</html>
"""


def _sections(taken: Record, words: Words) -> Iterable[tuple[str, list[Row]]]:
    answered = [row for row in taken.rows if row.state == State.ANSWERED]
    yield words["section_answered"], sorted(answered, key=lambda row: (row.since, row.number))
    yield words["section_open"], [row for row in taken.rows if row.state in OPEN]
    hidden = dict.fromkeys(row.state for row in taken.rows if row.state not in PUBLIC)
    for state in sorted(hidden, key=[state.value for state in State].index):
        title = words.get(f"section_{state}", words.get(state, escape(state)))
        yield title, [row for row in taken.rows if row.state == state]


def _section(title: str, rows: Iterable[Row], day: str, words: Words) -> str:
    columns = ("number", "question", "for", "course", "votes")
    heads = "".join(f'<th scope="col" class="{name}">{words[name]}</th>' for name in columns)
    lines = "\n".join(_row(row, day, words) for row in rows)
    return (
        f"<section>\n<h2>{title}</h2>\n<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{lines}\n</tbody>\n"
        "</table>\n</section>"
    )


def _row(row: Row, day: str, words: Words) -> str:
    asker = ", ".join(escape(part) for part in (row.name, row.affiliation) if part) or words["anonymous"]
    asker += f" ({words[f'origin_{row.origin}']})" if row.origin != Origin.ONLINE else ""
    passages = row.passages or _known_passages(row)
    course = "".join(f"<li>{_clock(step.at, day, words)} {_step(step, row, words)}</li>" for step in passages)
    reason = f"<p>{words['reason']}: {words.get(row.reason, escape(row.reason))}</p>" if row.reason else ""
    note = f'<p dir="auto">{escape(row.note)}</p>' if row.note else ""
    into = f"<p>{words['into']} {row.into}</p>" if row.into is not None else ""
    later = ", ".join(escape(part) for part in (row.owner, row.due) if part)
    later = f'<p dir="auto">{later}</p>' if later else ""
    answer = f'<p class="answer" dir="auto">{words["answer"]}: {escape(row.answer)}</p>' if row.answer else ""
    original = f'<p class="asker" dir="auto">{words["original"]}: {escape(row.original)}</p>' if row.original else ""
    cells = [
        f'<td class="number" data-name="{words["number"]}">{row.number}</td>',
        f'<td><p dir="auto" lang="{escape(row.language)}">{escape(row.text)}</p>',
        f'{original}<p class="asker" dir="auto">{asker}</p>{answer}</td>',
        f'<td class="for" dir="auto" data-name="{words["for"]}">{escape(row.addressee or words["panel"])}</td>',
        f'<td class="course"><ul>{course}</ul>{reason}{note}{into}{later}</td>',
        f'<td class="votes" data-name="{words["votes"]}">{row.votes}</td>',
    ]
    return f"<tr>{''.join(cells)}</tr>"


def _known_passages(row: Row) -> tuple[Passage, ...]:
    """What everybody knows of a question's course: when it was asked, when it came on stage, and what it is now."""
    aired = (Passage(State.ON_AIR, row.aired_at),) if row.aired_at and row.state == State.ANSWERED else ()
    return (Passage(State.SUBMITTED, row.asked_at), *aired, Passage(row.state, row.since))


def _step(step: Passage, row: Row, words: Words) -> str:
    told = words.get(step.state, escape(step.state))
    if step.state == State.ANSWERED and row.answer:
        told = words["replied"]
    elif step.state == State.ANSWERED and row.queue not in ("", PANEL, row.addressee):
        told += f' <span dir="auto">({escape(row.queue)})</span>'
    return f"<span>{told}</span>"


def _panel(taken: Record, words: Words) -> str:
    people = "".join(
        f'<li dir="auto">{escape(speaker.name)}{f", {escape(speaker.role)}" if speaker.role else ""}</li>'
        for speaker in taken.panellists
    )
    return f"<dt>{words['panellists']}</dt><dd><ul>{people}</ul></dd>" if people else ""


def _count(told: Count, words: Words) -> str:
    shown = f"{told.shown} {words['count_shown']}"
    if told.answered:
        shown += f" ({words['count_of_these']} {told.answered} {words['count_answered']})"
    parts = [f"{told.asked} {words['count_asked']}", shown]
    for state, number in told.others.items():
        why = ", ".join(f"{words.get(code, escape(code))}: {count}" for code, count in told.reasons.items())
        name = words.get(f"count_{state}", words.get(state, escape(state)))
        parts.append(f"{number} {name} ({why})" if state == State.DECLINED and why else f"{number} {name}")
    return f"{', '.join(parts)}."


def _day(iso: str, words: Words) -> str:
    year, month, day = (int(part) for part in iso[:10].split("-"))
    return words["day"].format(day=day, month=words["months"].split()[month - 1], year=year)


def _moment(iso: str, words: Words) -> str:
    return f'<time datetime="{escape(iso)}">{_day(iso, words)}, {iso[11:16]} {words["o_clock"]}</time>'


def _clock(iso: str, day: str, words: Words) -> str:
    """The time of day with seconds; with its date when that is not the day of the minutes."""
    moment = datetime.fromisoformat(iso)
    other = "" if iso.startswith(day) else f"{moment.strftime(words['short_day'])} "
    return f'<time datetime="{escape(iso)}">{other}{moment:%H:%M:%S}</time>'
