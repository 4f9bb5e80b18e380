#!/bin/sh
# setup.sh run: makes .venv (Python 3.11 or newer), installs requirements/run.txt and jalon itself, editable.
# setup.sh dev: then requirements/dev.txt, and the Debian packages that the browser tests use.
# The Makefile calls it only when a lock is newer than the stamp that it leaves in .venv.
set -eu
cd "$(dirname "$0")/.."

say() { printf '→ %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }
is_root() { [ "$(id -u)" = 0 ]; }
has() { command -v "$1" >/dev/null 2>&1; }

debian_install() {  # packages…; false when this machine or this user cannot
    is_root && has apt-get || return 1
    say "installing Debian packages: $*"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"; } </dev/null >/dev/null
}

find_python() {  # the first one that is new enough
    for candidate in "${PYTHON:-python3}" python3 python3.14 python3.13 python3.12 python3.11; do
        if has "$candidate" && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
}

make_venv() {
    python=$(find_python)
    [ -n "$python" ] || fail "Python 3.11 or newer is needed; point PYTHON at one: make setup PYTHON=/path/to/python3"
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        # Debian ships venv apart from python3
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        debian_install "python$version-venv" ||
            fail "this Python cannot make virtual environments; as root: apt-get install python$version-venv"
    fi
    say "making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
}

quiet_pip() {  # errors only
    .venv/bin/python -m pip -qq --disable-pip-version-check --no-input "$@" </dev/null
}

pip_install() {  # hashes are compulsory: a lock is what is installed, or nothing is
    quiet_pip install --require-hashes "$@"
}

count() { cat "$@" | grep -c '^[A-Za-z0-9].*==' || true; }

case "${1:-}" in
run)
    .venv/bin/python -c 'import pip' 2>/dev/null || make_venv
    say "installing $(count requirements/run.txt) locked packages (requirements/run.txt)"
    pip_install -r requirements/run.txt -r requirements/build.txt
    say "installing jalon itself"
    quiet_pip install --no-deps --no-build-isolation --no-index --editable .
    ;;
dev)
    say "installing $(count requirements/dev.txt) locked packages for the tests (requirements/dev.txt)"
    pip_install -r requirements/dev.txt
    if has npm; then
        say "installing the OpenID provider of the tests (tests/oidc)"
        (cd tests/oidc && npm ci --no-audit --no-fund --loglevel=error </dev/null >/dev/null) ||
            say "the OpenID provider cannot be installed: its tests will be skipped"
        say "installing the TypeScript compiler of the tests (tests/mobile)"
        (cd tests/mobile && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >/dev/null) ||
            say "the TypeScript compiler cannot be installed: its tests will be skipped"
    else
        say "no npm here: the tests with an OpenID provider and of the TypeScript client will be skipped"
    fi
    if ! has chromium; then
        debian_install chromium fonts-liberation ||
            say "no chromium here: the browser tests will be skipped (as root: apt-get install chromium)"
    fi
    ;;
*)
    fail "usage: setup.sh run|dev"
    ;;
esac
touch ".venv/.$1"
say "ready"
