"""How the relay says no: one exception with a stable code, the same in the worker and in the web process."""


class Refused(Exception):
    """A request that is not met.

    code: of podium.relay.control.Code or podium.relay.sdp.SdpCode. detail: one sentence for a developer.
    retry_after: seconds to wait before another try, None when trying again does not help.
    """

    def __init__(self, code: str, detail: str, retry_after: int | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after
