#!/bin/sh
# Makes .venv from a hash-locked requirements file; does nothing when it is already as locked.
# usage: environment.sh LOCKFILE      environment: PYTHON (default python3)
set -eu
lock=$1
python=${PYTHON:-python3}
venv=.venv

if ! command -v "$python" >/dev/null 2>&1; then
    echo "Python is missing: install Python 3.11 or newer and run this again." >&2
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "$("$python" --version) is too old: Plant HMI needs Python 3.11 or newer. Name another one with make PYTHON=python3.12 ..." >&2
    exit 1
fi

# An environment with the larger lock (tests) also serves the smaller one (run).
wanted=$(cat "$lock" pyproject.toml | cksum)
larger=$(cat requirements-dev.lock pyproject.toml | cksum)
have=$(cat "$venv/.locked" 2>/dev/null || true)
if [ -x "$venv/bin/plant-hmi" ] && { [ "$have" = "$wanted" ] || [ "$have" = "$larger" ]; }; then
    exit 0
fi

if [ ! -x "$venv/bin/python" ]; then
    if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
        rm -rf "$venv"
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
            echo "Installing python3-venv ..."
            apt-get update -q >/dev/null
            DEBIAN_FRONTEND=noninteractive apt-get install -y -q python3-venv >/dev/null
            "$python" -m venv "$venv"
        else
            echo "Python cannot make an environment. On Debian or Ubuntu run:  sudo apt-get install python3-venv" >&2
            exit 1
        fi
    fi
fi
echo "Setting up the environment from $lock (first time: a few minutes on a slow line) ..."
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
printf '%s\n' "$wanted" > "$venv/.locked"
