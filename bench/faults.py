"""Kill -9 at random moments: web processes, relay workers, PostgreSQL and Redis of an event on two servers.

    python bench/faults.py [--kills 1000] [--minutes 5] [--seed 1]
    python bench/faults.py --away 30
    python bench/faults.py --partition 30

Three moderators decide all the time and two read, through a balancer; each comes back by itself and sends again what
was not answered. After every 25 kills all is compared: nothing acknowledged may be lost, doubled or reordered in the
journal, and every page has to show what a fresh one shows. Stops at the number of kills or after the minutes.
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.outages import parts_away
from bench.partition import apart, partition
from tests.faults import people
from tests.nodes import Nodes
from tests.servers import Postgres, Redis, postgres_template

ROUND = 25
KINDS = {"web": 1, "worker": 3, "postgres": 3, "redis": 3}
"""How likely each is: a web process takes seconds to start again."""


async def run(nodes: Nodes, kills: int, minutes: float, seed: int) -> None:
    """Print a line for each round, and the sum."""
    chance = random.Random(seed)
    killed: Counter[str] = Counter()
    acked, longest, deadline = 0, 0.0, time.monotonic() + 60 * minutes
    refused: Counter[str] = Counter()
    while killed.total() < kills and time.monotonic() < deadline:
        async with people(nodes, f"round-{seed}-{killed.total()}") as faults:
            await faults.kill(chance.choices(tuple(KINDS), tuple(KINDS.values()), k=ROUND), chance)
        killed += faults.killed
        acked += sum(len(writer.acked) for writer in faults.writers)
        longest = max(longest, *(writer.longest for writer in faults.writers))
        for writer in faults.writers:
            refused += writer.refused
        print(f"{killed.total()} kills {dict(killed)}, {acked} acknowledged, longest wait {longest:.1f} s", flush=True)
    print(f"nothing lost, doubled or reordered; refused and sent again: {dict(refused)}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--away", type=float, metavar="SECONDS", help="instead: Redis, then PostgreSQL away for so long"
    )
    parser.add_argument(
        "--partition", type=float, metavar="SECONDS", help="instead: one of three servers cut off (root)"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        template = postgres_template(Path(folder))
        if options.partition:
            with apart(template, Path(folder)) as (nodes, network):
                asyncio.run(partition(nodes, network, options.partition))
            return
        postgres, redis = Postgres(template), Redis()
        own = Path(folder) / "nodes"
        own.mkdir()
        nodes = Nodes(own, postgres, redis, "ab")
        try:
            nodes.start()
            if options.away:
                asyncio.run(parts_away(nodes, options.away))
            else:
                asyncio.run(run(nodes, options.kills, options.minutes, options.seed))
        finally:
            nodes.stop()
            redis.remove()
            postgres.remove()


if __name__ == "__main__":
    main()
