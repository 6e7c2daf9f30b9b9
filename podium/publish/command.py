"""The command `podium publish`: its options, its sentences, its exit status."""

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
from urllib.parse import urlsplit

from podium.publish.card import Card, Panellist
from podium.publish.mediafile import MediaFile
from podium.publish.publisher import Publisher
from podium.publish.source import MediaError, Source
from podium.publish.testcard import TestCard
from podium.publish.whip import WhipError

TESTCARD = "testcard"
DESCRIPTION = """\
Send a media file, or a test card, to a WHIP address in real time, as a camera or OBS would.

H.264 and VP8 pictures and Opus sound are sent as they are in the file. Anything else is encoded anew as VP8
(at most 1280x720) and Opus; so is H.264 with B-frames, which browsers do not play live. A file is played over
and over; with --once it is played to its end. When the server goes away, publishing goes on as soon as it is
back. Ctrl-C ends it."""
EPILOG = """\
examples:
  podium publish testcard --to http://localhost:8080/whip/ROOM/programme --token TOKEN \\
      --title "Smart City Dialog" --panellist "Prof. Dr. Ziemer|HafenCity Universität Hamburg"
  podium publish talk.mp4 --once --to https://podium.example/whip/ROOM/programme --token TOKEN

exit status: 0 when the file has been played or publishing was ended with Ctrl-C, 1 when it is not possible."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of `podium publish` to `parser`."""
    parser.description = DESCRIPTION
    parser.epilog = EPILOG
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("media", metavar="FILE", help=f'a media file, or the word "{TESTCARD}"')
    parser.add_argument("--to", required=True, metavar="WHIP_URL", help="the WHIP address to send to")
    parser.add_argument(
        "--token",
        help="the token (bearer) that allows to publish there; - reads it from standard input, where no other user sees it",
    )
    parser.add_argument("--once", action="store_true", help="play the file to its end, then stop")
    card = parser.add_argument_group("what the test card says")
    card.add_argument("--title", default="Podium", help="the title of the event")
    card.add_argument(
        "--panellist",
        action="append",
        default=[],
        type=panellist,
        metavar="NAME|ROLE",
        help='a name card, like "Prof. Dr. Ziemer|HafenCity Universität Hamburg"; once for each panellist',
    )
    card.add_argument("--language", choices=("de", "en"), default="en", help="its language (default: en)")


def panellist(text: str) -> Panellist:
    """Read "NAME|ROLE"; the role may be missing. Raises argparse.ArgumentTypeError."""
    name, _, role = (part.strip() for part in text.partition("|"))
    if not name:
        raise argparse.ArgumentTypeError(f'"{text}" has no name; write it like "Name|Role"')
    return Panellist(name, role)


async def run(arguments: argparse.Namespace) -> int:
    """Publish until the end, Ctrl-C or SIGTERM; the exit status."""
    # What goes wrong is said in sentences; aiortc and aioice would add tracebacks.
    logging.getLogger("aiortc").setLevel(logging.CRITICAL)
    logging.getLogger("aioice").setLevel(logging.CRITICAL)
    source: Source | None = None
    try:
        _check_address(arguments.to)
        source = _source(arguments)
        publisher = Publisher(source, arguments.to, _token(arguments.token), say=_say)
        return await _until_stopped(publisher)
    except (MediaError, WhipError) as error:
        print(f"podium publish: {error}", file=sys.stderr)
        return 1
    finally:
        if source:
            source.close()


async def _until_stopped(publisher: Publisher) -> int:
    task = asyncio.ensure_future(publisher.run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: there Ctrl-C cancels by itself.
            loop.add_signal_handler(number, task.cancel)
    try:
        await task
        _say("ended: everything has been played")
    except asyncio.CancelledError:
        _say("stopped")
    return 0


def _source(arguments: argparse.Namespace) -> Source:
    if arguments.media == TESTCARD:
        return TestCard(Card(arguments.title, tuple(arguments.panellist), arguments.language))
    media = MediaFile(arguments.media, once=arguments.once)
    for remark in media.plan.remarks:
        _say(remark)
    return media


def _token(given: str | None) -> str | None:
    # Arguments stand in the list of processes, which every user of the machine can read.
    return sys.stdin.readline().strip() if given == "-" else given


def _check_address(address: str) -> None:
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise WhipError(f"{address} is no WHIP address: it begins with https:// or http://.", final=True)


def _say(sentence: str) -> None:
    print(sentence, flush=True)
