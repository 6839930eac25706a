#!/bin/sh
# Formatting, lints, documentation, licences: everything that needs no test to run.
set -eu
cd "$(dirname "$0")/.."

scripts/require.sh rust node cc
cargo fmt --all --check
cargo clippy --workspace --all-targets --locked -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet
# With the default features alone, as those see it who do not ask for more.
RUSTDOCFLAGS="-D warnings" cargo doc -p tenantry --no-deps --locked --quiet

[ -d ui/node_modules ] || npm --prefix ui ci --no-audit --no-fund
npm --prefix ui run lint
npm --prefix ui run types

if command -v cargo-deny >/dev/null; then
    cargo deny --locked check bans licenses sources
else
    echo "cargo-deny is not installed, so dependencies and licences were not checked; to do so: cargo install --locked cargo-deny"
fi
