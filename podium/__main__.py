"""The command line: podium serve | demo | doctor | invite | backup | restore | publish | export | bench | purge | verify."""

import argparse
import asyncio
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from moderation.policy import Role
from podium import settings as options

DESCRIPTION = "A digital podium on your own server: the panel live, questions from everybody, moderated, on the speaker's prompter."
EXAMPLES = """\
examples:
  podium demo                                        try everything on this machine
  podium serve --data /srv/podium --host 0.0.0.0     serve the rooms of /srv/podium/programme.toml
  podium invite --room digitales-podium --role moderator
  podium COMMAND --help                              more about a command"""
SERVE = """\
Serve the rooms of the programme until Ctrl-C. The programme is a file in TOML, programme.toml in the data
folder unless --programme names another one:

  title = "Smart City Dialog"

  [rooms.digitales-podium]
  title = "Digitales Podium"
  language = "de"
  panellists = [{ id = "ulm", name = "Vertretung der Stadt Ulm", role = "Stadt Ulm" }]

Questions are kept in the data folder; moderators, speakers and the studio come in by links from `podium invite`."""
SERVE_EXAMPLES = """\
examples:
  podium serve
  podium serve --data /srv/podium --public-url https://podium.example --announce 203.0.113.7"""
DEMO = """\
Serve the Smart City Dialog with a test card as its picture, and print the links of every role; links.json in
the data folder has them for programs. Questions, links and the programme stay from start to start. It listens
on this machine alone unless --host says otherwise."""
DEMO_EXAMPLES = """\
examples:
  podium demo
  podium demo --data /tmp/podium --port 9000 --media-port 9001
  podium demo --host 0.0.0.0                         let others in the network try it too"""
INVITE = """\
Print a link for one person: a moderator, the host, a speaker (with the prompter of a panellist, or of the whole stage:
--panellist panel) or the studio. Whoever has the link has the role until it expires or is revoked. Works while the
server runs; give the same --data, and --public-url, or --host and --port, as for the server."""
INVITE_EXAMPLES = """\
examples:
  podium invite --room digitales-podium --role moderator
  podium invite --room digitales-podium --role speaker --panellist prof-dr-ziemer --days 7
  podium invite --revoke digitales-podium.5sYw0v1nT2uQe7kXb3mJ8A"""

BACKUP = """\
Write everything a server needs into one file: questions and decisions as they stand at one moment, the programme, and
the secret that signs links. Works while the server runs. Keep the file as safe as the server."""
BACKUP_EXAMPLES = """\
examples:
  podium backup podium-2026-10-28.tar.gz --data /srv/podium"""
RESTORE = """\
Put what a backup holds into a data folder that is empty. Links and devices stay valid; `podium verify ROOM` says
whether a journal is as it was written."""
RESTORE_EXAMPLES = """\
examples:
  podium restore podium-2026-10-28.tar.gz --data /srv/podium-new"""

PURGE = """\
Forget who asked and voted in a room: device ids, names and affiliations go from the journal and from the database
file, for good. Questions, answers, numbers and votes stay, and so does what moderators decided. Works while the server
runs; pages that are open go on, and their next question is somebody new's. Afterwards every line, exports of them and
the files of the data folder are looked at for whoever was known, and older exports and logs if you name them."""
PURGE_EXAMPLES = """\
examples:
  podium purge digitales-podium
  podium purge digitales-podium --data /srv/podium --scan exports podium.log"""


DOCTOR = """\
Look at this machine and these settings: programme, data folder, disk, secret, open files, ports and the addresses that
are announced, database, Redis, certificate, clock. Give the same settings as for the server; it may run meanwhile,
but then its ports cannot be tried. Each line says what to do. Status 0: an event could begin, 1: something is to
repair. Nobody is asked but whom the settings name."""
DOCTOR_EXAMPLES = """\
examples:
  podium doctor --data /srv/podium
  podium doctor --data /srv/podium --public-url https://podium.example --announce 203.0.113.7"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; the exit status: 0 done, 2 refused with a sentence on stderr."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    parser = _parser(words[0] if words else "")
    parsed = parser.parse_args(words)
    try:
        result: int = parsed.run(parsed)
    except options.SettingRefused as refused:
        _complain(str(refused))
        return 2
    except KeyboardInterrupt:
        return 130
    return result


def _version() -> str:
    from importlib.metadata import version

    return f"podium {version('podium')}"


def _parser(wanted: str) -> argparse.ArgumentParser:
    """The parser; modules that only one command needs are loaded only for that command."""
    parser = argparse.ArgumentParser("podium", description=DESCRIPTION, epilog=EXAMPLES)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--version", action="version", version=_version() if wanted == "--version" else "")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, summary: str, description: str, examples: str) -> argparse.ArgumentParser:
        return commands.add_parser(
            name,
            help=summary,
            description=description,
            epilog=examples,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    serve = command("serve", "serve the rooms of a programme", SERVE, SERVE_EXAMPLES)
    options.add_arguments(serve)
    serve.set_defaults(run=_serve)
    demo = command("demo", "try everything with a programme that is shipped", DEMO, DEMO_EXAMPLES)
    options.add_arguments(demo)
    demo.set_defaults(run=_demo)
    invite = command("invite", "print the link for a role, or revoke one", INVITE, INVITE_EXAMPLES)
    what = invite.add_argument_group("the link")
    what.add_argument("--room", help="the room's identifier in the programme")
    what.add_argument("--role", choices=("moderator", "host", "speaker", "studio"), help="what the link is for")
    what.add_argument("--panellist", metavar="ID", help="whose prompter it is (role speaker), or panel")
    what.add_argument("--days", type=int, default=90, help="how long it is valid (default: 90)")
    what.add_argument("--revoke", metavar="ID", help="end the validity of the link with this id")
    options.add_arguments(invite)
    invite.set_defaults(run=_invite)
    publish = command("publish", "send a media file or a test card to a WHIP address", "", "")
    if wanted == "publish":
        from podium.publish import command as publishing

        publishing.add_arguments(publish)
        publish.set_defaults(run=lambda parsed: asyncio.run(publishing.run(parsed)))
    export = command("export", "write the questions of a room to a file", "", "")
    if wanted == "export":
        from podium.export import command as exporting

        exporting.add_arguments(export)
        export.set_defaults(run=lambda parsed: asyncio.run(exporting.run(parsed)))
    doctor = command("doctor", "say whether an event could begin, and what to do", DOCTOR, DOCTOR_EXAMPLES)
    options.add_arguments(doctor)
    doctor.set_defaults(run=_doctor)
    bench = command("bench", "fill a room with people and say how it went", "", "")
    if wanted == "bench":
        from podium.bench import audience

        benches = bench.add_subparsers(dest="bench", required=True, metavar="WHAT")
        crowd = benches.add_parser(
            "audience",
            help="attendees, moderators and prompters over real WebSockets",
            description=audience.DESCRIPTION,
            epilog=audience.EXAMPLES,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        audience.add_arguments(crowd)
        crowd.set_defaults(run=lambda parsed: asyncio.run(audience.run(audience.wanted(parsed), _say, _complain)))
    purge = command("purge", "forget who asked and voted in a room", PURGE, PURGE_EXAMPLES)
    purge.add_argument("room", metavar="ROOM", help="the room as it stands in its link, like digitales-podium")
    purge.add_argument(
        "--scan",
        metavar="PATH",
        nargs="+",
        type=Path,
        default=(),
        help="files and folders, like exports and logs, that shall not tell of them either",
    )
    options.add_arguments(purge)
    purge.set_defaults(run=_purge)
    for name, summary, description, examples in (
        ("backup", "write everything into one file", BACKUP, BACKUP_EXAMPLES),
        ("restore", "put a backup into an empty data folder", RESTORE, RESTORE_EXAMPLES),
    ):
        archived = command(name, summary, description, examples)
        archived.add_argument("file", metavar="FILE", type=Path, help="the backup")
        options.add_arguments(archived)
        archived.set_defaults(run=_archive)
    verify = command("verify", "say whether a room's journal is as it was written", "", "")
    if wanted == "verify":
        from podium.export import verify as verifying

        verifying.add_arguments(verify)
        verify.set_defaults(run=lambda parsed: asyncio.run(verifying.run(parsed)))
    return parser


def _serve(parsed: argparse.Namespace) -> int:
    from podium import logs, serving

    settings = options.read(parsed)
    logs.configure(settings.log)
    if logs.form() == "json":
        return asyncio.run(serving.serve(settings, logs.say, lambda sentence: logs.say(sentence, logging.ERROR)))
    return asyncio.run(serving.serve(settings, _say, _complain))


def _demo(parsed: argparse.Namespace) -> int:
    from podium import logs, serving

    settings = options.read(parsed)
    logs.configure(settings.log)
    return asyncio.run(serving.demo(settings, _say, _complain))


def _archive(parsed: argparse.Namespace) -> int:
    from podium import backup

    run = backup.backup if parsed.command == "backup" else backup.restore
    return run(options.read(parsed), parsed.file, _say, _complain)


def _doctor(parsed: argparse.Namespace) -> int:
    from podium.doctor import command

    return asyncio.run(command.doctor(options.read(parsed), _say))


def _purge(parsed: argparse.Namespace) -> int:
    from podium import purge

    return asyncio.run(purge.purge(options.read(parsed), parsed.room, _say, _complain, parsed.scan))


def _invite(parsed: argparse.Namespace) -> int:
    from podium import invite

    settings = options.read(parsed)
    if parsed.revoke is not None:
        return asyncio.run(invite.revoke(settings, parsed.revoke, _complain))
    if parsed.room is None or parsed.role is None:
        _complain("say for which --room and which --role the link shall be, or which one to --revoke.")
        return 2
    wanted = invite.Wanted(parsed.room, Role(parsed.role), parsed.panellist, parsed.days)
    return invite.invite(settings, wanted, _say, _complain)


def _say(text: str) -> None:
    print(text, flush=True)


def _complain(sentence: str) -> None:
    print(f"podium: {sentence}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
