# Each target does its own set-up into .venv: uv where present, else venv and pip. Bytecode and the
# simulation are compiled once, so that a first answer does not wait for them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell uv --version >/dev/null 2>&1 && echo uv)
RUN_STAMP := $(VENV)/.run-stamp
DEV_STAMP := $(VENV)/.dev-stamp

ifdef UV
create = uv venv --quiet --allow-existing --python $(PYTHON) $(VENV)
install = VIRTUAL_ENV=$(VENV) uv pip install --quiet --compile-bytecode --require-hashes -r $(1)
project = VIRTUAL_ENV=$(VENV) uv pip install --quiet --no-deps --no-build-isolation -e .
else
create = $(PYTHON) -m venv $(VENV)
install = $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
project = $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endif

.PHONY: help answer setup test lint types docs bench lock clean

help: ## show the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed and was not found on PATH." >&2; exit 2; }
	@echo "Setting up $(VENV) with $(PYTHON) ..."
	@$(create)

$(RUN_STAMP): requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing from requirements.lock ..."
	@$(call install,requirements.lock)
	@$(project)
	@$(BIN)/python -m compileall -q src
	@$(BIN)/python -m rekening.futures.compile
	@touch $@

$(DEV_STAMP): requirements-dev.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing from requirements-dev.lock ..."
	@$(call install,requirements-dev.lock)
	@$(project)
	@$(BIN)/python -m compileall -q src
	@$(BIN)/python -m rekening.futures.compile
	@touch $@ $(RUN_STAMP)

setup: $(DEV_STAMP) ## everything a contributor needs

answer: $(RUN_STAMP) ## the whole answer for Meta's loan, here and in out/answer.html
	@$(BIN)/rekening --out out/answer.html

test: $(DEV_STAMP) ## the whole test suite
	@$(BIN)/python -m pytest -n 2 --dist worksteal -q

lint: $(DEV_STAMP) ## style, layers, and no number without a home
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/python -m tools.literals

types: $(DEV_STAMP) ## mypy --strict
	@$(BIN)/mypy

docs: $(DEV_STAMP) ## build the documentation into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

bench: $(DEV_STAMP) ## every benchmark, beside its peers
	@$(BIN)/python -m benchmarks

lock: ## pin everything again (needs uv)
	uv pip compile pyproject.toml --group build -o requirements.lock $(LOCK)
	uv pip compile pyproject.toml --all-extras --group build --group test --group lint --group docs \
		-c requirements.lock -o requirements-dev.lock $(LOCK)

LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-emit-find-links --no-header --no-annotate

clean: ## remove what the targets made
	rm -rf $(VENV) out site dist .mypy_cache .ruff_cache .hypothesis
