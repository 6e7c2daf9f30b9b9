"""The rules of the house that no linter knows: sizes, names, mirrored tests, lock files without hosts, a true README."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "podium" / "pages"
MODULES = sorted(
    path for folder in ("moderation", "podium") for path in (ROOT / folder).rglob("*.py") if path.stem != "__init__"
)
SOURCES = MODULES + sorted(
    path
    for ending in ("ts", "tsx", "css")
    for path in (ROOT / "web").rglob(f"*.{ending}")
    if "node_modules" not in path.parts and ".gen." not in path.name
)
LINES = 400

# Modules without a test file of their own, each with the reason.
TESTED_ELSEWHERE = {
    "moderation/command.py": "declares what tests/moderation/test_decide.py commands",
    "moderation/event.py": "declares what tests/moderation/test_apply.py folds",
    "moderation/stage_command.py": "declares what tests/moderation/test_staging.py commands",
    "moderation/stage_event.py": "declares what tests/moderation/test_staging.py folds",
    "moderation/refusal.py": "declares the codes that every refusing test names",
    "podium/entities.py": "declares what tests/test_views.py tells",
    "podium/stage_entities.py": "declares what tests/test_views_stage.py tells",
    "podium/ports.py": "declares what tests/contracts hold every adapter to",
    "podium/bench/attendee.py": "acts in tests/bench/test_audience.py",
    "podium/bench/crowd.py": "acts in tests/bench/test_audience.py",
    "podium/bench/crowds.py": "acts in tests/bench/test_audience.py",
    "podium/bench/measurement.py": "is run by tests/bench/test_audience.py",
    "podium/bench/sockets.py": "acts in tests/bench/test_audience.py",
    "podium/bench/staff.py": "acts in tests/bench/test_audience.py",
    "podium/edge/pushes.py": "pushes to the engine of tests/edge/test_calls.py",
    "podium/relay/calls.py": "one end of the calls in tests/edge/test_calls.py",
    "podium/relay/detour.py": "the way of the calls in tests/edge/test_calls.py",
    "podium/edge/access.py": "declares what tests/edge/test_authority.py answers and tests/edge/test_media.py asks",
}
# The pure core may use these of the standard library, and nothing else at all.
CORE_MAY_IMPORT = {"__future__", "collections", "dataclasses", "enum", "functools", "itertools", "moderation", "re",
                   "types", "typing", "unicodedata"}  # fmt: skip


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imported(path: Path) -> set[str]:
    """The first names of everything a module imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").partition(".")[0])
    return names


def test_no_file_outgrows_its_reader():
    counts = {short(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {path: count for path, count in counts.items() if count > LINES} == {}


def test_no_module_is_a_drawer_for_everything():
    drawers = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "common", "misc"}
    assert [short(path) for path in SOURCES if path.name.partition(".")[0].lower() in drawers] == []


def test_every_module_has_its_test_file():
    def tested(module: Path) -> bool:
        inside = module.relative_to(ROOT)
        if inside.parts[0] == "podium":
            inside = inside.relative_to("podium")
        mirrored = ROOT / "tests" / inside.parent
        return any(mirrored.glob(f"test_{module.stem.strip('_')}*.py"))

    missing = {short(module) for module in MODULES if "migrations" not in module.parts and not tested(module)}
    untested = sorted(missing - TESTED_ELSEWHERE.keys())
    assert untested == [], "no test file of their own: " + " ".join(untested)
    assert TESTED_ELSEWHERE.keys() <= missing, "has a test file by now: take it off TESTED_ELSEWHERE"


def test_the_core_imports_nothing_that_could_know_more_than_its_arguments():
    foreign = {short(path): imported(path) - CORE_MAY_IMPORT for path in (ROOT / "moderation").rglob("*.py")}
    assert {path: names for path, names in foreign.items() if names} == {}


def test_tests_wait_for_facts_and_never_sleep():
    # The modules beside the tests may: a media source keeps its pace, a poll with a deadline looks now and then.
    waits = re.compile(r"\b(?:time|asyncio)\.sleep\((?!0\))|wait_for_timeout\(|(?<![.\w])sleep\((?!0\))")
    sleeping = {
        f"{short(path)}:{number}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if path != Path(__file__) and waits.search(line)
    }
    assert sleeping == set(), "sleeps: " + " ".join(sorted(sleeping))


def test_no_test_is_skipped_or_expected_to_fail():
    excuse = re.compile(
        r"pytest\.(?:mark\.)?(?:skip|skipif|xfail|importorskip)\b|\b(?:it|test|describe)\.(?:skip|todo)\("
    )
    tests = [*(ROOT / "tests").rglob("*.py"), *(path for path in SOURCES if ".test." in path.name)]
    excused = [short(p) for p in tests if p != Path(__file__) and excuse.search(p.read_text(encoding="utf-8"))]
    assert excused == []


@pytest.mark.parametrize("lock", sorted(path.name for path in ROOT.glob("requirements*.txt")))
def test_python_locks_pin_by_hash_and_name_no_host(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    pinned = re.findall(r"^[\w.\[\]-]+==\S+", text, re.MULTILINE)
    assert pinned
    assert text.count("--hash=sha256:") >= len(pinned)


def test_the_lock_of_the_pages_names_no_host():
    text = (ROOT / "web" / "package-lock.json").read_text(encoding="utf-8")
    assert '"resolved": "http' not in text
    assert '"integrity": "sha512-' in text


def test_the_readme_shows_the_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make run" in text
    assert "make test" in text


def test_every_document_linked_from_the_readme_and_the_documents_is_there():
    links = re.compile(r"\]\((?!\w+:|#)([^)#\s]+)")
    missing = {
        f"{short(page)} -> {target}"
        for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for target in links.findall(page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    }
    assert missing == set(), "links to nowhere: " + ", ".join(sorted(missing))


def test_the_built_pages_ask_no_other_host_and_run_no_inline_script():
    built = sorted(PAGES.glob("*.html"))
    assert built, "the pages are not built: `make podium/pages/index.html`"
    for page in built:
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text), f"{page.name} loads from another host"
        assert not re.search(r"<script(?![^>]*\bsrc=)", text), f"{page.name} has an inline script"
        assert not re.search(r"<style|\sstyle=|\son\w+=", text), f"{page.name} has an inline style or handler"
