#!/bin/sh
# run.sh SAMPLE PORT: the plan of a sample person in the terminal, then the service in demo mode.
set -eu
cd "$(dirname "$0")/.."

printf '→ the plan of a sample person: jalon plan %s\n\n' "$1"
.venv/bin/jalon plan "$1"

printf '\n→ the service, with its sample people: http://127.0.0.1:%s (Ctrl-C stops it)\n' "$2"
exec .venv/bin/jalon serve --demo --host 127.0.0.1 --port "$2"
