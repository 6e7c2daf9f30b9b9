from itertools import islice

from tests.fuzz.mutation import LONGEST, inputs

SAMPLES = (b"one\ntwo\n", b"\x80" + bytes(40))


def test_the_same_seed_yields_the_same() -> None:
    assert list(islice(inputs(SAMPLES, 3), 500)) == list(islice(inputs(SAMPLES, 3), 500))
    assert list(islice(inputs(SAMPLES, 3), 500)) != list(islice(inputs(SAMPLES, 4), 500))


def test_samples_come_first_and_nearly_all_inputs_differ() -> None:
    found = list(islice(inputs(SAMPLES, 1), 2000))
    assert tuple(found[:2]) == SAMPLES
    assert len(set(found)) > 1000
    assert max(map(len, found)) <= LONGEST
