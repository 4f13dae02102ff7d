# `make run` and `make test` are all that a newcomer needs; both create .venv first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
STAMP := $(VENV)/.installed
ROOMS := bot core forms handlers pension scheduler storage

.PHONY: run install test browser check format bench soak fuzz conformance lock clean

run: install
	@$(BIN)/zoufang run

install: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q $(ROOMS)
	@touch $(STAMP)

# Up to three tests that fail are run once more, and told with their tracebacks even if they pass
# then: see CONTRIBUTING.md. What says that something was lost is not tried again.
TESTS := $(BIN)/python -m pytest -n $(WORKERS) --reruns 1 --max-suite-reruns 3 \
  --rerun-except " lost, " --rerun-show-tracebacks

test: install
	$(TESTS) -m "not browser"

# Needs Chromium, and LibreOffice Calc with poppler-utils, which look at workbooks (Debian's
# packages; ZOUFANG_TEST_CHROMIUM and ZOUFANG_TEST_SOFFICE name others).
browser: install
	$(TESTS) -m browser

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(BIN)/pip-audit --requirement deploy/requirements.lock --disable-pip --progress-spinner off \
	  || echo "pip-audit found something above, or has no network"

# What comes in is made up: 100,000 updates and 17,800 uploads; about half an hour of the processor.
# FUZZ_SEED=101 makes up others.
fuzz: install
	FUZZ_TIMES=100 $(BIN)/python -m pytest -n $(WORKERS) \
	  tests/handlers/test_fuzz.py tests/handlers/test_fuzz_uploads.py

format: install
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install
	$(BIN)/python -m benchmarks

# The tests under fire with their full numbers; some hours.
soak: install
	$(BIN)/python -m benchmarks.soak

conformance: install
	$(BIN)/python -m benchmarks.conformance

# Needs `uv`; writes every pin with its hashes for Python 3.11 to 3.14. The second file is for
# servers: what runs, what reads bar codes, and what builds our own package.
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate --no-emit-index-url
lock:
	$(LOCK) pyproject.toml --group dev -o requirements.lock
	echo "hatchling>=1.27" | $(LOCK) pyproject.toml - --extra barcode \
	  -c requirements.lock -o deploy/requirements.lock

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
