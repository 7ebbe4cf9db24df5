# The commands of the helpline. Each sets up what it needs; CI runs the same.

PORT ?= 8000
FRESH ?=
STAGE ?= prod
EXAMPLES ?= 50
ONLY ?=
LONG ?=
EVERY_WAY ?=
README ?=
# Make's own AS is an assembler: only one that was asked for names somebody.
AS := $(if $(filter command,$(origin AS)),$(AS))

# The environment's own, so that it stays what it is, or the first of these that is 3.11 to 3.13;
# where none is, python3 says what is wrong.
PYTHON ?= $(shell for python in .venv/bin/python python3 python3.13 python3.12 python3.11; do \
	if $$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
	then echo $$python; exit; fi; done; echo python3)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help setup run dev test test-fast check format openapi fuzz bench faults screens token sms package deploy rollback clean

help: ## Show this
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

setup: ## Install what the project needs, where anything changed
	@$(PYTHON) -c '' 2>/dev/null || \
	{ echo "helpline: no $(PYTHON) here: install Python 3.11, 3.12 or 3.13"; exit 1; }
	@$(PYTHON) infra/bootstrap.py

run: setup ## Run the whole helpline here [PORT=8000] [FRESH=1]
	@exec $(BIN)/python -m infra.run --port '$(PORT)' --fresh '$(FRESH)'

dev: setup ## Run it in one process that loads changed files by itself [PORT=8000]
	@exec $(BIN)/python -m infra.dev.server --port '$(PORT)'

test: setup ## Run every test, or some [ONLY=tests/cases] [K=claim] [EVERY_WAY=1: each flow at every width, in every language]
	@$(BIN)/python -m infra.translations
	@exec $(BIN)/pytest $(if $(EVERY_WAY),--every-way) $(if $(K),-k '$(K)') $(if $(ONLY)$(K),-n0) $(ONLY)

test-fast: setup ## Run the tests that need neither the engine nor a browser
	@$(BIN)/python -m infra.translations
	@exec $(BIN)/pytest -m 'not stack and not browser'

check: setup ## Lint, types, template, policies and secrets
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m tests.architecture.sources
	$(BIN)/python -m infra.translations --check
	$(BIN)/python -m infra.openapi --check
	$(BIN)/python -m infra.check_template
	$(BIN)/python -m infra.checkov
	$(BIN)/python -m infra.secret_scan

bench: setup ## The figures against their budgets, and build/bench.json
	@exec $(BIN)/python -m tests.benchmarks

faults: setup ## Every fault that the helpline has to survive, and what held [LONG=1] [ONLY='crash clock']
	@exec $(BIN)/python -m tests.resilience $(if $(LONG),--long) $(if $(ONLY),--only $(ONLY))

screens: setup ## A picture of every page, in each language, in build/screens [ONLY=pattern] [README=1: those of README.md, in docs/pictures]
	@exec $(BIN)/python -m infra.screenshots --only '$(ONLY)' --readme '$(README)'

openapi: setup ## Write the description of the API: docs/openapi.json
	@exec $(BIN)/python -m infra.openapi

fuzz: setup ## Ask every call of the running local stack whatever its description allows [EXAMPLES=50] [PORT=8000]
	@exec $(BIN)/python -m infra.fuzz_api --port '$(PORT)' --examples '$(EXAMPLES)'

format: setup ## Put the code into the house's format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

token: setup ## Print a bearer token: ROLE=admin|oncologist [AS=id] [PORT=8000]
	@exec $(BIN)/python -m infra.sign_in --role '$(ROLE)' --as '$(AS)' --port '$(PORT)'

sms: export SMS_FROM = $(value FROM)
sms: export SMS_TEXT = $(value TEXT)
sms: setup ## Send an SMS in: FROM=+9198... TEXT='...' [PORT=8000]
	@exec $(BIN)/python -m infra.send_sms --port '$(PORT)'

package: setup ## Build what is deployed: STAGE=dev|prod
	@exec $(BIN)/python -m infra.package --stage '$(STAGE)'

deploy: setup ## Deploy to AWS: STAGE=dev|prod [YES=1] [PARAMETERS='Name=value ...']
	@YES='$(YES)' exec $(BIN)/python -m infra.release --stage '$(STAGE)' --parameters '$(PARAMETERS)'

rollback: setup ## Go back to the package before this one: STAGE=dev|prod [YES=1]
	@YES='$(YES)' exec $(BIN)/python -m infra.release --stage '$(STAGE)' --back

clean: ## Remove what was built and installed, and the local stacks' state
	rm -rf .venv .local build
