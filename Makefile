# `make` alone says what there is. Everything works from a fresh clone.

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
BIN := .venv/bin

# Generic package names: what lies in the folder one stands in must not shadow them.
export PYTHONSAFEPATH := 1

# Tests start pintu a hundred times: it should not compile every module each time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup setup-test demo check test test-pages test-ready test-rabbitmq4 test-cluster night fast fuzz bench bench-peers \
	lock audit docs screenshots clean

help: ## what there is to make
	@grep -hE '^[a-z0-9-]+:.*## ' $(MAKEFILE_LIST) | \
		awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

setup: ## .venv with the locked dependencies, and RabbitMQ where it is missing
	@scripts/bootstrap.sh environment rabbitmq

setup-test: ## the same, and PostgreSQL, Prometheus, Chromium, foreign clients, the examples' languages for the tests
	@scripts/bootstrap.sh environment rabbitmq postgresql clients languages prometheus proxy systemd chromium

demo: setup ## the whole story on a private RabbitMQ, in under a minute
	@$(BIN)/pintu demo

check: ## style, types and the direction of imports
	@scripts/bootstrap.sh environment
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

test: setup-test check ## check, then every test but those of a cluster and long ones, with real RabbitMQ and PostgreSQL
	$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m "not cluster and not long"

test-pages: setup-test ## officers' pages in Chromium, in every width and colour
	$(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder -m long

# Processes that share the test files: two a core, since tests mostly wait; not more than 8, since
# each has a RabbitMQ and a PostgreSQL of its own. JOBS=0 runs every test in one process.
JOBS ?= $(shell cores=$$(nproc); echo $$((cores < 4 ? cores * 2 : 8)))

test-rabbitmq4: setup-test ## the tests that need RabbitMQ on a 4.x; TESTS=tests/contract for some
	$(RABBITMQ4) $(BIN)/pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder \
		-m "rabbitmq and not cluster" $(TESTS)

test-cluster: setup ## nodes of a cluster of three fail amid 20,000 complaints; RABBITMQ=4 for a 4.x
	$(if $(filter 4%,$(RABBITMQ)),$(RABBITMQ4)) \
		CLUSTER_COMPLAINTS=$(or $(COMPLAINTS),20000) $(BIN)/pytest -s -m cluster tests/cluster

# Its programs come first in PATH; made in .cache where this machine's own RabbitMQ is older.
RABBITMQ4 := first=$$(scripts/rabbitmq4.sh) || exit; PATH="$$first$${first:+:}$$PATH"

test-ready: setup-test ## readiness over every outage, idle and under load, with the contract's bounds
	READY_MATRIX=1 $(BIN)/pytest -s tests/acceptance/ready

night: setup-test ## ten faults in a row, each seen by an alert and mended by its runbook; NIGHT=all for every one
	NIGHT=$(or $(NIGHT),ten) HEALTHY_SECONDS=$(or $(HEALTHY),60) $(BIN)/pytest -s tests/night

fast: ## the tests that need nothing but Python
	@scripts/bootstrap.sh environment
	$(BIN)/pytest -q tests/unit tests/properties

fuzz: ## hostile inputs on everything that reads; SECONDS=600, INPUTS=5000000 or TARGETS=mask,event
	@scripts/bootstrap.sh environment
	@$(BIN)/python -m tests.fuzz $(if $(INPUTS),--inputs $(INPUTS),--seconds $(or $(SECONDS),60)) \
		$(if $(TARGETS),--targets $(TARGETS)) $(if $(SEED),--seed $(SEED))

bench: setup ## every measurement, one after the other; BENCH="decision router" for some
	@set -e; for name in $(BENCH); do echo "== $$name"; $(BIN)/python -m bench.$$name; done

bench-peers: setup ## the router beside other libraries; COMPLAINTS=20000 ROUNDS=3 KEEP=1 (into docs)
	@scripts/bootstrap.sh clients peers
	@$(BIN)/python -m bench.peers $(if $(COMPLAINTS),--complaints $(COMPLAINTS)) \
		$(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SECONDS),--seconds $(SECONDS)) \
		$(if $(PROGRAMS),--programs $(PROGRAMS)) $(if $(KEEP),--keep)

BENCH ?= $(patsubst bench/%.py,%,$(wildcard bench/[a-z]*.py))

# Of each lock file the versions that it has are kept where they still fit; delete it to get the newest.
LOCK := $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-header

audit: ## known weaknesses of the locked libraries; where that cannot be asked, how old the lock files are
	@scripts/bootstrap.sh environment
	@$(BIN)/python -m scripts.audit

lock: ## write the lock files anew from pyproject.toml
	@scripts/bootstrap.sh environment uv
	$(LOCK) --extra dev --extra learn --extra otel --output-file requirements.lock pyproject.toml
	$(LOCK) --extra learn --extra otel --constraint requirements.lock \
		--output-file requirements-run.lock pyproject.toml
	$(LOCK) --group build --constraint requirements.lock --output-file requirements-build.lock
	$(LOCK) --group lock --output-file requirements-uv.lock
	$(LOCK) --constraint requirements.lock --output-file bench/peers/requirements.lock \
		bench/peers/requirements.in

docs: ## the reference pages and dashboards that are generated from the program
	@scripts/bootstrap.sh environment
	@$(BIN)/python -m scripts.documents
	@$(BIN)/python -m scripts.dashboards

screenshots: ## the pictures of all pages in docs/, made anew in Chromium
	@scripts/bootstrap.sh environment chromium
	@$(BIN)/python -m tests.acceptance.gateway.pages.screenshots

clean: ## remove the environment and all caches; the state folder .pintu stays
	rm -rf .venv .cache dist *.egg-info .hypothesis .pytest_cache .mypy_cache .ruff_cache \
		.import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
