#!/bin/sh
# Makes .venv from a hash-locked requirements file; does nothing when it is already as locked.
# usage: environment.sh LOCKFILE      environment: PYTHON (default python3)
set -eu
lock=$1
python=${PYTHON:-python3}
venv=.venv

say() { printf '%s\n' "$*" >&2; }
is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

# An environment with the larger lock (tests) also serves the smaller one (run). A moved folder needs a new one.
state() { { cat "$1" pyproject.toml; pwd; } | cksum; }
wanted=$(state "$lock")
larger=$(state requirements-dev.lock)
have=$(cat "$venv/.locked" 2>/dev/null || true)
if [ -x "$venv/bin/plant-hmi" ] && { [ "$have" = "$wanted" ] || [ "$have" = "$larger" ]; } \
    && is_new_enough "$venv/bin/python"; then
    exit 0
fi

if ! is_new_enough "$python"; then
    found=""
    if [ "$python" = python3 ]; then
        for other in python3.14 python3.13 python3.12 python3.11; do
            if is_new_enough "$other"; then found=$other; break; fi
        done
    fi
    if [ -n "$found" ]; then
        python=$found
    elif version=$("$python" --version 2>&1) && [ -n "$version" ]; then
        say "$version is too old: Plant HMI needs Python 3.11 or newer. If you have one: make run PYTHON=python3.12"
        exit 1
    else
        say "Python is missing ('$python' does not start): install Python 3.11 or newer, or name one: make run PYTHON=python3.12"
        exit 1
    fi
fi

# A Python that was removed or changed since leaves an environment that does not start; an interrupted setup, one without pip.
if [ -e "$venv" ] && ! is_new_enough "$venv/bin/python"; then
    rm -rf "$venv"
elif [ -e "$venv" ] && ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    "$venv/bin/python" -m ensurepip >/dev/null 2>&1 || rm -rf "$venv"
fi

if [ ! -x "$venv/bin/python" ]; then
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
            echo "Installing $package ..."
            { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q "$package"; } >/dev/null 2>&1 || true
        fi
        if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
            say "Python cannot make an environment. On Debian or Ubuntu run:  sudo apt-get install $package"
            exit 1
        fi
    fi
    if ! "$python" -m venv "$venv" >&2; then
        rm -rf "$venv"
        say "Python could not make the environment in $venv: see the lines above; is the folder writable, the disk full?"
        exit 1
    fi
fi

echo "Setting up the environment from $lock (first time: a few minutes on a slow line) ..."
if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" \
    || ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
then
    say "The packages could not be installed: see the lines above. The first run needs a network or a package mirror (PIP_INDEX_URL); then run this again."
    exit 1
fi
printf '%s\n' "$wanted" > "$venv/.locked"
