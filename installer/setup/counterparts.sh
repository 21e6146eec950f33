#!/bin/sh
# Installs the independent servers the tests speak to. A second run finds them and needs no network.
# What cannot be installed is named; its tests then skip on a developer's machine and fail in CI.
set -u
missing=""
[ -x /usr/lib/postgresql/15/bin/initdb ] || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
command -v prometheus >/dev/null 2>&1 || missing="$missing prometheus"
command -v gnome-keyring-daemon >/dev/null 2>&1 || missing="$missing gnome-keyring dbus"
[ -x /usr/sbin/slapd ] || command -v slapd >/dev/null 2>&1 || missing="$missing slapd"
command -v gcc >/dev/null 2>&1 || missing="$missing gcc libc6-dev"
[ -e /usr/include/modbus/modbus.h ] || missing="$missing libmodbus-dev"
command -v pkg-config >/dev/null 2>&1 || missing="$missing pkg-config"
command -v node >/dev/null 2>&1 || missing="$missing nodejs"
command -v npm >/dev/null 2>&1 || missing="$missing npm"
if [ -n "$missing" ]; then
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
        echo "Installing test counterparts:$missing ..."
        apt-get update -q >/dev/null 2>&1
        # the tests run slapd themselves; the package must not set up a directory on this machine
        case "$missing" in *slapd*)
            echo "slapd slapd/no_configuration boolean true" | debconf-set-selections 2>/dev/null ;;
        esac
        # a list of package names
        # shellcheck disable=SC2086
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing >/dev/null 2>&1 \
            || echo "Could not install:$missing" >&2
    else
        echo "Some tests need:  sudo apt-get install$missing" >&2
    fi
fi
if command -v npm >/dev/null 2>&1; then
    wanted=$(cksum < tests/counterparts/package-lock.json)
    if [ "$(cat .counterparts/.locked 2>/dev/null)" != "$wanted" ]; then
        echo "Installing node counterparts ..."
        mkdir -p .counterparts
        cp tests/counterparts/package.json tests/counterparts/package-lock.json tests/counterparts/.npmrc .counterparts/
        if (cd .counterparts && npm ci --ignore-scripts --no-audit --no-fund --loglevel error >/dev/null 2>&1); then
            printf '%s\n' "$wanted" > .counterparts/.locked
        else
            echo "Could not install the node counterparts (tests/counterparts/package.json)" >&2
        fi
    fi
fi
exit 0
