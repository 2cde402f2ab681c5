#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Make .venv and install hashed locks into it: tools/setup/install.sh NAME LOCK…
# It only ever adds: `make run` and `make test` share one environment, and the locks agree with each other.
# PYTHON chooses the interpreter. A stamp of the locks' content makes a second call free.
set -eu
cd "$(dirname "$0")/../.."
name=$1
shift

fail() {
    echo "setup: $*" >&2
    exit 1
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if is_new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    found=$("${PYTHON:-python3}" --version 2>&1) || found="none"
    fail "Python 3.11 or later is needed and ${PYTHON:-python3} is: $found; install one, or name it: make $name PYTHON=/path"
}

make_environment() {
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python has no venv module; install it (on Debian and Ubuntu: apt-get install python3-venv) and retry."
    echo "Making .venv with $("$python" --version) …"
    "$python" -m venv --clear .venv || fail ".venv could not be made with $python; read the lines above."
}

stamp_of() {
    cat requirements/bootstrap.txt pyproject.toml "$@" | .venv/bin/python -c \
        'import hashlib, sys; print(sys.version.split()[0], hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'
}

# pip may be told of a mirror that uv does not know, since each reads its own configuration.
follow_pip() {
    index=$(.venv/bin/python -m pip config get global.index-url 2>/dev/null) || index=${PIP_INDEX_URL:-}
    if [ -n "$index" ] && [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
        export UV_DEFAULT_INDEX="$index"
    fi
    export UV_SYSTEM_CERTS="${UV_SYSTEM_CERTS:-true}"
}

install() {
    locks=""
    for lock in "$@"; do
        locks="$locks --requirements $lock"
    done
    started=$(date +%s)
    echo "Installing $* (with hashes) …"
    .venv/bin/python -m pip install -qq --require-hashes --requirement requirements/bootstrap.txt ||
        fail "the installer could not be installed; check that the package registry can be reached and retry."
    follow_pip
    # One word for each lock is meant.
    # shellcheck disable=SC2086
    .venv/bin/uv pip install --quiet --compile-bytecode --python .venv/bin/python --require-hashes $locks ||
        fail "the packages could not be installed; check that the package registry can be reached and retry."
    .venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --editable . ||
        fail "this project could not be installed into .venv; read the lines above."
    echo "Installed in $(($(date +%s) - started)) s."
}

.venv/bin/python -c 'import sys; sys.exit(sys.prefix == sys.base_prefix)' 2>/dev/null || make_environment
stamp=.venv/.installed-$name
wanted=$(stamp_of "$@")
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    install "$@"
    echo "$wanted" >"$stamp"
fi
