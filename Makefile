# Each target makes what it needs in .venv; a fresh machine needs Python 3.11 or later with venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test bench lint clean

demo: $(VENV)/.use  ## build the story of June 2020; ends with the path of its page
	$(BIN)/howclose story

test: $(VENV)/.test  ## run the tests
	$(BIN)/python -m pytest

bench: $(VENV)/.test  ## measure the distance engine beside its peers
	$(BIN)/python -m tests.benchmarks

lint: $(VENV)/.test  ## hold the code to the rules in pyproject.toml
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

clean:
	rm -rf $(VENV)

$(BIN)/python:
	@$(PYTHON) -c "import sys; sys.version_info >= (3, 11) or sys.exit('howclose needs Python 3.11 or later. If there is one, name it: make PYTHON=python3.12')"
	$(PYTHON) -m venv $(VENV)

# The stamps: what is installed is as old as pyproject.toml at least.
$(VENV)/.use: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.test: $(BIN)/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[test]"
	@touch $@ $(VENV)/.use
