#!/bin/sh
# Make a machine ready for Pintu: `scripts/bootstrap.sh PART...`, each part only if it is missing.
#
#   environment  .venv with the locked dependencies and this project itself
#   rabbitmq     RabbitMQ (apt); nothing to do where PINTU_AMQP_URL or its _FILE is set
#   postgresql   PostgreSQL's server programs (apt), for the tests
#   clients      foreign RabbitMQ clients for the tests: amqp-tools (apt), amqplib (npm, as
#                tests/foreign/package-lock.json has it; Node and npm themselves by apt), and the
#                parser of AsyncAPI (npm, as tests/foreign/asyncapi/package-lock.json has it)
#   languages    what the examples of the contract are written in, for the tests: PHP with
#                php-amqplib, curl and SQLite, Java (apt)
#   prometheus   Prometheus and promtool (apt), for the tests of alerts and dashboards
#   proxy        nginx (apt), for the test of the page about proxies
#   systemd      systemd-analyze (apt), for the tests of the units
#   chromium     Chromium and a typeface (apt), for the tests of the pages and `make screenshots`
#   peers        what `make bench-peers` compares with: librabbitmq and a C compiler (apt), and an
#                environment of its own for FastStream, as bench/peers/requirements.lock has it
#   debootstrap  what fetches RabbitMQ 4.x for the tests (apt); for scripts/rabbitmq4.sh
#   uv           the tool that writes the lock files
#
# What comes from PyPI or npm is named with its hash in a lock file, the tools that install and
# build included.
#
# Without apt, or without the right to use it, nothing is forced: it says what to install, and the
# commands that need it say so again.
set -eu

cd "$(dirname "$0")/.."
VENV=.venv
STAMP=$VENV/.pintu-stamp
FOREIGN=tests/foreign
CLIENTS=.cache/node
ASYNCAPI=.cache/asyncapi
PEERS=.cache/peers
PEERS_LOCK=bench/peers/requirements.lock

say() { printf '%s\n' "$*" >&2; }

# --- the Python environment ----------------------------------------------------------------

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python; do
        if command -v "$candidate" >/dev/null 2>&1 && is_new_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    say "No Python 3.11 or newer found (set PYTHON=/path/to/python3 if it is not on the PATH)."
    say "On Debian 12, Ubuntu 24.04 and later: sudo apt-get install python3 python3-venv"
    return 1
}

fingerprint() {
    # What the environment depends on: the path, since an environment cannot be moved, the locks,
    # and pyproject.toml up to the settings of the tools.
    { pwd; cat requirements-build.lock requirements.lock; sed '/^\[tool\.pytest/,$d' pyproject.toml; } | cksum
}

make_venv() {
    python=$(find_python)
    if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        apt_install "python$version-venv" || true
        "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || {
            say "This Python ($python) cannot make virtual environments."
            say "Install python$version-venv (Debian, Ubuntu), or set PYTHON to another one."
            return 1
        }
    fi
    say "Making $VENV with $python"
    "$python" -m venv --clear "$VENV"
}

environment() {
    if [ -x $VENV/bin/pintu ] && [ "$(cat $STAMP 2>/dev/null)" = "$(fingerprint)" ]; then
        return
    fi
    if ! is_new_enough $VENV/bin/python || ! $VENV/bin/python -m pip --version >/dev/null 2>&1; then
        make_venv
    fi
    say "Installing what requirements.lock names ..."
    # First pip itself and what builds this project: no newer one is fetched for the build.
    locked requirements-build.lock
    locked requirements.lock
    pip_install --no-deps --no-build-isolation --editable .
    fingerprint >$STAMP
}

pip_install() {
    $VENV/bin/python -m pip --disable-pip-version-check --quiet install "$@"
}

locked() {
    pip_install --require-hashes --requirement "$1"
}

uv() {
    locked requirements-uv.lock
}

# --- programs of the system ----------------------------------------------------------------

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1 && { [ -t 0 ] || sudo -n true 2>/dev/null; }; then
        sudo "$@"
    else
        return 1
    fi
}

POLICY=/usr/sbin/policy-rc.d

# Packages of servers start their server when they are installed; ours are started by need, on
# ports of their own. While this file says 101, Debian's tools start nothing.
forbid_services() {
    [ ! -e $POLICY ] || return 0
    trap allow_services EXIT
    trap 'exit 130' INT TERM HUP
    printf '#!/bin/sh\n# pintu: nothing is started while packages are installed\nexit 101\n' |
        as_root tee $POLICY >/dev/null
    as_root chmod 755 $POLICY
}

allow_services() {
    if grep -q '^# pintu:' $POLICY 2>/dev/null; then
        as_root rm -f $POLICY
    fi
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" >&2
}

apt_install() {
    if ! command -v apt-get >/dev/null 2>&1 || ! as_root true; then
        return 1
    fi
    say "Installing $* ..."
    forbid_services
    # A fresh container has no package lists, an old one stale ones: fetch them when it fails.
    apt_get install -y --no-install-recommends "$@" 2>/dev/null || {
        apt_get update && apt_get install -y --no-install-recommends "$@"
    }
}

# Not started now, and not at the next boot either: the node that Pintu starts is its own.
leave_disabled() {
    if [ -d /run/systemd/system ] && command -v systemctl >/dev/null 2>&1; then
        as_root systemctl disable --quiet "$@" 2>/dev/null || true
    fi
}

has_rabbitmq() {
    command -v rabbitmq-server >/dev/null 2>&1 || [ -x /usr/sbin/rabbitmq-server ] ||
        [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]
}

rabbitmq() {
    if [ -n "${PINTU_AMQP_URL:-}${PINTU_AMQP_URL_FILE:-}" ] || has_rabbitmq; then
        return
    fi
    if apt_install rabbitmq-server && has_rabbitmq; then
        leave_disabled rabbitmq-server epmd.service epmd.socket
        return
    fi
    say "RabbitMQ is not installed, and could not be installed by apt. Either"
    say "  - install it (Debian, Ubuntu: sudo apt-get install rabbitmq-server), or"
    say "  - run it in a container (docker compose up -d rabbitmq) and set PINTU_AMQP_URL, or"
    say "  - set PINTU_AMQP_URL to one you have: amqp://user:password@host:5672/%2F"
}

has_postgresql() {
    command -v initdb >/dev/null 2>&1 || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1
}

postgresql() {
    if has_postgresql; then
        return
    fi
    if apt_install postgresql && has_postgresql; then
        leave_disabled postgresql
        return
    fi
    say "PostgreSQL is not installed (Debian, Ubuntu: sudo apt-get install postgresql);"
    say "the tests that need it will be skipped, or fail where CI is set."
}

clients() {
    if ! command -v amqp-publish >/dev/null 2>&1; then
        apt_install amqp-tools ||
            say "amqp-tools is not installed: the tests that need it will be skipped."
    fi
    needed=""
    command -v node >/dev/null 2>&1 || needed="nodejs"
    command -v npm >/dev/null 2>&1 || needed="$needed npm"
    # shellcheck disable=SC2086  # each word is a package
    [ -z "$needed" ] || apt_install $needed || true
    node_packages $FOREIGN $CLIENTS
    node_packages $FOREIGN/asyncapi $ASYNCAPI
}

# node_packages FOLDER PLACE: what the lock file of FOLDER names, into PLACE.
node_packages() {
    stamp=$(cksum <"$1/package-lock.json")
    if [ "$(cat "$2/.stamp" 2>/dev/null)" = "$stamp" ]; then
        return
    fi
    if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1; then
        mkdir -p "$2"
        cp "$1/package.json" "$1/package-lock.json" "$2"
        if npm ci --silent --no-audit --no-fund --ignore-scripts --prefix "$2" >/dev/null; then
            echo "$stamp" >"$2/.stamp"
            return
        fi
    fi
    say "What $1/package.json names is not installed: the tests that need it will be skipped."
}

languages() {
    needed=""
    command -v php >/dev/null 2>&1 || needed="php-cli"
    for extension in curl sqlite3; do
        php -m 2>/dev/null | grep -qx "$extension" || needed="$needed php-$extension"
    done
    command -v javac >/dev/null 2>&1 || needed="$needed default-jdk-headless"
    command -v curl >/dev/null 2>&1 || needed="$needed curl"
    command -v jq >/dev/null 2>&1 || needed="$needed jq"
    [ -e /usr/share/php/PhpAmqpLib/autoload.php ] || needed="$needed php-amqplib"
    [ -e /usr/share/java/amqp-client.jar ] || needed="$needed librabbitmq-client-java"
    [ -e /usr/share/java/slf4j-nop.jar ] || needed="$needed libslf4j-java"
    [ -e /usr/share/java/gson.jar ] || needed="$needed libgoogle-gson-java"
    # shellcheck disable=SC2086  # each word is a package
    [ -z "$needed" ] || apt_install $needed ||
        say "Not installed: $needed. Examples in that language will not be tested."
}

prometheus() {
    if installed prometheus && installed promtool; then
        return
    fi
    if apt_install prometheus; then
        leave_disabled prometheus
        return
    fi
    say "Prometheus is not installed: alerts and dashboards will not be tested against a real one."
}

proxy() {
    if command -v nginx >/dev/null 2>&1 || [ -x /usr/sbin/nginx ]; then
        return
    fi
    if apt_install nginx-light; then
        leave_disabled nginx
        return
    fi
    say "nginx is not installed: the page about proxies will not be tested against a real one."
}

systemd() {
    command -v systemd-analyze >/dev/null 2>&1 || apt_install systemd ||
        say "systemd-analyze is not installed: the units will not be checked by it."
}

# Whether there is a program of that name, whatever the functions here are called.
installed() {
    (
        unset -f "$1"
        command -v "$1" >/dev/null 2>&1
    )
}

has_chromium() {
    [ -n "${CHROMIUM:-}" ] || installed chromium || installed chromium-browser || installed google-chrome
}

chromium() {
    if has_chromium; then
        return
    fi
    if apt_install chromium fonts-dejavu-core && has_chromium; then
        return
    fi
    say "Chromium is not installed (Debian: sudo apt-get install chromium; elsewhere set CHROMIUM to"
    say "the program of a Chromium or Chrome): the tests of the pages will be skipped, or fail where"
    say "CI is set."
}

peers() {
    if ! command -v cc >/dev/null 2>&1 || [ ! -e /usr/include/amqp.h ]; then
        apt_install gcc libc6-dev librabbitmq-dev pkg-config ||
            say "librabbitmq-dev or a C compiler is not installed: the C relay will be left out."
    fi
    stamp=$(cksum <$PEERS_LOCK)
    if [ "$(cat $PEERS/.stamp 2>/dev/null)" = "$stamp" ]; then
        return
    fi
    rm -rf $PEERS
    if $VENV/bin/python -m venv $PEERS && $PEERS/bin/python -m pip --disable-pip-version-check \
        --quiet install --require-hashes --requirement $PEERS_LOCK; then
        echo "$stamp" >$PEERS/.stamp
    else
        rm -rf $PEERS
        say "FastStream and matplotlib are not installed: they will be left out."
    fi
}

debootstrap() {
    [ -x /usr/sbin/debootstrap ] || apt_install debootstrap debian-archive-keyring
}

for part in "$@"; do
    case $part in
    environment | rabbitmq | postgresql | clients | languages | prometheus | proxy | systemd | chromium | peers | debootstrap | uv) "$part" ;;
    *)
        say "unknown part: $part"
        exit 64
        ;;
    esac
done
