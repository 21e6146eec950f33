#!/bin/sh
# Every check, in order of speed; the first that fails ends it.
set -eu
bin=.venv/bin
echo "== ruff"
$bin/ruff check .
$bin/ruff format --check --quiet .
echo "== types"
$bin/mypy
echo "== import contracts"
if ! report=$($bin/lint-imports --no-logo 2>&1); then
    printf '%s\n' "$report"
    exit 1
fi
printf '%s\n' "$report" | tail -n 1
echo "== tests"
$bin/python -m pytest -q -n 2 --dist loadfile -m "not soak" --durations 10
