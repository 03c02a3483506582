# make demo   the first thing to try: installs into .venv, deploys an example to an emulator on this machine
# make test   the tests
# make check  style, types and layers
# make cases  every case of ../shared/corpus (of the committed sample where that is absent), counted by class
# make examples  writes the expected plans of examples/ anew, to be looked at before they are committed
# make bench  how fast it is, on a small and a large backend; `ovr apply` beside a bare boto3 script
# make faults every call of AWS that `ovr apply` makes × every fault, as a table (some minutes)

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
  $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: setup demo test check cases examples bench faults clean

setup: $(VENV)/.dev

$(VENV)/.run: pyproject.toml
	@test -n "$(PYTHON)" || { echo "ovr needs Python 3.11 or newer; none was found" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[local]'
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[dev,local]'
	@touch $@

demo: $(VENV)/.run
	@cd examples/password-policy && echo '$$ ovr apply --local' && ../../$(BIN)/ovr apply --local

test: $(VENV)/.dev
	$(BIN)/python -m pytest -n auto $(ARGS)

check: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

cases: $(VENV)/.dev
	$(BIN)/python -m tests.corpus.cases $(ARGS)

examples: $(VENV)/.run
	@for plan in examples/*/expected-plan.txt; do \
	  (cd $$(dirname $$plan) && NO_COLOR=1 ../../$(BIN)/ovr plan > expected-plan.txt || test $$? -eq 2) || exit 1; done

bench: $(VENV)/.dev
	@$(BIN)/python tests/bases/unpack.py
	$(BIN)/python tests/bench/bench.py $(ARGS)
	$(BIN)/python -m tests.bench.apply

faults: $(VENV)/.dev
	$(BIN)/python -m tests.e2e.fault_matrix $(ARGS)

clean:
	rm -rf $(VENV)
