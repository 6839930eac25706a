#!/bin/sh
# Builds the server with its web interface, optimised, and starts it with its data in folder $1.
# The other arguments go to the server.
set -eu
cd "$(dirname "$0")/.."

scripts/require.sh rust node cc
export TENANTRY_DATA_DIR="${TENANTRY_DATA_DIR:-$1}"
shift

echo "Building the server, its web interface and the command line (some ten minutes the first time, seconds after that)."
cargo build --release --locked -p tenantry-server -p tenantry-cli
exec "${CARGO_TARGET_DIR:-target}/release/tenantry-server" "$@"
