"""The same load on one node and on several, on one PostgreSQL and one Redis of its own.

    python bench/nodes.py [--nodes 3] [--attendees 1500] [--seconds 30] [--votes 50] [--questions 5]

Attendees are spread over the nodes, the staff is at the first. On a machine with fewer cores than there are nodes, clients
and databases nothing can go faster with more nodes; what can be seen is what each node does for its share of the people and
what it does whatever their number. So it prints, for one node and for all, the CPU of all nodes together, of one of them,
and of PostgreSQL and Redis, beside the figures of `podium bench audience`.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from moderation.policy import Role
from podium.bench import audience, machine, measurement, report
from podium.bench.measurement import Wanted
from podium.bench.serving import Place
from tests.e2e.server import ROOM
from tests.nodes import Nodes
from tests.servers import Postgres, Redis, postgres_template


def family(process: int) -> float:
    """CPU seconds of a process, its children, and what those have left behind."""
    used = machine.usage(process)
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    return (0.0 if used is None else used.cpu) + sum(family(int(child)) for child in children)


def measure(wanted: Wanted, names: str, folder: Path) -> None:
    """So many nodes: start, measure, say, stop."""
    postgres, redis = Postgres(postgres_template(folder)), Redis()
    own = folder / names
    own.mkdir()
    try:
        nodes = Nodes(own, postgres, redis, names)
        try:
            nodes.start()
            tokens = {
                role: nodes.token(role, "panel" if role is Role.SPEAKER else None)
                for role in (Role.MODERATOR, Role.HOST, Role.SPEAKER)
            }
            first, *others = (("127.0.0.1", server.port) for server in nodes.servers)
            place = Place(*first, ROOM, tokens, tuple(others))
            stores = {"PostgreSQL": postgres.process.pid, "Redis": redis.process.pid}
            before, marks = {}, []

            def say(line: str) -> None:
                if "they ask and vote" in line:
                    marks.append(time.perf_counter())
                    before.update({name: family(process) for name, process in stores.items()})

            figures = asyncio.run(measurement.measured(wanted, place, say))
            passed = time.perf_counter() - marks[0]
            print(f"\n{len(names)} node{'s' * (len(names) > 1)}, {wanted.attendees} attendees", end="")
            for line in report.told(figures):
                print(f"  {line}")
            for name, process in stores.items():
                print(f"  CPU of {name}: {(family(process) - before[name]) / passed:.1%} of a core")
            if figures.cpu is not None:
                print(f"  CPU of one node: {figures.cpu / len(names) / figures.acting:.1%} of a core", flush=True)
            assert not figures.lost + figures.doubled
        finally:
            nodes.stop()
    finally:
        redis.remove()
        postgres.remove()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", type=int, default=3)
    audience.add_arguments(parser)
    parsed = parser.parse_args()
    wanted = audience.wanted(parsed)
    with tempfile.TemporaryDirectory() as folder:
        for count in (1, parsed.nodes):
            measure(wanted, "abcdefgh"[:count], Path(folder))


if __name__ == "__main__":
    main()
