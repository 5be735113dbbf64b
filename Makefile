# Everything is safe to repeat. Nothing here needs root, except apt lines: without root they are printed, not run.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
CHROMIUM ?= /usr/bin/chromium
WORKERS ?= 2
SBOM ?= instance/sbom.json
BACKUPS ?= $(or $(NETRAL_DATA_DIR),instance)/cadangan
FLASK := .venv/bin/flask
UV := .boot/bin/uv
export FLASK_APP := app.py
unexport PYTHONDONTWRITEBYTECODE # else each command that a test starts compiles the whole program

help: ## this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 16

install: .venv/.product ## install into .venv; afterwards .venv/bin/flask works
	@.venv/bin/python -m netral.web.edge.packing
	@.venv/bin/python -m compileall -q app.py netral migrations # a service may write only to its data

run: install ## start a filled example on http://127.0.0.1:8000 (PORT=...)
	@NETRAL_DEMO=1 $(FLASK) demo prepare
	@NETRAL_DEMO=1 $(FLASK) serve --worker

serve: install ## start for production; says what is missing
	@$(FLASK) serve --worker

upgrade: install ## after fetching a newer version: back up, migrate, publish (restart afterwards)
	@mkdir -p -m 700 $(BACKUPS)
	@$(FLASK) backup --keep 5 $(BACKUPS)
	@$(FLASK) db upgrade
	@$(FLASK) content publish
	@echo "Mulai ulang layanan: sudo systemctl restart netral"

test: .venv/.tests $(CHROMIUM) ## everything that can break a user, on SQLite and PostgreSQL, browser included
	@/sbin/ldconfig -p | grep -q 'libatomic\.so\.1' || $(call apt,libatomic1) # the browser's driver wants it
	@$(MAKE) --no-print-directory --output-sync -j$(WORKERS) types rules
	CHROMIUM=$(CHROMIUM) .venv/bin/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not long"

types: .venv/.tests
	.venv/bin/mypy app.py netral tests bench

rules: .venv/.tests
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/deptry .
	$(FLASK) content check content

test-long: .venv/.tests $(CHROMIUM) ## scale, fuzz, degradation
	@ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || $(call apt,libfaketime) # sets the clock of a server
	@PATH="$$PATH:/usr/sbin" command -v nginx >/dev/null || $(call apt,nginx-light) # stands before a server as in the sample
	CHROMIUM=$(CHROMIUM) .venv/bin/pytest -m long

lock: $(UV) ## after a change of requirements.in
	$(UV) pip compile -q --universal --generate-hashes --python-version 3.11 --no-annotate requirements.in -o requirements.txt
	$(UV) pip compile -q --universal --generate-hashes --python-version 3.11 --no-annotate tests/requirements.in -o tests/requirements.txt

sbom: .venv/.tests ## list of parts (CycloneDX) of what is installed: instance/sbom.json (SBOM=...)
	@mkdir -p $(dir $(SBOM))
	@.venv/bin/cyclonedx-py requirements --no-validate --output-reproducible --of JSON -o $(SBOM) requirements.txt

.venv/.product: requirements.txt | .venv/bin/python
	@$(UV) pip install -q --compile-bytecode --python .venv/bin/python --require-hashes -r requirements.txt
	@touch $@

.venv/.tests: tests/requirements.txt .venv/.product
	@$(UV) pip install -q --python .venv/bin/python --require-hashes -r tests/requirements.txt
	@.venv/bin/python -m netral.web.edge.packing
	@touch $@

.venv/bin/python: | $(UV)
	@$(UV) venv -q --python $(PYTHON) .venv

$(UV): .ci/uv.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Perlu Python 3.11 atau lebih baru."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || $(call apt,python3-venv)
	@$(PYTHON) -m venv .boot
	@.boot/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r .ci/uv.txt
	@touch $@

/usr/bin/chromium:
	@$(call apt,chromium)

# Install a Debian package as root, else say the one line that does.
define apt
if [ "$$(id -u)" = 0 ]; then apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1); \
else echo "Jalankan dahulu: sudo apt-get install -y --no-install-recommends $(1)"; exit 1; fi
endef

.PHONY: help install run serve upgrade test types rules test-long lock sbom
