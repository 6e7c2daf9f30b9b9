"""The record as comma-separated values (RFC 4180) that a spreadsheet opens without harm."""

import csv
import io

from podium.export.record import Record, Row

COLUMNS = (
    "number", "state", "text", "name", "affiliation", "addressee", "queue", "language", "votes", "asked_at", "since",
    "aired_at", "origin", "answer",
)  # fmt: skip
STAFF_COLUMNS = ("original", "reason", "note", "into", "owner", "due", "passages")
# What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection), the full-width forms included.
FORMULA_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"


def to_csv(taken: Record) -> str:
    """A header and one line a question, each ended by CR LF; begins with a byte order mark, so that Excel reads UTF-8.

    A text that a spreadsheet would calculate has an apostrophe before it. passages: "STATE TIME", separated by "; ".
    """
    columns = COLUMNS if taken.public else COLUMNS + STAFF_COLUMNS
    out = io.StringIO(newline="")
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_cell(row, column) for column in columns] for row in taken.rows)
    return out.getvalue()


def _cell(row: Row, column: str) -> str | int:
    if column == "passages":
        return "; ".join(f"{passage.state} {passage.at}" for passage in row.passages)
    value: str | int | None = getattr(row, column)
    if value is None:
        return ""
    return harmless(value) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """The text, with an apostrophe before it when a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(FORMULA_BEGINNINGS) or text.lstrip().startswith(FORMULA_BEGINNINGS) else text
