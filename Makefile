# What a newcomer, a server and CI need. `make help` lists the targets.

PYTHON ?= python3
UV_VERSION := 0.13.9

PIP := -m pip --disable-pip-version-check --no-input
COMPILE = build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-annotate --no-emit-index-url \
	--custom-compile-command "make lock" --overrides requirements/override.in pyproject.toml requirements/lock.in

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: run install ocr test lint format docs sbom audit lock weights teacher faces font bench bench-quick reliability reliability-full clean help

run: .venv/.page ## start the bot: on Discord with MOODRING_TOKEN, else in the simulated server
	@exec .venv/bin/python -m bot

install: .venv/.run ## make .venv for a server, without the page of the simulated server

ocr: .venv/.run ## add to .venv what reads text in pictures, 280 MB
	@.venv/bin/python $(PIP) install --quiet --no-compile --no-deps --require-hashes --requirement requirements/ocr.txt

test: .venv-test/.test ## run the whole test suite, but for what `make reliability` runs
	.venv-test/bin/python -m pytest --ignore tests/wire --ignore tests/damage --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

lint: .venv-test/.test ## check style and types
	.venv-test/bin/ruff check
	.venv-test/bin/ruff format --check
	mkdir -p build/src
	ln -sfn ../.. build/src/moodring # mypy does not follow the installed name to the folders
	MYPYPATH=build/src .venv-test/bin/mypy -p moodring.bot -p moodring.model

format: .venv-test/.test ## put the code into shape
	.venv-test/bin/ruff check --fix
	.venv-test/bin/ruff format

docs: .venv-test/.test ## write .env.example and the docs' tables of settings and packages
	.venv-test/bin/python docs/generate.py
	.venv-test/bin/python docs/dependencies.py

sbom: .venv-test/.test ## write build/sbom.json, what a server installs and what ships (CycloneDX)
	mkdir -p build
	.venv-test/bin/python docs/sbom.py build/sbom.json

audit: .venv-test/.test sbom ## ask for known vulnerabilities of all pinned packages; needs a registry with advisories
	.venv-test/bin/python requirements/audit.py

lock: ## raise every pinned requirement to its newest release
	$(PYTHON) -m venv build/lock
	build/lock/bin/python $(PIP) install --quiet uv==$(UV_VERSION)
	$(COMPILE) --upgrade --all-extras --output-file requirements/test.txt
	$(COMPILE) --constraints requirements/test.txt --extra page --output-file requirements/page.txt
	$(COMPILE) --constraints requirements/test.txt --output-file requirements/run.txt
	$(COMPILE) --constraints requirements/test.txt --extra ocr --output-file requirements/ocr.txt
	build/lock/bin/uv pip compile --quiet --universal --python-version 3.11 --no-deps --generate-hashes \
		--format pylock.toml --output-file build/lock/pylock.toml requirements/run.txt
	build/lock/bin/python docs/dependencies.py build/lock/pylock.toml

FETCH = $(PYTHON) $(PIP) install --quiet --no-deps --no-compile --only-binary :all: --require-hashes --upgrade \
	--target build/pretrained --requirement

weights: ## fetch the pretrained weights that training starts from
	$(FETCH) requirements/pretrained.txt

teacher: ## fetch the teacher's pretrained weights, 440 MB, for training what ships from the start
	$(FETCH) requirements/teacher.txt

FACE_API := @vladmandic/face-api@1.7.15
FACE_FILES := $(foreach name,tiny_face_detector face_expression,$(addprefix package/model/$(name)_model,-weights_manifest.json .bin))

faces: ## fetch the networks that find and read faces, which the export converts; needs npm
	mkdir -p build/pretrained/face-api
	cd build/pretrained && tar -xzf "$$(npm pack --silent $(FACE_API))" -C face-api --strip-components 2 $(FACE_FILES)
	rm build/pretrained/vladmandic-face-api-*.tgz

FONT := build/font/NotoSansSC_400Regular.ttf

font: .venv-test/.test $(filter build/%,$(FONT)) ## cut the font of pictures to what the texts say; needs npm, or Noto Sans SC as FONT=path
	.venv-test/bin/python docs/font.py "$(FONT)"

build/font/NotoSansSC_400Regular.ttf:
	@command -v npm >/dev/null || { \
		echo "Noto Sans SC is fetched with npm, which is not installed. Name its file instead: make font FONT=path" >&2; \
		exit 1; }
	mkdir -p $(@D)
	cd $(@D) && tar -xzf "$$(npm pack --silent @expo-google-fonts/noto-sans-sc@0.4.3)" \
		--strip-components 2 package/400Regular/$(@F)
	rm $(@D)/*.tgz

bench: .venv/.run .venv-test/.test ## measure speed against all peers, memory and start; DATA=folder for quality, too
	.venv/bin/python benchmarks/footprint.py --environment .venv
	.venv/bin/python benchmarks/throughput.py
	.venv/bin/python benchmarks/start.py
	.venv-test/bin/python benchmarks/speed $(if $(DATA),--data "$(DATA)")

bench-quick: .venv/.run .venv-test/.test ## see in three minutes whether something became a quarter worse
	.venv/bin/python benchmarks/throughput.py
	.venv/bin/python benchmarks/start.py
	.venv-test/bin/python benchmarks/speed --quick

reliability: .venv-test/.test ## try faults, kills, floods and hostile input on the bot, in minutes; writes docs/reliability.md
	.venv-test/bin/python benchmarks/reliability

reliability-full: .venv-test/.test ## all of it, about an hour
	.venv-test/bin/python benchmarks/reliability --full

clean: ## remove the environments and all that was built
	rm -rf .venv .venv-test build *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find bot model tests benchmarks -name __pycache__ -exec rm -rf {} +

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# A virtual environment that holds one lock and this checkout, and the bytecode of what the bot imports: of the
# libraries' modules only a part is ever used, and a service may not write here, so it would compile them at each start.
define environment
@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null || { \
	echo "Moodring needs Python 3.11, 3.12 or 3.13: name one, as in  make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; \
	exit 1; }
@echo "Installing requirements/$(2).txt into $(1) (this once)"
@$(PYTHON) -m venv $(1)
@$(1)/bin/python $(PIP) install --quiet --no-compile --no-deps --require-hashes --requirement requirements/$(2).txt
@$(1)/bin/python $(PIP) install --quiet --no-compile --no-deps --no-build-isolation --editable .
@env -u PYTHONDONTWRITEBYTECODE $(1)/bin/python -c 'import importlib, sys; [*map(importlib.import_module, sys.argv[1:])]' $(3)
@touch $@
endef

BOT := moodring.bot.app moodring.bot.features moodring.bot.classifier moodring.model.predictor

.venv/.run: requirements/run.txt pyproject.toml
	$(call environment,.venv,run,$(BOT))

.venv/.page: requirements/page.txt pyproject.toml
	$(call environment,.venv,page,$(BOT) moodring.bot.local.page moodring.bot.local.play)

.venv-test/.test: requirements/test.txt pyproject.toml
	$(call environment,.venv-test,test,)
