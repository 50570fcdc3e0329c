# Everything people and CI run, under short names. `make help` lists it.
.DEFAULT_GOAL := help
SHELL := /bin/bash

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
SIMULATOR_PORT ?= 9400
PYTEST := $(BIN)/python -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder
FUZZ := $(BIN)/python -m pytest -q -n 2 --dist load --show-capture=no tests/house/test_fuzz.py tests/house/test_fuzz_records.py
EXPLORE := $(BIN)/python -m pytest -q -n 2 --dist load --hypothesis-profile=explore -m hypothesis

# What a production start would see; used to prove that `check --deploy` is clean.
RANDOM_KEY := $$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))')
DEPLOY_ENV := DEBUG=0 ALLOWED_HOSTS=app.example.com PUBLIC_URL=https://app.example.com \
	SECRET_KEY=$(RANDOM_KEY) CREDENTIAL_KEYS=$(RANDOM_KEY) REDIS_URL=redis://127.0.0.1:6379/9
# The application alone on this machine: what `manage.py` needs while developing.
DEVELOPMENT := DEBUG=1 PUBLIC_URL=http://127.0.0.1:$(PORT)

.PHONY: help coverage mutate parse-score demo run test check lint storm storm-changes storm-creations storm-time siege bench bench-history bench-memory bench-fair load fuzz rehearsal format sbom requirements clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  %-14s %s\n", $$1, $$2}'

$(VENV)/base: requirements/base.txt
	$(PYTHON) -c 'import sys; sys.exit("ResolutionFlow needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/dev: requirements/dev.txt $(VENV)/base
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

# For the rehearsal alone: the other proxy of deploy/, which Debian has only in an older version.
$(VENV)/rehearsal: requirements/rehearsal.txt $(VENV)/dev
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

demo: $(VENV)/base ## The whole product with demo data and a simulated ConnectWise, on 127.0.0.1:8000
	@$(BIN)/python manage.py demo --port $(PORT) --simulator-port $(SIMULATOR_PORT)

run: $(VENV)/base ## The application alone, for development, on 127.0.0.1:8000
	$(DEVELOPMENT) $(BIN)/python manage.py migrate
	$(DEVELOPMENT) $(BIN)/python manage.py runserver 127.0.0.1:$(PORT)

test: $(VENV)/dev ## The whole test suite, on SQLite or on the database that TEST_DATABASE_URL names
	@if [ -n "$$TEST_DATABASE_URL" ]; then export DATABASE_URL="$$TEST_DATABASE_URL"; else unset DATABASE_URL; fi; $(PYTEST)

lint: $(VENV)/dev ## All guards but the tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html' 'templates/**/*.html')
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/python -m tests.house.vendor_names
	$(DEVELOPMENT) $(BIN)/python manage.py makemigrations --check --dry-run
	$(DEPLOY_ENV) $(BIN)/python manage.py check --deploy --fail-level WARNING
	$(BIN)/python -m tests.supply_chain.audit
	$(BIN)/python -m tests.supply_chain.sbom --check

# Coverage triples the time of a test, so it is measured here where a line that never ran may lose a
# write or ask a PSA wrongly; `make coverage` measures the rest. Browsers run in `make test`.
check: lint ## Every guard, and the tests but those in browsers on SQLite, with coverage where it counts
	env -u DATABASE_URL -u REDIS_URL $(PYTEST) -m "not browser" --ignore=tests/psa
	env -u DATABASE_URL -u REDIS_URL $(PYTEST) --cov=psa.outbox --cov=psa.providers --cov-report= tests/psa
	$(BIN)/coverage report --fail-under=99

coverage: $(VENV)/dev ## How much of the product the tests run; it takes twice as long as `make check`
	env -u DATABASE_URL -u REDIS_URL $(PYTEST) -m "not browser" --cov --cov-report=
	$(BIN)/coverage report --fail-under=95

storm: $(VENV)/dev ## 2,000 posts under faults and kills; prints what arrived (needs PostgreSQL; PSA=cuts …)
	$(BIN)/python -m tests.storm.storm --posts 2000 $(STORM_PSA)

storm-creations: $(VENV)/dev ## New tickets until 500 were uncertain: faults, deaths, killed processes; counts them
	$(BIN)/python -m tests.storm.creations --uncertain 500 $(STORM_PSA)

storm-changes: $(VENV)/dev ## 2,000 status changes while everything goes wrong; prints what was true
	$(BIN)/python -m tests.storm.changes --changes 2000 $(STORM_PSA)

storm-time: $(VENV)/dev ## 2,000 approvals with time under faults and kills; counts them (needs PostgreSQL, Redis)
	$(BIN)/python -m tests.storm.times --approvals 2000 $(STORM_PSA)

siege: $(VENV)/dev ## Attack a production-like installation in every known way; prints what held (needs PostgreSQL, redis-server)
	$(BIN)/python -m tests.siege $(ATTACKS)

mutate: $(VENV)/dev ## Changes of meaning, each of which a test must notice; names the ones that survive
	$(BIN)/python -m tests.mutate

bench: $(VENV)/dev ## How long pages take while every PSA call takes 300 ms, against the promised bounds
	$(BIN)/python -m tests.bench pages

bench-memory: $(VENV)/dev ## The memory that one answer of a hostile PSA costs a process, attack by attack
	$(BIN)/python -m tests.bench memory

bench-fair: $(VENV)/dev ## What other pages and accounts notice while PSAs hang or are slow, as ratios
	$(BIN)/python -m tests.bench fair

bench-history: $(VENV)/dev ## How long the post history takes with up to a million posts (needs PostgreSQL)
	$(BIN)/python -m tests.bench history

load: $(VENV)/dev ## 50 engineers clicking for a minute, 50,000 tickets in the PSA; prints the table
	$(BIN)/python -m tests.bench load

fuzz: $(VENV)/dev ## Every odd value everywhere, and new examples of each property (an hour); also on TEST_DATABASE_URL
	env -u DATABASE_URL FUZZ=all $(FUZZ)
	env -u DATABASE_URL -u REDIS_URL $(EXPLORE)
	@if [ -n "$$TEST_DATABASE_URL" ]; then DATABASE_URL="$$TEST_DATABASE_URL" FUZZ=all $(FUZZ); fi

rehearsal: $(VENV)/rehearsal ## Follow docs/operations.md on a throw-away Debian as root, and kill each process in turn
	$(BIN)/python -m tests.installation

parse-score: $(VENV)/dev ## How well the built-in matcher reads written requests, per field (-v: what it missed)
	$(BIN)/python -m tests.parsing.score

format: $(VENV)/dev ## Put code and templates in the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	-$(BIN)/djade --target-version 5.2 $$(git ls-files 'templates/*.html' 'templates/**/*.html')

sbom: $(VENV)/dev ## Write docs/sbom.cdx.json: what the product runs on, as pinned
	$(BIN)/python -m tests.supply_chain.sbom

requirements: ## Pin the newest versions that fit, with hashes (needs uv)
	for set in base s3 dev rehearsal; do \
		uv pip compile --upgrade --generate-hashes --no-emit-index-url --no-strip-extras --universal --python-version 3.11 \
			--custom-compile-command "make requirements" -q requirements/$$set.in -o requirements/$$set.txt; \
	done

clean: ## Remove what was built here
	rm -rf $(VENV) .demo staticfiles .coverage .mypy_cache .ruff_cache .hypothesis .import_linter_cache
