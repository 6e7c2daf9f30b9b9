"""What an operator reads at the end."""

from podium.bench.ledger import Verdict
from podium.bench.machine import Usage
from podium.bench.report import Figures, told


def figures() -> Figures:
    measured = Figures(attendees=1_000, joining=4.0, acting=10.0, frames=100_000, asked=10, voted=20)
    for milliseconds in range(1, 101):
        measured.spreads["inbox"].add(milliseconds / 1000)
    return measured


def test_rates_quantiles_and_what_it_cost_are_told():
    measured = figures()
    measured.machine(Usage(1.0, 100_000_000), Usage(2.0, 120_000_000), Usage(3.0, 125_000_000))
    text = "\n".join(told(measured))
    assert "1000 joined in 4.0 s: 250 a second" in text
    assert "question to each inbox              100     50.0     95.0     99.0    100.0" in text
    assert "CPU of the server: 10% of a core, 10.0 us for each frame" in text
    assert "1.00 ms for each join" in text
    assert "20.0 kB for each attendee after joining, 25.0 kB after acting" in text
    assert "lost: 0 (" in text
    assert "doubled: 0 (" in text
    assert "host to each prompter" not in text, "nobody measured it"


def test_a_server_elsewhere_says_so_and_losses_add_up():
    measured = figures()
    measured.questions, measured.votes = Verdict(1, 2), Verdict(3, 4)
    measured.lost_events, measured.unseen, measured.different, measured.waiting, measured.doubled_events = 1, 1, 1, 1, 1
    measured.refused["too_fast"] += 2
    text = "\n".join(told(measured))
    assert "it is not on this machine" in text
    assert "refused: too_fast 2" in text
    assert "lost: 8 (" in text
    assert "doubled: 7 (" in text
