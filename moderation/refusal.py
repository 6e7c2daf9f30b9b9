"""Why something was refused: the closed list of stable codes. People's sentences live in the client."""

from enum import StrEnum


class Code(StrEnum):
    """A code is never renamed and never reused; clients and tests depend on it."""

    # decided by the room
    NOT_ALLOWED = "not_allowed"
    DEVICE_NEEDED = "device_needed"
    UNKNOWN_QUESTION = "unknown_question"
    UNKNOWN_PANELLIST = "unknown_panellist"
    UNKNOWN_REASON = "unknown_reason"
    NOT_IN_THIS_STATE = "not_in_this_state"
    NEIGHBOUR_GONE = "neighbour_gone"
    STAGE_CHANGED = "stage_changed"
    CHANGED_SINCE = "changed_since"
    TEXT_EMPTY = "text_empty"
    TEXT_TOO_LONG = "text_too_long"
    TEXT_NOT_PLAIN = "text_not_plain"
    TOO_MANY_QUESTIONS = "too_many_questions"
    TOO_MANY_IN_ROOM = "too_many_in_room"
    QUESTIONS_PAUSED = "questions_paused"
    QUESTIONS_CLOSED = "questions_closed"
    DEVICE_BLOCKED = "device_blocked"
    UNKNOWN_DEVICE = "unknown_device"
    NOTHING_TO_REDACT = "nothing_to_redact"
    UNKNOWN_CUE = "unknown_cue"
    UNKNOWN_REQUEST = "unknown_request"
    OUT_OF_RANGE = "out_of_range"
    # said at the connection
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    TOO_FAST = "too_fast"
    HELLO_FIRST = "hello_first"
    UNKNOWN_ROOM = "unknown_room"
    TOKEN_INVALID = "token_invalid"
    TOKEN_EXPIRED = "token_expired"
    TOKEN_REVOKED = "token_revoked"
    BUSY = "busy"
    SHUTTING_DOWN = "shutting_down"
    STORAGE_FULL = "storage_full"
    STORAGE_BUSY = "storage_busy"
    STORAGE_UNAVAILABLE = "storage_unavailable"


class Refused(Exception):
    """A command that changes nothing.

    retry_after: milliseconds after which the same command may succeed; None where waiting does not help.
    """

    def __init__(self, code: Code, retry_after: int | None = None) -> None:
        super().__init__(code.value)
        self.code = code
        self.retry_after = retry_after
