import pytest

from moderation.question import PUBLIC, TRANSITIONS, Passage, Question, State, Step, after, passed
from moderation.refusal import Code, Refused


def asked(*states: State) -> Question:
    passages = tuple(Passage(state, at) for at, state in enumerate((State.SUBMITTED, *states), start=1))
    return Question(1, "Wann?", None, None, None, "de", "device:a", passages)


def outcome(state: State, step: Step) -> State | Code:
    try:
        return after(state, step)
    except Refused as refused:
        return refused.code


@pytest.mark.parametrize("state", State)
def test_a_step_leads_where_the_table_says_or_is_refused(state: State) -> None:
    outcomes = {step: outcome(state, step) for step in Step}
    assert outcomes == {step: TRANSITIONS.get((state, step), Code.NOT_IN_THIS_STATE) for step in Step}


def test_every_state_can_be_reached() -> None:
    reached = {State.SUBMITTED}
    while more := {to for (start, _), to in TRANSITIONS.items() if start in reached} - reached:
        reached |= more
    assert reached == set(State)


def test_a_question_becomes_public_only_by_a_moderators_step() -> None:
    by_the_asker = {Step.WITHDRAW, Step.SEPARATE}
    opened = {step for (start, step), to in TRANSITIONS.items() if start not in PUBLIC and to in PUBLIC}
    assert opened.isdisjoint(by_the_asker)


def test_a_withdrawn_question_stays_withdrawn() -> None:
    assert not [step for (state, step) in TRANSITIONS if state is State.WITHDRAWN]


def test_the_passages_tell_every_state_and_its_time() -> None:
    question = passed(passed(asked(), Step.APPROVE, 20), Step.QUEUE, 30)
    assert [(p.state, p.at) for p in question.passages] == [
        (State.SUBMITTED, 1),
        (State.APPROVED, 20),
        (State.QUEUED, 30),
    ]
    assert question.asked_at == 1
    assert question.since == 30
