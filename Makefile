# Jalon. A line `name: … ## words` is a verb that `make help` lists.
# Where things are installed, and how to try other choices: make run PORT=9000, make test ARGS="-k cli -x".
PYTHON ?= python3
PORT ?= 8000
SAMPLE ?= samples/rachid
ARGS ?=
# Tests share out the processors by file, in the order of the files: the browser's come last (tests/conftest.py).
SHARED ?= -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

BIN := .venv/bin
LOCKS := requirements/run.txt requirements/build.txt pyproject.toml scripts/setup.sh
UV ?= uv

.DEFAULT_GOAL := help
.PHONY: help setup run test check compare docs screens validation openapi bench lock wheel clean

help: ## list the verbs
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

setup: .venv/.run ## install what running needs, from the locks, into .venv

run: .venv/.run ## plan of a sample person in the terminal, then the service in demo mode (Ctrl-C stops it)
	@exec sh scripts/run.sh "$(SAMPLE)" "$(PORT)"

test: .venv/.dev ## install what the tests need too, and run them all (ARGS="-k word" for some)
	@echo "→ tests (a test that cannot run here says why in the summary)"
	@tmp=$$(mktemp -d) && trap 'rm -rf "$$tmp"' EXIT && TMPDIR=$$tmp $(BIN)/python -m pytest $(SHARED) $(ARGS)

check: .venv/.dev ## lint, types, and which package may import which
	@echo "→ ruff" && $(BIN)/ruff check .
	@echo "→ mypy" && $(BIN)/mypy
	@echo "→ import contracts" && $(BIN)/lint-imports --no-logo

docs: .venv/.run ## write the computed pages of docs again, from the code and the content
	@$(BIN)/python scripts/lock_models.py
	@$(BIN)/python scripts/reference.py

screens: .venv/.dev ## take the pictures of docs/screens again (needs Chromium)
	@$(BIN)/python scripts/screens.py

validation: .venv/.run ## write docs/validation.md again from a run of the reference vectors (needs them)
	@$(BIN)/python scripts/validation.py

compare: .venv/.run ## who changes status since a commit (BASE=origin/main), on synthetic people
	@sh scripts/compare.sh "$(BASE)"

openapi: .venv/.run ## write openapi/jalon.yaml again from the code
	@$(BIN)/python -m app.api.openapi

bench: .venv/.dev ## print the measured figures (minutes; never part of the tests)
	@for each in benchmarks/[!_]*.py; do echo "→ $$each"; PYTHONPATH=. $(BIN)/python "$$each" || exit 1; done

lock: ## resolve the dependencies again (needs uv); UPGRADE=1 takes newer versions
	@UV="$(UV)" sh scripts/lock.sh $(if $(UPGRADE),--upgrade)

wheel: .venv/.dev ## build dist/jalon-*.whl
	@$(BIN)/python -m build --wheel --no-isolation

clean: ## remove .venv, builds and caches (var/, your local data, stays)
	rm -rf .venv dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -not -path './.git/*' -prune -exec rm -rf {} +

# The stamps: nothing is installed again until a lock changes.
.venv/.run: $(LOCKS)
	@PYTHON="$(PYTHON)" sh scripts/setup.sh run

.venv/.dev: .venv/.run requirements/dev.txt tests/oidc/package-lock.json
	@PYTHON="$(PYTHON)" sh scripts/setup.sh dev
