# Everything runs in .venv, made from the lock with hashes on first use: `make test` is enough on a bare Python 3.11.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Quiet twice: errors only. A warning about the configuration of this machine is no news about the project.
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check --no-input
INSTALLED := $(VENV)/.installed
UV := $(VENV)/lock/bin/uv
UV_VERSION := 0.13.9

.PHONY: help setup audit test quick golden soak bench lint lock clean

help:
	@echo "make setup  install everything into $(VENV)"
	@echo "make audit  audit the shipped documents into reports/"
	@echo "make test   run all tests"
	@echo "make quick  run the tests that need no browser and no server and are not slow"
	@echo "make golden write the reviewed lists of the golden tests anew, to be looked through"
	@echo "make bench  measure how often misprints are blamed, and what that costs"
	@echo "make soak   kill an audit at ten random moments and repeat it: nothing lost, nothing doubled"
	@echo "make lint   ruff, mypy, import-linter"
	@echo "make lock   resolve requirements.lock anew from pyproject.toml"
	@echo "make clean  remove $(VENV), reports/ and caches"

setup: $(INSTALLED)

# The interpreter is made anew only when it is missing: a lock that changes is installed over it.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "$(PYTHON) is older than Python 3.11: make setup PYTHON=python3.11" >&2; exit 1; }
	@echo "making $(VENV)"
	@$(PYTHON) -m venv $(VENV)

# No build isolation: the build backend comes out of the lock, so nothing without a hash is ever installed.
$(INSTALLED): requirements.lock pyproject.toml | $(BIN)/python
	@echo "installing from requirements.lock"
	@$(PIP) install --require-hashes --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

audit: $(INSTALLED)
	$(BIN)/gouji audit --output reports

# By group: a file that starts something (a Prefect server, a database, a browser) stays together, all else is spread.
test: $(INSTALLED)
	$(BIN)/python -m pytest --numprocesses 2 --dist loadgroup

# With GOUJI_DOCUMENTS the documents of that folder are measured too. The numbers stand in docs/benchmarks.md.
bench: $(INSTALLED)
	$(BIN)/python -m tests.benchmarks.speed
	$(BIN)/python -m tests.benchmarks.reading $${GOUJI_DOCUMENTS:-datasets/documents}
	$(BIN)/python -m tests.benchmarks.blame

# What needs no browser, no server and little time; by test, so that both processes are busy to the end.
quick: $(INSTALLED)
	$(BIN)/python -m pytest --numprocesses 2 -m "not slow and not browser and not server"

# The reviewed lists of the golden tests, written as things are now; look at every line that differs.
golden: $(INSTALLED)
	$(BIN)/python -m tests.golden.refresh

soak: $(INSTALLED)
	GOUJI_KILLS=10 $(BIN)/python -m pytest -rP tests/operations/test_kill.py

lint: $(INSTALLED)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

$(UV): | $(BIN)/python
	@$(PYTHON) -m venv $(VENV)/lock
	@$(VENV)/lock/bin/python -m pip --quiet --quiet --disable-pip-version-check --no-input install uv==$(UV_VERSION)

# Versions that still satisfy pyproject.toml stay as they are; `make lock UPGRADE=--upgrade` takes the newest.
lock: $(UV)
	$(UV) pip compile pyproject.toml --quiet --extra develop --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --universal --python-version 3.11 --custom-compile-command "make lock" \
	  $(UPGRADE) --output-file requirements.lock

clean:
	rm -rf $(VENV) reports build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info
	find datasets checks flows tests -name __pycache__ -type d -prune -exec rm -rf {} +
