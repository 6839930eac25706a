#!/bin/sh
# Checks that the named tools are here and new enough; stops with one line that says what to do.
#
#   scripts/require.sh rust node cc       to build
#   scripts/require.sh python postgres prometheus chromium xmllint smtpd
#                                         to test; installed with apt where this runs as root
set -eu

minimum_rust=1.95
minimum_node=20.19

fail() {
    echo "error: $*" >&2
    exit 1
}

# Whether version $1 is at least version $2.
at_least() {
    [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]
}

need_rust() {
    command -v cargo >/dev/null || fail "Rust $minimum_rust is needed and cargo was not found; install it from https://rustup.rs"
    version=$(cargo --version | cut -d ' ' -f 2)
    at_least "$version" "$minimum_rust" || fail "Rust $minimum_rust or newer is needed and this is $version; run: rustup update stable"
}

need_node() {
    for tool in node npm; do
        command -v "$tool" >/dev/null || fail "Node.js $minimum_node or newer is needed and $tool was not found; install it from https://nodejs.org"
    done
    version=$(node --version | tr -d v)
    at_least "$version" "$minimum_node" || fail "Node.js $minimum_node or newer is needed and this is $version; install it from https://nodejs.org"
}

need_cc() {
    command -v cc >/dev/null || fail "a C compiler is needed to build SQLite and the grammars of the scan, and none was found; on Debian and Ubuntu: apt-get install build-essential"
}

need_python() {
    python3 -c 'import ensurepip, venv' >/dev/null 2>&1 ||
        install_package python3-venv "Python 3 with venv is needed by the tests of OpenFeature's clients"
}

need_postgres() {
    command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 ||
        install_package postgresql "PostgreSQL is needed by the tests"
}

need_prometheus() {
    command -v prometheus >/dev/null && command -v promtool >/dev/null ||
        install_package prometheus "Prometheus is needed by the tests of guards that ask it"
}

need_chromium() {
    for tool in chromium chromium-browser google-chrome; do
        if command -v "$tool" >/dev/null; then return; fi
    done
    install_package chromium "Chromium is needed by the tests in the browser"
}

need_smtpd() {
    command -v aiosmtpd >/dev/null ||
        install_package python3-aiosmtpd "aiosmtpd is needed by the tests of mail"
}

need_xmllint() {
    command -v xmllint >/dev/null ||
        install_package libxml2-utils "xmllint is needed by the tests of reports in XML"
}

# Installs package $1 where that is allowed; else says that $2 and how to get it.
install_package() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        fail "$2; install the package $1"
    fi
    echo "installing $1 ..."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "$1" >/dev/null || fail "$2, and apt-get could not install $1"
}

for tool in "$@"; do "need_$tool"; done
