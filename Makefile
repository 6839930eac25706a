# The front door: every task of this repository by one name. What takes more than a line is a
# script in scripts/, which can be run by hand as well.

.DEFAULT_GOAL := help
.PHONY: help run demo test lint fmt bench bench-peers simulate

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Build the server with its web interface and start it, with SQLite in ./data
	@scripts/run.sh data

demo: ## The same with sample flags and a guarded rollout under way, with SQLite in ./data-demo
	@scripts/run.sh data-demo --demo

test: ## Run every check and test, as continuous integration does
	@scripts/test.sh

lint: ## Check formatting, lints, documentation and licences, without running tests
	@scripts/lint.sh

fmt: ## Format the Rust and the web interface's sources
	@cargo fmt --all
	@[ -d ui/node_modules ] || npm --prefix ui ci --no-audit --no-fund
	@npm --prefix ui run format

bench: ## Measure how fast changes arrive and flags answer
	@scripts/require.sh rust cc postgres
	@cargo bench --locked --workspace --no-fail-fast --bench '*'

bench-peers: ## Measure how fast other feature flag engines answer the same question
	@scripts/require.sh rust cc
	@cd sdk/benches/peers && cargo run --locked --release

simulate: ## Play 40,000 rollouts and write down what the guard gets wrong (some minutes)
	@scripts/require.sh rust
	@cargo run --locked --release -p tenantry-guard-simulation -- server/guard/SIMULATION.md
