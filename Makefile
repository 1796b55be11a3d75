# Every goal does all of its own set-up and can be repeated at no cost.

# Program and tests are built with the same flags, so that they share one build; tests may look at
# what is internal.
FLAGS := -c release --explicit-target-dependency-import-check error -Xswiftc -enable-testing
SHARED ?= ../shared

.PHONY: build demo test fuzz reliability bench conformance format setup clean

build: setup
	swift build $(FLAGS)

demo: build
	./athanor demo --output runs/demo

test: setup
	swift build $(FLAGS) --build-tests
	Scripts/test.sh $(FLAGS)

# READER=CIF for one reader alone.
fuzz: setup
	Scripts/fuzz.sh $(READER)

# TEST=ModelFileTests for one kind of trial alone.
reliability: setup
	Scripts/reliability.sh $(TEST)

bench: build
	Scripts/setup.sh peers engines
	.build/release/bench

# Answers the cases of independent programs and has their checkers judge them.
conformance: build
	Scripts/conformance.sh "$(SHARED)/golden"

format:
	swift format -i -r --configuration .swift-format Package.swift Sources Tests Benchmarks

setup:
	@Scripts/setup.sh

clean:
	swift package clean
