# `make demo` and `make test` each do everything from a fresh clone. Nothing is installed outside .venv.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/installed

# -c pins what is installed here; the variable also reaches the isolated environment in which pip builds this package.
export PIP_CONSTRAINT := constraints.txt

.PHONY: venv browser demo test lint pictures soak bench-small clean
.DELETE_ON_ERROR:

venv: $(INSTALLED)

$(INSTALLED): pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: PYTHON=python3.11 make")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -c constraints.txt -e '.[torch,web,dev]'
	touch $@

# The browser for tests/browser; without one they are skipped. To install it takes root, and Debian.
browser:
	@sh tools/browser.sh

demo: $(INSTALLED)
	rm -rf runs/demo
	$(BIN)/cohobate run powering --size 8 --bits 4 --out runs/demo

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# The tests of the web server once on SQLite, with all the others, and once on PostgreSQL. A server for that is among
# what is installed; where none can be started, it says so, and why.
test: lint
	$(BIN)/pytest
	$(BIN)/python tools/postgres.py $(BIN)/pytest tests/web

# Half an hour: fifty rooms and a hundred readers under load, and servers that are killed, on both databases; fails if
# anything is lost, doubled or late.
soak: $(INSTALLED)
	$(BIN)/python benchmarks/rooms.py --strict --records runs/soak
	$(BIN)/python benchmarks/rooms.py --strict --records runs/soak --database postgres
	$(BIN)/python benchmarks/room_kills.py --strict --records runs/soak
	$(BIN)/python benchmarks/room_kills.py --strict --records runs/soak --database postgres
	$(BIN)/python benchmarks/readers.py --strict --records runs/soak
	$(BIN)/python benchmarks/readers.py --strict --records runs/soak --database postgres
	$(BIN)/python benchmarks/reader_kills.py --strict --records runs/soak
	$(BIN)/python benchmarks/reader_kills.py --strict --records runs/soak --database postgres

# The pictures in docs/screenshots; FONTS=--fonts=DIR for a folder with better fonts.
pictures: $(INSTALLED) browser
	$(BIN)/python tools/pictures.py $(FONTS)

bench-small: $(INSTALLED)
	$(BIN)/python benchmarks/small.py

clean:
	rm -rf .venv runs/demo dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests benchmarks -name __pycache__ -prune -exec rm -rf {} +
