# `make run` sets everything up and starts the demo; `make test` checks everything. Both are quick the second time.
BIN := .venv/bin
# Compiled modules are kept, also where the environment says otherwise: every test and server process loads them.
unexport PYTHONDONTWRITEBYTECODE
WEB_SOURCES := $(shell find web -name node_modules -prune -o -type f -print)

.PHONY: run test lint types collected core python web browser fuzz audit sbom format lock clean

run: .venv/runtime podium/pages/index.html
	@exec $(BIN)/podium demo

test: lint web core python browser

lint: .venv/dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	@$(MAKE) --no-print-directory -j 2 types collected
	$(BIN)/lint-imports

types: .venv/dev
	$(BIN)/mypy

# Beside mypy, which has one core: every test can be read, and what pytest makes of them is kept for all of its processes.
collected: .venv/dev
	$(BIN)/pytest --collect-only -qq tests > /dev/null

web: .venv/dev podium/pages/index.html
	$(BIN)/python scripts/pages.py check
	$(BIN)/python scripts/pages.py test
	$(BIN)/python scripts/pages.py budgets

core: .venv/dev
	$(BIN)/pytest tests/moderation

python: .venv/dev podium/pages/index.html
	scripts/setup servers
	$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder --ignore tests/moderation --ignore tests/e2e tests

# Pages wait more than they work: two at a time. Moving pictures get the cores for themselves.
browser: .venv/dev podium/pages/index.html
	scripts/setup chromium
	$(BIN)/pytest -n 2 --dist worksteal -m "not media" tests/e2e
	$(BIN)/pytest -m media tests/e2e

# Minutes: more than a million inputs for the relay's parsers, none of which may crash it, hang it or cost it memory.
fuzz: .venv/dev
	scripts/setup fuzz
	$(BIN)/python -m tests.fuzz

# Known weaknesses of what is locked; asks the registries, so it needs a network.
audit: .venv/dev
	scripts/setup audit
	scripts/components audit

# What an installation consists of, as CycloneDX: podium.cdx.json and pages.cdx.json in build/.
sbom: .venv/dev podium/pages/index.html
	scripts/setup audit
	scripts/components sbom

format: .venv/dev podium/pages/index.html
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/python scripts/pages.py format

lock: .venv/dev
	scripts/lock

clean:
	rm -rf .venv .cache web/node_modules podium/pages podium/relay/libfanout.so

# Installing compiles the fan-out too, where there is a C compiler.
.venv/runtime: requirements.txt requirements-build.txt requirements-node.txt pyproject.toml hatch_build.py scripts/setup \
		scripts/compiled.py podium/relay/fanout.c podium/relay/fanout.h
	scripts/setup runtime
	@touch $@

.venv/dev: .venv/runtime requirements-dev.txt
	scripts/setup dev
	@touch $@

podium/pages/index.html: .venv/runtime $(WEB_SOURCES)
	$(BIN)/python scripts/pages.py build
