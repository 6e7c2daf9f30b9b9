"""A media session ends with the token that opened it."""

from podium.edge.access import Action, Denied, Granted
from podium.edge.tenure import Tenure
from podium.relay.control import Refused, Role


class Relay:
    """A relay that knows some sessions, and what was asked of it."""

    def __init__(self, *sessions: str) -> None:
        self.sessions = set(sessions)
        self.found: list[str] = []

    async def find(self, role: Role, feed: str, session: str) -> None:
        self.found.append(session)
        if session not in self.sessions:
            raise Refused("session_unknown", "there is no such session")

    async def close(self, role: Role, feed: str, session: str) -> None:
        if session not in self.sessions:
            raise Refused("session_unknown", "there is no such session")
        self.sessions.remove(session)


class Tokens:
    """Some are good, until they are not."""

    def __init__(self, *good: str) -> None:
        self.good = set(good)

    def authorise(self, token: str | None, room: str, feed: str, action: Action) -> Granted | Denied:
        return Granted() if token in self.good else Denied("token_invalid", "the token has been revoked")


async def test_a_session_lasts_while_its_token_is_good_and_ends_with_it() -> None:
    relay, tokens = Relay("camera", "obs"), Tokens("a", "b")
    tenure = Tenure(relay, tokens.authorise)
    tenure.begin(Role.PUBLISH, "ulm", "programme", "camera", "a")
    tenure.begin(Role.PUBLISH, "ulm", "programme", "obs", "b")
    await tenure.review()
    assert relay.sessions == {"camera", "obs"}
    tokens.good.remove("a")
    await tenure.review()
    assert relay.sessions == {"obs"}


async def test_a_session_that_the_relay_has_forgotten_is_forgotten() -> None:
    relay, tokens = Relay(), Tokens("a")
    tenure = Tenure(relay, tokens.authorise)
    tenure.begin(Role.PLAY, "ulm", "programme", "gone", "a")
    await tenure.review()
    await tenure.review()
    assert relay.found == ["gone"]


async def test_a_session_that_ended_before_its_token_is_no_fault() -> None:
    relay, tokens = Relay(), Tokens()
    tenure = Tenure(relay, tokens.authorise)
    tenure.begin(Role.PUBLISH, "ulm", "programme", "gone", "a")
    await tenure.review()
    await tenure.review()
    assert relay.sessions == set()


async def test_a_worker_that_does_not_answer_now_is_asked_again() -> None:
    class Busy(Relay):
        async def close(self, role: Role, feed: str, session: str) -> None:
            if not self.found:
                self.found.append(session)
                raise Refused("relay_unavailable", "the relay is starting")
            await super().close(role, feed, session)

    relay, tokens = Busy("camera"), Tokens()
    tenure = Tenure(relay, tokens.authorise)
    tenure.begin(Role.PUBLISH, "ulm", "programme", "camera", "revoked")
    await tenure.review()
    assert relay.sessions == {"camera"}
    await tenure.review()
    assert relay.sessions == set()
