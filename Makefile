# espat. `make test` and `make demo` work from a fresh clone; both set up what they need first.
PYTHON ?= python3
VENV := .venv/bin
READY := .venv/ready
# More arguments for pytest, e.g. make test PYTEST="-k parser -x"
PYTEST ?=

.PHONY: help setup test lint demo sim ledger bench docs site release romfs compat wiring package clean
.DEFAULT_GOAL := help

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: $(READY) ## .venv with the development dependencies, and the MicroPython interpreters
	@$(VENV)/python tests_host/tools/interpreters.py 64 >/dev/null
	@$(VENV)/python tests_host/tools/interpreters.py 32 >/dev/null || echo "setup: tests that need the 32-bit build will be skipped"
	@$(VENV)/python tests_host/tools/stubs.py >/dev/null

$(READY): pyproject.toml
	@sh tests_host/tools/setup.sh $(PYTHON)

lint: $(READY) ## ruff
	@$(VENV)/ruff check .

test: setup lint ## every test, on CPython and both MicroPython builds
	@$(VENV)/python -m pytest -n $(or $(JOBS),2) --dist loadfile $(PYTEST) || { \
	  echo; echo 'Once more, alone, what failed in the crowd (two cores, real sockets, real time):'; \
	  $(VENV)/python -m pytest --last-failed --last-failed-no-failures none $(PYTEST); }

demo: setup ## a real MicroPython program fetches a page and exchanges MQTT messages through the simulated module
	@$(VENV)/python tests_host/demo.py

sim: $(READY) ## the simulated module on 127.0.0.1:7000, e.g. make sim ARGS="--tcp 127.0.0.1:7001"
	@PYTHONPATH=tests_host $(VENV)/python -m espsim $(or $(ARGS),--tcp 127.0.0.1:7000)

faults: setup ## every cell of the matrix of faults, goes on where it stopped (hours); writes docs/faults.md
	@cd tests_host && PYTHONPATH=../lib:.:unit/shims/cpython ../$(VENV)/python -m faults.matrix full $(ARGS)
	@cd tests_host && PYTHONPATH=../lib:.:unit/shims/cpython ../$(VENV)/python -m faults.matrix report

fuzz: setup ## 1,000,000 executions of the fuzzer
	@$(VENV)/python -c "import atheris" 2>/dev/null || $(VENV)/python -m pip install -q atheris==3.0.0
	@cd tests_host && for one in fields:500000 parser:300000 runner:150000 espsim:50000; do \
	  ../$(VENV)/python -m fuzz.run $${one%:*} seed && ../$(VENV)/python -m fuzz.run $${one%:*} $${one#*:} || exit 1; done

soak: setup ## two hours of mixed traffic with random faults, MicroPython on a small heap; ARGS=seconds for less
	@PYTHONPATH=tests_host $(VENV)/python -m soak.run $(or $(ARGS),7200)

ledger: setup ## measure RAM and .mpy sizes and write docs/ledger.md
	@PYTHONPATH=tests_host $(VENV)/python -m rules.ledger --write docs/ledger.md

bench: setup ## throughput, prices of a byte, transactions, growth, peers; writes docs/benchmark.md (half an hour)
	@$(VENV)/python -c "import adafruit_espatcontrol" 2>/dev/null || $(VENV)/python -m pip install -q adafruit-circuitpython-esp-atcontrol==0.11.7 || true
	@PYTHONPATH=tests_host $(VENV)/python -m bench

docs: $(READY) ## write docs/groups/, recipes and firmware tables from docstrings, examples and profiles
	@$(VENV)/python tests_host/tools/pages.py

site: $(READY) ## build the documentation's web site into build/site
	@$(VENV)/python tests_host/tools/site.py

release: $(READY) ## build the archives for a release into dist/
	@$(VENV)/python tests_host/tools/release.py

romfs: $(READY) ## build ROMFS images into dist/: the library runs from a board's flash, see docs/install.md
	@$(VENV)/python tests_host/tools/romfs.py

compat: setup ## run other people's programs over the library, and write docs/compatibility.md
	@PYTHONPATH=tests_host $(VENV)/python -m pytest -q -p eco.report --compat docs/compatibility.md -m compat

wiring: $(READY) ## draw docs/wiring/ from the pin tables in boards/
	@$(VENV)/python tests_host/tools/wiring.py

package: $(READY) ## write package.json and the slices from what lib/ holds
	@$(VENV)/python tests_host/tools/package.py

include tests_host/pico/Makefile.inc

clean: ## remove what the other targets made (the interpreters' cache stays)
	rm -rf .venv .pytest_cache .ruff_cache build dist
	find . -name __pycache__ -prune -exec rm -rf {} +
