# Every goal does all of its own set-up and can be repeated at no cost.

BUILD := swift build -c release --explicit-target-dependency-import-check error
TEST := swift test -c release --explicit-target-dependency-import-check error
SHARED ?= ../shared

.PHONY: build demo test bench conformance format setup clean

build: setup
	$(BUILD)

demo: build
	./athanor demo --output runs/demo

test: setup
	$(BUILD) --build-tests
	$(TEST) --skip-build

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
