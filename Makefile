# Needs only Python 3.11 or newer, git and make; everything else is installed into .venv.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
PORT ?= 8866
UV_VERSION := 0.13.9
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
COMPILE := $(UV) pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate
UV_INSTALL := $(UV) pip install --quiet --python $(BIN)/python
COVERAGE := $(BIN)/coverage
# Coverage takes a third more of the processor, so `test-all` alone looks at it.
COVERED :=
RUN = $(if $(COVERED),$(COVERAGE) run,$(BIN)/python) -m pytest
QUICK := and not whole_product and not release
ALONE := not engine and not node
# Files, not tests, are shared out: what a module sets up once, such as a server or a browser, stays in one process.
PYTEST = $(RUN) tests notebooks --durations=10 --numprocesses auto --maxprocesses 4 \
	--dist loadfile --nbval --nbval-current-env --nbval-sanitize-with tests/notebooks/sanitize.cfg
# The last ones hold a browser open, beside which no other test could start a loop of its own.
CONTAINERS := tests/engine tests/node tests/deploy \
	tests/browser/test_workbench_image.py tests/browser/test_hub_image.py tests/browser/test_workbench_chart.py
PROJECT := pyproject.toml README.md LICENSE $(wildcard labextension/* labextension/static/* notebooks/*)

# What is run before the tests that start containers.
PREPARE :=

.PHONY: help run test rest containers .engine .node .prepared .erased test-all test-pythons lint lock reference docs picture release artefacts bench clean

help: ## say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(VENV)/.run ## serve the page at localhost and to this machine only, PORT=8866
	AETERNA_ALLOW_FETCH=$${AETERNA_ALLOW_FETCH-1} $(BIN)/aeterna dashboard --no-token --port $(PORT)

# With `--jobs 3` the real containers are waited for beside everything else.
test: rest containers ## ruff, mypy, the way imports go, all tests

rest: lint ## those of `test` that start no containers
	$(PYTEST) -m "$(ALONE) $(QUICK)"

containers: .engine .node ## those of `test` that start containers, on the engine and the cluster that are named

# One process each, since they share ports and CPUs; they wait more than they compute.
.engine .node: .prepared
	$(RUN) $(CONTAINERS) --durations=10 -m "$(subst .,,$@) $(QUICK)" >$(VENV)/$@.log 2>&1; \
		status=$$?; cat $(VENV)/$@.log; exit $$status

.prepared: $(VENV)/.dev
	$(PREPARE)

.erased: $(VENV)/.dev
	$(COVERAGE) erase

# What the whole product tests has nothing to set up, so there every test finds a free process.
test-all: QUICK :=
test-all: COVERED := 1
test-all: lint .erased containers ## the same with every combination of the choices, and coverage of 80 %
	$(PYTEST) -m "$(ALONE) and (not whole_product or cluster)"
	$(RUN) tests --numprocesses auto --maxprocesses 4 --dist worksteal \
		-m "$(ALONE) and whole_product and not cluster"
	$(COVERAGE) combine --quiet
	$(COVERAGE) report --skip-covered

test-pythons: $(VENV)/.dev ## the core's tests on each Python from 3.11 to 3.13 that is here
	$(BIN)/nox

lint: $(VENV)/.dev ## ruff, mypy and the way imports go
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

reference: $(VENV)/.dev ## docs/reference: settings, findings, commands, files, sizes, connections, off what the code declares
	$(BIN)/python -m tools.settings
	$(BIN)/python -m tools.findings
	$(BIN)/python -m tools.commands
	$(BIN)/python -m tools.sizes
	$(BIN)/python -m tools.connections

docs: $(VENV)/.dev ## the documentation's site, into site/
	$(BIN)/zensical build --clean --strict

picture: $(VENV)/.dev ## docs/pictures/page.jpg, which the README shows; needs Chromium
	$(BIN)/python -m tools.pictures

# Then: commit, tag with v$(VERSION), push the tag. The workflow `release` publishes what is tagged.
release: $(VENV)/.dev ## VERSION=0.2.0: that version into every file and the changelog, and what would be published into dist
	$(BIN)/python -m tools.release prepare $(VERSION)
	$(MAKE) .venv/.dev
	$(BIN)/python -m tools.release artefacts v$(VERSION)

artefacts: $(VENV)/.dev ## TAG=v0.2.0: what is published, into dist
	$(BIN)/python -m tools.release artefacts $(TAG)

bench: $(VENV)/.dev ## how fast it is, as ratios to something plain
	$(BIN)/python -m benchmarks

# Two locks: what the workbench needs, and that plus what its development needs. No host name stands in them.
lock: $(UV) ## resolve the two lock files anew
	$(COMPILE) pyproject.toml --group build --output-file requirements.lock
	$(COMPILE) pyproject.toml --group build --group dev --constraint requirements.lock \
		--output-file requirements-dev.lock

clean: ## remove what was made
	rm -rf $(VENV) build dist .coverage .import_linter_cache .mypy_cache .nox .pytest_cache .ruff_cache .hypothesis tests/artifacts

$(UV):
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv==$(UV_VERSION)

$(VENV)/.run: requirements.lock $(PROJECT) | $(UV)
	$(UV_INSTALL) --require-hashes --requirements requirements.lock
	$(UV_INSTALL) --no-deps --no-build-isolation --editable .
	touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	$(UV_INSTALL) --require-hashes --requirements requirements-dev.lock
	touch $@
