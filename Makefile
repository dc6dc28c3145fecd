# Two commands do everything: `make demo` and `make test`. Both set themselves up through `make setup`.
PYTHON ?= python3
PORT ?= 8000
PYTEST_ARGS ?= -n 2 --dist loadgroup
BIN := .venv/bin

.PHONY: demo test setup check nightly storm mutants bench pictures format clean

demo: setup
	@exec env PORT=$(PORT) $(BIN)/remembrancer demo

# All but what `make check` runs, and what is long: `make nightly` and `make storm`.
test: setup
	$(BIN)/python -m pytest $(PYTEST_ARGS) -m 'not storm and not nightly and not check'

setup: .venv/.complete

# The stamp is written last, so that an interrupted set-up is done again.
.venv/.complete: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Remembrancer needs Python 3.11 or later: call make with PYTHON=python3.12, say.")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -m compileall -q bot cards cli intake models queries reports rules scheduler services web *.py
	mkdir -p .venv/typing && ln -sfn ../.. .venv/typing/remembrancer
	@touch $@

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/python -m pytest $(PYTEST_ARGS) -m 'check and not nightly'

# All there is: every database test on both databases, properties with many more examples, and the storms.
nightly: setup
	$(BIN)/python -m pytest $(PYTEST_ARGS) -m '' --databases=both --hypothesis-profile=nightly

# Whole quarters in Slack and in Teams, with every fault there is: some fifteen minutes on two cores.
storm: setup
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m storm tests/slack tests/teams

mutants: setup
	$(BIN)/python tests/mutants.py

bench: setup
	$(BIN)/python -m tests.bench

pictures: setup
	$(BIN)/python -m tests.pictures

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info
