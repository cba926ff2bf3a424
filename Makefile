# The doors of a checkout. `make run` tries Callpoint, `make test` judges a change; every target first sets up what it
# needs, Python packages into .venv and nothing anywhere else (only `peers` installs Debian packages, and only as root).
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
RUN := $(VENV)/.ready-to-run
TEST := $(VENV)/.ready-to-test
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate

.DEFAULT_GOAL := help
.PHONY: help setup run test unit check format bench peers audit lock standards messages clean

help:  ## this list
	@awk -F ':.*##' '/^[a-z]+:.*##/ {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(RUN) $(TEST)  ## everything for working here, in .venv

run: $(RUN)  ## the whole of Callpoint with a sample organization (ARGS="--port-offset 100" and the like are passed on)
	@exec $(BIN)/callpoint demo $(ARGS)

test: peers $(TEST)  ## the judgement of a change: peers, check, and every test
	@$(MAKE) check
	@$(BIN)/pytest --ignore=tests/gates $(ARGS)

unit: $(TEST)  ## the fast tests, on all processors: no foreign program, no process of ours
	@$(BIN)/pytest --numprocesses auto --dist worksteal --ignore=tests/gates -m "not peers and not stack and not generated" $(ARGS)

check: $(TEST)  ## style, types, layers and the other gates
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --quiet .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest --quiet tests/gates

format: $(TEST)  ## let ruff lay out and mend what it can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(RUN)  ## figures of speed and size (ARGS="calls --json"; what else: callpoint bench --help)
	@$(BIN)/callpoint bench $(or $(ARGS),calls)

peers:  ## the foreign programs that tests talk to (SIPp, baresip, Kamailio ...); installed on Debian as root
	@scripts/peers

audit: $(TEST)  ## known vulnerabilities in what is pinned (asks a service on the network)
	$(BIN)/pip-audit --require-hashes --disable-pip --requirement requirements.txt

standards: $(TEST)  ## docs/standards.md from STANDARDS.toml
	$(BIN)/python scripts/standards.py

messages: $(TEST)  ## the catalogues of translations, from the strings in the source
	$(BIN)/python scripts/messages.py

lock: $(TEST)  ## the hashed requirement files, from pyproject.toml
	$(LOCK) pyproject.toml --extra postgres --output-file requirements.txt
	$(LOCK) pyproject.toml --extra postgres --extra dev --constraints requirements.txt --output-file requirements-dev.txt
	$(BIN)/python scripts/build_requirements.py | $(LOCK) - --output-file requirements-build.txt

clean:  ## take .venv and the tools' caches away
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

$(BIN)/python:
	@scripts/venv "$(PYTHON)" $(VENV)

$(RUN): requirements-build.txt requirements.txt pyproject.toml | $(BIN)/python
	@echo "Installing what Callpoint needs into $(VENV) (the first time takes a minute or two) ..."
	@$(PIP) install --require-hashes -r requirements-build.txt -r requirements.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(TEST): requirements-dev.txt $(RUN)
	@echo "Installing what the tests need into $(VENV) ..."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@
