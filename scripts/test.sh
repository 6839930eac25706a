#!/bin/sh
# Every check and test, the quick ones first; stops at the first that fails.
#
# One target folder and one set of settings for all steps, so that nothing is compiled twice: the
# web interface is built first, and every build of the server from then on embeds it.
set -eu
cd "$(dirname "$0")/.."

export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-auto}"
target="${CARGO_TARGET_DIR:-target}"
jobs="${TENANTRY_TEST_JOBS:-2}"

# The tests' databases live in memory where there is room for them and programs may run: waiting
# for a disk tests nothing, and takes half of the time.
has_room() {
    [ -w "$1" ] && [ "$(df -Pk "$1" | awk 'NR == 2 { print $4 }')" -gt 4000000 ] || return 1
    probe="$(mktemp "$1/tenantry-XXXXXX")"
    cp /bin/true "$probe" && chmod 700 "$probe" && "$probe"
    outcome=$?
    rm -f "$probe"
    return "$outcome"
}
if [ -z "${TMPDIR:-}" ] && has_room /dev/shm 2>/dev/null; then
    TMPDIR=/dev/shm
    export TMPDIR
fi

step() {
    printf '\n=== %s (%s s)\n' "$*" "$(($(date +%s) - began))"
}
began=$(date +%s)

step tools
scripts/require.sh rust node cc python postgres prometheus chromium xmllint smtpd

step formatting
cargo fmt --all --check

step web interface: lint, types, unit tests, build
(
    cd ui
    npm ci --no-audit --no-fund
    npm run check
    npm run build
)
TENANTRY_UI_DIST="$PWD/ui/dist"
export TENANTRY_UI_DIST

step lints
cargo clippy --workspace --all-targets --locked -j "$jobs" -- -D warnings

step licences and sources of dependencies
if command -v cargo-deny >/dev/null; then
    cargo deny --locked check bans licenses sources
else
    echo "not checked: cargo-deny is not installed (cargo install --locked cargo-deny)"
fi

step documentation
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked -j "$jobs"
# With the default features alone, as those see it who do not ask for more.
RUSTDOCFLAGS="-D warnings" cargo doc -p tenantry --no-deps --locked -j "$jobs"

step "OpenFeature's clients, which the tests drive"
scripts/openfeature-clients.sh

step tests and doctests
cargo test --workspace --locked -j "$jobs"

step web interface in a browser
# As a whole, as above: with `-p` other features would be chosen, and much compiled again.
cargo build --workspace --bins --locked -j "$jobs"
case "$target" in /*) ;; *) target="$PWD/$target" ;; esac
TENANTRY_SERVER_BIN="$target/debug/tenantry-server"
CHROMIUM_BIN="${CHROMIUM_BIN:-$(command -v chromium || command -v chromium-browser || command -v google-chrome)}"
export TENANTRY_SERVER_BIN CHROMIUM_BIN
(cd ui && npm run e2e)

step packages
cargo package --locked --no-verify --allow-dirty --quiet \
    -p tenantry-core -p tenantry-protocol -p tenantry-scan -p tenantry -p tenantry-cli

step "all passed"
