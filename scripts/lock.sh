#!/bin/sh
# Resolves the dependencies of pyproject.toml for every platform, with hashes and without naming an index.
# dev and build take the versions of run, so that tests run on what is shipped.
set -eu
cd "$(dirname "$0")/.."
uv=${UV:-uv}
command -v "$uv" >/dev/null 2>&1 || { echo "lock: uv is needed (pip install uv), or give its path: make lock UV=…" >&2; exit 1; }

compile() {
    echo "→ $1"
    output=$1
    shift
    "$uv" pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
        --output-file "$output" "$@" >/dev/null
}

compile requirements/run.txt pyproject.toml "$@"
compile requirements/dev.txt pyproject.toml --group dev --constraint requirements/run.txt "$@"
compile requirements/build.txt --group pyproject.toml:build --constraint requirements/dev.txt "$@"
