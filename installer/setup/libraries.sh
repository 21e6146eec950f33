#!/bin/sh
# Looks whether the window's system libraries are there; installs them as root on Debian or Ubuntu, else names the command.
# Never fails: without them the station still runs headless, without pictures.
set -u
offscreen="libglib2.0-0 libgl1 libegl1 libxkbcommon0 libx11-6 libfontconfig1 libfreetype6 libdbus-1-3 libbrotli1"
window="libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-image0 libxcb-render-util0 libxcb-randr0 libxcb-shape0 libxcb-sync1 libxcb-xfixes0 libxcb-xkb1 libxcb-util1 libxcb-glx0 libx11-xcb1 libxkbcommon-x11-0"

probe() {
    QT_QPA_PLATFORM=offscreen .venv/bin/python -c 'from PySide6.QtWidgets import QApplication; QApplication([])' >/dev/null 2>&1 || return 1
    [ "$(uname -s)" = Linux ] || return 0
    plugin=$(.venv/bin/python -c 'import PySide6, pathlib; print(next(pathlib.Path(PySide6.__file__).parent.glob("Qt/plugins/platforms/libqxcb.so"), ""))' 2>/dev/null)
    [ -n "$plugin" ] || return 0
    ! LD_LIBRARY_PATH='' ldd "$plugin" 2>/dev/null | grep -q 'not found'
}

probe && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing the window's system libraries ..."
    # a list of package names
    # shellcheck disable=SC2086
    if apt-get update -q >/dev/null 2>&1 && DEBIAN_FRONTEND=noninteractive apt-get install -y -q $offscreen $window >/dev/null 2>&1 && probe; then
        exit 0
    fi
fi
echo "The window's system libraries are missing; the station runs headless, without pictures. On Debian or Ubuntu:" >&2
echo "  sudo apt-get install $offscreen $window" >&2
exit 0
