# One place for what a developer and CI run; every target sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: setup demo test lint bench emulator official lock clean
setup: $(READY)

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $(READY)

demo: $(READY)
	@$(BIN)/brandbot demo

test: $(READY)
	$(BIN)/python -m pytest -n auto --cov --cov-report=term

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

# Rewrites requirements.lock from pyproject.toml (needs uv on the PATH).
lock:
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-emit-index-url --no-emit-find-links --output-file requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .coverage
