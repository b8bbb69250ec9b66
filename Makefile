# Every target works on a fresh machine: it makes the environment that it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEBIAN := g++ clang:clang make gcc-avr avr-libc binutils-avr arduino-core-avr simavr libsimavr-dev libelf-dev \
	avrdude openscad xvfb xauth graphviz calculix-ccx:ccx ngspice kicad-symbols libglu1-mesa libxcursor1 libxft2 libxinerama1 chromium poppler-utils nodejs:node npm:npm tmux:tmux \
	qemu-system-x86 bluez dbus-daemon busybox-static socat qemu-system-arm gcc-arm-none-eabi libnewlib-arm-none-eabi \
	libstdc++-arm-none-eabi-newlib octave:octave-cli octave-instrument-control

.PHONY: demo test check docs pythons release pictures bench bench-compare validation abuse style types clean system hardware firmware psychopy

demo: $(VENV)/installed
	$(BIN)/gripforce demo

# On two processors three workers: a quarter of their time they wait for browsers, radios and clocks
test: system check
	$(BIN)/pytest -n $(shell expr $$(nproc 2>/dev/null || echo 2) + 1) --dist worksteal

system:
	@tools/system-packages $(DEBIAN)

check: $(VENV)/developer
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The documentation site, into build/site; its search wants a server: python3 -m http.server -d build/site
docs: $(VENV)/developer
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# Install, record and analyze under each Python from 3.11 on that this machine has
pythons:
	@tools/pythons

# A thousand stimuli of PsychoPy, marked in a recording, in an environment of its own
psychopy: $(VENV)/installed
	@tools/psychopy

# Wheel, firmware images, prints, checksums and notes, into build/release
release: system $(VENV)/developer
	$(BIN)/python tools/release

pictures: $(VENV)/installed
	$(BIN)/python docs/images

bench: $(VENV)/developer
	$(BIN)/python -m bench --write

# What got worse by over a fifth, as ratios to other programs in the same run
bench-compare: $(VENV)/developer
	$(BIN)/python -m bench --compare

# How well the analysis does, written to docs/validation.md: make validation SECTIONS="lag onsets"
validation: $(VENV)/developer
	$(BIN)/python -m validation $(SECTIONS)

# Kills, damage and malicious devices, written to docs/reliability.md: make abuse SCALE=0.1
abuse: $(VENV)/developer
	$(BIN)/python -m reliability $(SCALE)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "gripforce needs Python 3.11 or newer: try make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { echo "Python cannot make an environment here. On Debian: apt-get install python3-venv"; exit 1; }

$(VENV)/installed: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/developer: $(VENV)/bin/python pyproject.toml constraints.txt
	$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@ $(VENV)/installed

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
