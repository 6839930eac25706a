#!/bin/sh
# Installs OpenFeature's own SDKs for Node and Python, in the versions that the tests in
# tests/openfeature are written for. Does nothing where they are installed already.
set -eu
cd "$(dirname "$0")/../tests/openfeature"

# Whether folder $1 was filled from file $2 as it is now.
is_current() {
    [ -f "$1/.installed-from" ] && cmp -s "$1/.installed-from" "$2"
}

if ! is_current node/node_modules node/package-lock.json; then
    npm --prefix node ci --no-audit --no-fund
    cp node/package-lock.json node/node_modules/.installed-from
fi

if ! is_current python/.venv python/requirements.txt; then
    rm -rf python/.venv
    python3 -m venv python/.venv
    python/.venv/bin/pip install --quiet --disable-pip-version-check --requirement python/requirements.txt
    cp python/requirements.txt python/.venv/.installed-from
fi
