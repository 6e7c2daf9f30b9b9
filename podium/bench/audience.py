"""`podium bench audience`: a full room on this machine, and what it cost."""

import argparse
import asyncio
import os
import resource
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from moderation.policy import Role
from podium import descriptors
from podium.bench import machine
from podium.bench.crowds import CrowdEnded
from podium.bench.measurement import BenchRefused, Wanted, measured
from podium.bench.report import told
from podium.bench.serving import Place, ServerFailed, own_server
from podium.values import split_address

Say = Callable[[str], None]

DESCRIPTION = """\
Fill a room with attendees who ask, vote, lose the network and come back, with moderators, a host and prompters beside
them, and say how long everything took, what it cost, and whether anything was lost or doubled. Without --link it starts
a server of its own, on this machine, with a room of its own, and removes all of it afterwards. With --link it uses your
running server: a room made for this, please, for its journal keeps what was asked. Ctrl-C ends it at any time.
Status 0: nothing lost, nothing doubled; 1: something was; 2: it could not be measured."""
EXAMPLES = """\
examples:
  podium bench audience                              500 attendees for a minute, on a server of its own
  podium bench audience --attendees 10000 --joins 500 --votes 50 --questions 5
  podium bench audience --link "$(podium invite --room rehearsal --role host)" \\
                        --link "$(podium invite --room rehearsal --role speaker --panellist panel)" """
MOST_ATTENDEES, MOST_JOINS, MOST_VOTES, MOST_QUESTIONS, MOST_SECONDS = 50_000, 2_000.0, 500.0, 9.0, 900.0
SPARE_DESCRIPTORS = 200
LOST, REFUSED = 1, 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command's options."""
    cores = len(os.sched_getaffinity(0))
    load = parser.add_argument_group("the load")
    load.add_argument("--attendees", type=_upto(MOST_ATTENDEES, int), default=500, help="who attend (default: 500)")
    load.add_argument("--seconds", type=_upto(MOST_SECONDS), default=60.0, help="how long they act (default: 60)")
    load.add_argument("--joins", type=_upto(MOST_JOINS), default=200.0, help="joins a second (default: 200)")
    load.add_argument("--votes", type=_upto(MOST_VOTES), default=10.0, help="votes a second (default: 10)")
    load.add_argument("--questions", type=_upto(MOST_QUESTIONS), default=1.0, help="questions a second (default: 1)")
    load.add_argument(
        "--reconnects", type=_upto(MOST_JOINS), default=1.0, help="lost and made again a second (default: 1)"
    )
    load.add_argument("--moderators", type=_upto(20, int), default=2, help="who decide (default: 2)")
    load.add_argument("--prompters", type=_upto(100, int), default=4, help="screens of speakers (default: 4)")
    load.add_argument(
        "--processes",
        type=_upto(64, int),
        default=max(1, cores // 2),
        help="that make the load (default: half the cores)",
    )
    where = parser.add_argument_group("the server")
    where.add_argument(
        "--link", action="append", default=[], metavar="LINK",
        help="of a running server's room: a host's or a moderator's, and a speaker's for the prompters; may be repeated",
    )  # fmt: skip
    where.add_argument(
        "--server", action="append", default=[], metavar="URL",
        help="where Podium itself listens, if links name a proxy: http://127.0.0.1:8080; repeated for several nodes",
    )  # fmt: skip
    where.add_argument(
        "--elsewhere", action="store_true", help="the server may be on another machine; ask its owner first"
    )
    where.add_argument("--live-room", action="store_true", help="the room may have people or questions in it")


def wanted(parsed: argparse.Namespace) -> Wanted:
    """The load that the command line describes."""
    return Wanted(
        parsed.attendees,
        parsed.seconds,
        parsed.joins,
        parsed.votes,
        parsed.questions,
        parsed.reconnects,
        parsed.moderators,
        parsed.prompters,
        min(parsed.processes, parsed.attendees),
        tuple(parsed.link),
        tuple(parsed.server),
        parsed.elsewhere,
        parsed.live_room,
    )


async def run(load: Wanted, say: Say, complain: Say) -> int:
    """Measure and say; the exit status. Ctrl-C ends it and cleans up."""
    task = asyncio.current_task()
    assert task is not None, "a coroutine runs in a task"
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    try:
        _check(load)
        async with _place(load, say) as place:
            figures = await measured(load, place, say)
    except (BenchRefused, ServerFailed, CrowdEnded, ConnectionError) as refused:
        complain(str(refused))
        return REFUSED
    except asyncio.CancelledError:
        complain("ended before it was measured.")
        return REFUSED
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
    for line in told(figures):
        say(line)
    return LOST if figures.lost or figures.doubled else 0


def place_of(load: Wanted) -> Place:
    """The running server that the links name. Raises BenchRefused."""
    rooms, tokens, servers = set(), {}, list(dict.fromkeys(load.servers))
    for link in load.links:
        parts = split_address(link)
        page, _, rest = parts.path.strip("/").partition("/")
        role = {"moderate": Role.MODERATOR, "host": Role.HOST, "prompt": Role.SPEAKER}.get(page)
        if role is None or not rest or not parts.fragment:
            raise BenchRefused("--link is the link of a host, a moderator or a speaker, as `podium invite` prints it.")
        rooms.add(rest.partition("/")[0])
        tokens[role] = parts.fragment
        if not load.servers and (server := f"{parts.scheme}://{parts.netloc}") not in servers:
            servers.append(server)
    if len(rooms) != 1 or (len(servers) != 1 and not load.servers):
        raise BenchRefused("All links belong to one room at one server.")
    if not {Role.HOST, Role.MODERATOR} & tokens.keys():
        raise BenchRefused("One of the links has to be a host's or a moderator's, who see the inbox.")
    (host, port), *others = (_address(server, elsewhere=load.elsewhere) for server in servers)
    return Place(host, port, rooms.pop(), tokens, tuple(others))


def _address(server: str, *, elsewhere: bool) -> tuple[str, int]:
    address = split_address(server)
    if address.scheme != "http" or not address.hostname:
        raise BenchRefused(
            "Podium itself speaks HTTP, TLS is the proxy's: say where it listens, --server http://127.0.0.1:8080."
        )
    if not machine.here(address.hostname) and not elsewhere:
        raise BenchRefused(
            f"{address.hostname} is not this machine's loopback address. A load is for a server of one's own: "
            "run this on it with --server http://127.0.0.1:8080, or say --elsewhere."
        )
    return address.hostname, address.port or 80


def _upto(most: float, kind: Callable[[str], float] = float) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            number = kind(text)
        except ValueError:
            number = 0
        if not 0 < number <= most:
            raise argparse.ArgumentTypeError(f"write a number above 0, at most {most:g}")
        return number

    return read


def _check(load: Wanted) -> None:
    if load.servers and not load.links:
        raise BenchRefused("--server says where the server of a --link listens: name the link, too.")
    descriptors.allow_all()
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = load.attendees if not load.links else load.attendees // load.processes
    if soft != resource.RLIM_INFINITY and soft < needed + SPARE_DESCRIPTORS:
        raise BenchRefused(
            f"{load.attendees} connections need {needed + SPARE_DESCRIPTORS} open files in one process, and the system "
            f"grants {soft}: raise the hard limit (ulimit -Hn, LimitNOFILE= of systemd)."
        )


@asynccontextmanager
async def _place(load: Wanted, say: Say) -> AsyncIterator[Place]:
    if load.links:
        place = place_of(load)
        if far := [host for host, _ in place.nodes if not machine.here(host)]:
            say(f"Warning: {load.attendees} connections go to {', '.join(far)}, over the network between.")
        yield place
        return
    say("Starting a server for this measurement alone ...")
    async with own_server() as place:
        yield place
