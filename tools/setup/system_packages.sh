#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What only system packages offer the tests: a browser, and servers that speak TLS. Root on Debian or Ubuntu
# gets them; others are told how.
set -eu

PATH="$PATH:/usr/sbin"
wanted=""

has() {
    for program in "$@"; do
        if command -v "$program" >/dev/null 2>&1; then
            return 0
        fi
    done
    return 1
}

has chromium chromium-browser google-chrome || wanted="$wanted chromium"
has redis-server || wanted="$wanted redis-server"
has nginx || wanted="$wanted nginx-light"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || wanted="$wanted postgresql"
[ -n "$wanted" ] || exit 0

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "setup: the tests drive a browser, and servers over TLS, and miss:$wanted." \
        "Install them (on Debian and Ubuntu: sudo apt-get install --no-install-recommends$wanted)" \
        "and run make test again." >&2
    exit 1
fi

echo "Installing$wanted with apt-get, because the tests drive a browser, and servers over TLS …"
log=$(mktemp)
# Debian starts a server when it is installed, unless this file says no; the tests start their own.
policy=/usr/sbin/policy-rc.d
own_policy=""
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    own_policy=$policy
fi
trap 'rm -f "$log" $own_policy' EXIT
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list of words
if ! { apt-get update && apt-get install --yes --no-install-recommends $wanted; } >"$log" 2>&1; then
    tail -5 "$log" >&2
    echo "setup: apt-get could not install$wanted; read the lines above, install them and run make test" \
        "again." >&2
    exit 1
fi
