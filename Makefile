# Needs Python 3.11 or newer with pip, and make. Everything else is installed into .venv.

PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
BIN := .venv/bin

.PHONY: serve test lint bench executable

serve: .venv/installed
	$(BIN)/fastcms serve --dir ./pb_data --http 127.0.0.1:8090

test: .venv/installed-dev
	$(BIN)/python -m tests.measure -n 4 --dist worksteal

lint: .venv/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

# Needs wrk as well. `make bench ARGS="--rounds 5 --only view"`; all flags: ARGS=--help
bench: .venv/installed-dev
	$(BIN)/python -m tests.benchmarks $(ARGS)

executable: .venv/installed-dev
	$(BIN)/python build/freeze.py
	$(BIN)/python build/smoke.py dist/fastcms

# Stamps: pip runs again when pyproject.toml changed.
.venv/installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet -e .
	touch $@

.venv/installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet -e '.[dev]'
	touch .venv/installed $@

# Some Linux systems split `ensurepip` off: then the system's own pip fills the environment.
$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "FastCMS needs Python 3.11 or newer." >&2; exit 1; }
	$(PYTHON) -m venv .venv || { $(PYTHON) -m venv --clear --without-pip .venv \
		&& $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; }
