# One place for what a developer and CI run; every target sets up what it needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# One environment, two stamps: it can run the program; it can develop it, too.
RUNS := $(VENV)/.runs
READY := $(VENV)/.ready

.PHONY: setup demo test test-fast coverage lint bench emulator official lock clean anew
setup: $(READY)

# What has no stamp is half made; what does not start is broken; what is of another Python is not the one that PYTHON= named: made anew.
HAS := $(lastword $(shell $(BIN)/python -V 2>/dev/null))
NAMED := $(if $(filter file,$(origin PYTHON)),$(HAS),$(lastword $(shell $(PYTHON) -V 2>/dev/null)))
ifeq ($(and $(wildcard $(RUNS) $(READY)),$(filter $(HAS),$(NAMED))),)
$(VENV)/pyvenv.cfg: anew
endif

TOO_OLD = 需要 Python 3.11 或更高版本；$(PYTHON)：$$($(PYTHON) -V 2>/dev/null || echo 找不到)。请用 PYTHON= 指定。
TOO_OLD += Python 3.11 or newer is needed; name it, as in: make $(firstword $(MAKECMDGOALS) setup) PYTHON=python3.11

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo "$(TOO_OLD)" >&2; exit 1; }
	@echo "1/3 $(VENV)：$$($(PYTHON) -V)"
	@$(PYTHON) -m venv --clear $(VENV)

# pip shows its progress on a terminal; elsewhere it speaks of errors only.
PIP = test -t 1 || quiet=--quiet; $(BIN)/python -m pip install $$quiet --disable-pip-version-check

define install
	@rm -f $(RUNS) $(READY)
	@echo "2/3 $<：$$(grep -c == $<) 个软件包 / packages"
	@$(PIP) --require-hashes -r $<
	@echo "3/3 brandbot"
	@$(PIP) --no-deps --no-build-isolation -e .
endef

$(RUNS): requirements.lock pyproject.toml $(VENV)/pyvenv.cfg
	$(install)
	@touch $(RUNS)

$(READY): requirements-dev.lock pyproject.toml $(VENV)/pyvenv.cfg
	$(install)
	@touch $(RUNS) $(READY)

demo: $(RUNS)
	@$(BIN)/brandbot demo

TESTS := $(BIN)/python -m pytest -n auto --dist worksteal

test: $(READY)
	$(TESTS)

# For every few minutes of work: SQLite only, nothing that takes a second by its nature.
test-fast: $(READY)
	$(TESTS) -m "not slow and not postgres and not e2e"

# The whole run again, half as long again, with the branches that no test takes.
coverage: $(READY)
	$(TESTS) --cov --cov-report=term

# The Telegram emulator that tests/e2e drives the program against (needs Node.js; without it those tests are skipped).
EMULATOR := tests/e2e/node_modules/.package-lock.json
emulator: $(EMULATOR)

$(EMULATOR): tests/e2e/package.json tests/e2e/package-lock.json
	cd tests/e2e && npm ci --ignore-scripts
	touch $(EMULATOR)

# The official WeCom client that tests/node drives against the fake platform (needs Node.js, too).
OFFICIAL := tests/node/node_modules/.package-lock.json
official: $(OFFICIAL)

$(OFFICIAL): tests/node/package.json tests/node/package-lock.json
	cd tests/node && npm ci --ignore-scripts
	touch $(OFFICIAL)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)
	$(BIN)/python -m bench

# Rewrites both lock files from pyproject.toml (needs uv on the PATH). Versions that are locked stay; LOCK=--upgrade takes the newest.
COMPILE = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-strip-extras --only-binary :all: \
	--emit-build-options --no-header --no-emit-index-url --no-emit-find-links $(LOCK)
lock:
	$(COMPILE) --group build --output-file requirements.lock
	$(COMPILE) --group dev --constraint requirements.lock --output-file requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .coverage
