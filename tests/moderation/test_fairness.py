from moderation import command
from moderation.fairness import MINUTE, Criterion, Fairness, Share, Suggestion, fairness
from moderation.policy import Role, Who
from moderation.room import Room
from tests.moderation.rooms import ASKERS, described, done, play


def asked(*questions: tuple[int, str | None, str, str | None]) -> Room:
    """Asked by (asker, affiliation, language, addressee), all put into the running order of whom they are for."""
    room = described()
    for turn, (asker, affiliation, language, addressee) in enumerate(questions, start=1):
        wanted = command.Ask(f"Frage {turn}?", language, None, affiliation, addressee)
        room, _ = play(room, wanted, Who(Role.ATTENDEE, f"device:{asker}"), turn * 60_000)
        room = done(room, command.Enqueue(turn, addressee or "panel"))
    return room


def fair(room: Room, minute: int = 300) -> Fairness:
    return fairness(room, minute * MINUTE)


def answered(room: Room, number: int, minutes: int) -> Room:
    room = done(room, command.Air(number, None), now=200 * MINUTE)
    return done(room, command.Answer(number), now=(200 + minutes) * MINUTE)


def test_shares_tell_questions_and_minutes_of_each_panellist() -> None:
    room = answered(asked((1, "Stadt Ulm", "de", "ulm"), (2, None, "en", "ulm"), (3, "stadt ulm", "de", None)), 1, 4)
    told = fair(room)
    assert told.panellists == (
        Share("bohle"),
        Share("ulm", asked=2, waiting=1, answered=1, airtime=4 * MINUTE),
        Share("ziemer"),
        Share("panel", asked=1, waiting=1),
    )
    assert told.affiliations == (Share("stadt ulm", 2, 1, 1, 4 * MINUTE), Share("", 1, 1))
    assert told.languages == (Share("de", 2, 1, 1, 4 * MINUTE), Share("en", 1, 1))
    assert told.first_time == Share("", 3, 2, 1, 4 * MINUTE)


def test_merged_and_withdrawn_questions_are_nobodys_share() -> None:
    room = done(asked((1, None, "de", "ulm"), (2, None, "de", "ulm")), command.Merge(2, into=1))
    assert fair(room).panellists[1].asked == 1
    room, _ = play(room, command.Withdraw(1), Who(Role.ATTENDEE, "device:1"), 0)
    assert fair(room).next is None


def test_without_a_choice_there_is_no_reason() -> None:
    assert fair(described()).next is None
    assert fair(asked((1, None, "de", "ulm"))).next == Suggestion(1, ())


def test_first_comes_who_has_spoken_least_in_whole_minutes() -> None:
    room = asked((1, None, "de", "ulm"), (2, None, "de", "ulm"), (3, None, "de", "bohle"))
    assert fair(answered(room, 1, 5)).next == Suggestion(3, (Criterion.LEAST_TIME,))
    speaks = done(room, command.Air(1, None), now=200 * MINUTE)
    assert fair(speaks, 200).next == Suggestion(2, (Criterion.LONGEST_WAITING,))
    assert fair(speaks, 205).next == Suggestion(3, (Criterion.LEAST_TIME,))
    seconds = done(done(room, command.Air(1, None), now=0), command.Answer(1), now=30_000)
    told = fair(seconds).next
    assert told is not None
    assert Criterion.LEAST_TIME not in told.reasons


def test_then_whose_asker_affiliation_and_language_were_heard_least() -> None:
    heard = (1, "a", "de", "ziemer")
    first = answered(asked(heard, (1, "b", "en", "ulm"), (2, "a", "de", "bohle")), 1, 1)
    assert fair(first).next == Suggestion(3, (Criterion.FIRST_TIME,))
    affiliation = answered(asked(heard, (2, "A", "en", "ulm"), (3, "b", "de", "bohle")), 1, 1)
    assert fair(affiliation).next == Suggestion(3, (Criterion.AFFILIATION,))
    language = answered(asked(heard, (2, "b", "de", "ulm"), (3, "b", "en", "bohle")), 1, 1)
    assert fair(language).next == Suggestion(3, (Criterion.LANGUAGE,))


def test_then_votes_and_at_last_the_longer_wait_decide() -> None:
    room = asked((1, None, "de", "ulm"), (2, None, "de", "bohle"))
    assert fair(room).next == Suggestion(1, (Criterion.LONGEST_WAITING,))
    assert fair(done(room, command.Vote(2, True), who=ASKERS[0])).next == Suggestion(2, (Criterion.MOST_VOTES,))


def test_moderators_order_within_a_queue_is_theirs() -> None:
    room = done(asked((1, None, "de", "ulm"), (2, None, "de", "ulm")), command.Move(2, None))
    assert fair(room).next == Suggestion(2, ())


def test_where_no_order_has_any_an_approved_question_is_suggested() -> None:
    room = done(asked((1, None, "de", "ulm")), command.Approve(1))
    assert fair(room).next == Suggestion(1, ())


def test_everybody_in_the_hall_is_somebody_else() -> None:
    room = done(described(), *[command.Transcribe("Und jetzt?", "de")] * 2)
    room = answered(done(room, command.Approve(1), command.Approve(2)), 1, 0)
    assert fair(room).first_time.asked == 2
