"""Fuzz the relay's parsers for longer than a test may: `make fuzz`, or

    python -m tests.fuzz [--inputs 100000] [--seed N]

Each target gets that many mutated inputs and, where atheris is installed, as many that coverage guides; one process
each, as many at once as there are cores. Prints how many inputs there were; a defect ends it with the input in hex.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import secrets
import sys
import tempfile
import time
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

ENGINES = ("mutated", "guided") if find_spec("atheris") else ("mutated",)
MEGABYTES = 768
"""Memory of one process; libFuzzer counts the interpreter and its instrumentation in."""


def mutated(name: str, inputs: int, seed: int) -> None:
    """Try inputs made from the samples."""
    from tests.fuzz.attempt import watched
    from tests.fuzz.mutation import inputs as mutations
    from tests.fuzz.targets import targets

    target = next(target for target in targets() if target.name == name)
    with watched() as attempt:
        for data in islice(mutations(target.samples, seed), inputs):
            attempt(target, data)
    print(f"{inputs} inputs")


def guided(name: str, inputs: int, seed: int) -> None:
    """Let libFuzzer look for inputs that reach lines no other one did."""
    import atheris  # type: ignore[import-not-found]

    with atheris.instrument_imports(include=["podium.relay"]):
        from tests.fuzz.targets import targets
    from tests.fuzz.attempt import watched
    from tests.fuzz.mutation import LONGEST

    target = next(target for target in targets() if target.name == name)
    with tempfile.TemporaryDirectory() as corpus, watched() as attempt:
        for number, sample in enumerate(target.samples):
            (Path(corpus) / str(number)).write_bytes(sample)
        limits = (f"-runs={inputs}", f"-seed={seed % 2**32}", f"-max_len={LONGEST}", f"-rss_limit_mb={MEGABYTES}")
        atheris.Setup([sys.argv[0], *limits, f"-artifact_prefix={corpus}/", corpus], lambda data: attempt(target, data))
        atheris.Fuzz()  # ends the process


async def in_a_process(cores: asyncio.Semaphore, engine: str, name: str, inputs: int, seed: int) -> tuple[int, str]:
    """How many inputs were tried, and what was found."""
    async with cores:
        began = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.fuzz", "--engine", engine, "--target", name),
            *("--inputs", str(inputs), "--seed", str(seed)),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output = (await process.communicate())[0].decode(errors="replace")
    counted = re.search(r"^Done (\d+) runs|^(\d+) inputs$", output, re.MULTILINE)
    tried = int(counted[1] or counted[2]) if counted else 0
    print(f"{name:<8} {engine:<8} {tried:>9,} inputs  {time.monotonic() - began:6.1f} s", flush=True)
    return tried, output if process.returncode or not counted else ""


async def all_of_them(names: list[str], inputs: int, seed: int) -> int:
    """The exit status."""
    cores = asyncio.Semaphore(os.cpu_count() or 1)
    runs = (in_a_process(cores, engine, name, inputs, seed) for engine in ENGINES for name in names)
    results = await asyncio.gather(*runs)
    for _, found in results:
        if found:
            print(found[-20_000:])
    defects = sum(bool(found) for _, found in results)
    print(f"{sum(tried for tried, _ in results):,} inputs with seed {seed}: {defects or 'no'} defects")
    return bool(defects)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=100_000, help="for each target and engine (default: 100,000)")
    parser.add_argument("--seed", type=int, default=secrets.randbits(32), help="to see a run again")
    parser.add_argument("--engine", choices=("mutated", "guided"), help=argparse.SUPPRESS)
    parser.add_argument("--target", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.engine:
        {"mutated": mutated, "guided": guided}[arguments.engine](arguments.target, arguments.inputs, arguments.seed)
        return
    from tests.fuzz.targets import targets

    names = [target.name for target in targets()]
    sys.exit(asyncio.run(all_of_them(names, arguments.inputs, arguments.seed)))


if __name__ == "__main__":
    main()
