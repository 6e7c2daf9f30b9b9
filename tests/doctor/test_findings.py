"""A line says what was found, and the next one what to do."""

from podium.doctor.findings import fail, ok, warn


def test_only_what_asks_for_something_has_a_second_line() -> None:
    assert str(ok("disk", "much is free")) == "ok    disk         much is free"
    for finding in (warn("disk", "little is free", "Free space."), fail("disk", "nothing is free", "Free space.")):
        first, second = str(finding).splitlines()
        assert first.startswith(finding.level)
        assert second.strip() == "-> Free space."
