#!/bin/sh
# Who changes status between the guidelines of a commit (BASE) and those of the working tree: `make compare BASE=…`.
# 100 000 synthetic people; prints a table in Markdown, or that no guideline changed, or that the former ones cannot be
# read since a rule of content changed (no failure: the change is meant).
set -eu
base=${1:?name a commit: make compare BASE=origin/main}
here=$(mktemp -d)
trap 'rm -rf "$here"' EXIT
git archive "$base" content/guidelines/fr | tar -x -C "$here"
if diff -rq "$here/content/guidelines/fr" content/guidelines/fr >/dev/null; then
    echo "No guideline changed since $base."
    exit 0
fi
.venv/bin/jalon population generate --people "${PEOPLE:-100000}" --seed 1 "$here/people.parquet" >/dev/null
.venv/bin/jalon population compare "$here/content/guidelines/fr" fr "$here/people.parquet" 2>"$here/told" && exit 0
cat "$here/told" >&2
grep -q "former pack" "$here/told" || exit 2
echo "Not compared: the guidelines of $base cannot be read any more."
