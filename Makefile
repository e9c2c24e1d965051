# Everything that is done to this house, each in a line or two; `make help` lists it.

# What the packages of a fresh Debian or Ubuntu lack, besides a Swift toolchain.
BUILD_PACKAGES := libdw-dev libpcap-dev librsvg2-dev pkg-config zlib1g-dev
TEST_PACKAGES := $(BUILD_PACKAGES) curl fish g++ gcc golang-go iperf3 iproute2 chromium fonts-dejavu-core \
	fonts-nanum libc6-dev libcap2-bin libxml2-utils nginx-light \
	$(if $(filter x86_64,$(shell uname -m)),gcc-multilib) poppler-utils procps python3 python3-scapy python3-venv \
	redis-server redis-tools strace sudo tcpdump tshark util-linux valgrind zsh
ORACLE_PACKAGES := $(TEST_PACKAGES) apache2-utils libbpf-dev memcached netcat-openbsd \
	rsync socat wget wrk
DIST_PACKAGES := $(BUILD_PACKAGES) binutils dpkg-dev gcc python3
DIST_CHECK_PACKAGES := debootstrap lintian mandoc util-linux

.DEFAULT_GOAL := help
.PHONY: demo build test lint format check record fuzz bench oracle pictures dist dist-check help

demo: ## Trace the paired demo programs and draw which call sent each packet.
	.ci/install $(BUILD_PACKAGES)
	swift build -c release
	.build/release/sockline demo

build: ## Build for development, into .build/debug.
	.ci/install $(BUILD_PACKAGES)
	swift build --build-tests

test: ## Run all tests.
	.ci/install $(TEST_PACKAGES)
	swift build --build-tests
	swift test --skip-build --disable-xctest
	Tests/Bench/run.sh gate

lint: ## Check the sources against the format and the rules in .swift-format.
	swift format lint --strict --recursive Package.swift Sources Tests

format: ## Format the sources.
	swift format --in-place --recursive Package.swift Sources Tests

check: lint test ## Lint, build and test: what a commit has to pass.

record: ## Rewrite the golden texts; fails by design, so read the diff in git.
	RECORD=1 swift test --disable-xctest

fuzz: ## Feed random packets and files to the decoders.
	Tests/Fuzz/run.sh

bench: ## Measure speed and memory, and write docs/PERFORMANCE.md.
	Tests/Bench/run.sh

oracle: ## Check causes and states against the kernel's own account (asks for root).
	.ci/install $(ORACLE_PACKAGES)
	swift build
	Tests/Oracle/sweep.sh

pictures: ## Redraw the pictures of the documents (asks for tshark, tcpdump and chromium).
	swift build -c release --product sockline
	docs/pictures/make.py .build/release/sockline

dist: ## Make the release packages, a tarball and a .deb, into .build/dist/packages.
	.ci/install $(DIST_PACKAGES)
	.ci/dist/make

dist-check: dist ## Try the packages in clean systems without Swift, made with debootstrap (asks for root).
	.ci/install $(DIST_CHECK_PACKAGES)
	.ci/dist/check

help: ## List these.
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 12
