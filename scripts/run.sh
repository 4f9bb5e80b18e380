#!/bin/sh
# run.sh SAMPLE PORT: the plan of a sample person in the terminal, then the service in demo mode.
set -eu
cd "$(dirname "$0")/.."

printf '→ the plan of a sample person: jalon plan %s\n\n' "$1"
.venv/bin/jalon plan "$1"

printf '\n→ the service, with its sample people (their database is made under %s): http://127.0.0.1:%s\n' \
    "${JALON_DATA_DIR:-var}" "$2"
trap : INT # Ctrl-C is for the service; this script sees it end, and ends well
status=0
.venv/bin/jalon serve --demo --host 127.0.0.1 --port "$2" || status=$?
case "$status" in
0 | 130) printf '→ stopped\n' ;;
*) exit "$status" ;;
esac
