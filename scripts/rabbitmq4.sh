#!/bin/sh
# RabbitMQ 4.x for the tests, in a folder of its own, where the machine's own is older.
#
#   scripts/rabbitmq4.sh         makes it if it is missing (about half a minute), and prints what has
#                                to stand first in PATH for the tests to use it; nothing where this
#                                machine's own RabbitMQ is 4.x
#
# The packages are those of Debian 13, fetched and checked by debootstrap, and unpacked: nothing of
# them is installed, configured or started, and no root is needed. Debian 13's Erlang runs here with
# the libraries it was built for, by their own loader.
#
# RABBITMQ4_DIR: the folder (.cache/rabbitmq4). DEBIAN_MIRROR: http://deb.debian.org/debian.
set -eu

cd "$(dirname "$0")/.."
FOLDER=$(realpath -m "${RABBITMQ4_DIR:-.cache/rabbitmq4}")
MIRROR=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
SUITE=trixie
# What Erlang starts itself; everything else there is for developers.
PROGRAMS="beam.smp erlexec erl_child_setup inet_gethost epmd erl_call heart cpu_sup memsup"

say() { printf '%s\n' "$*" >&2; }

give_up() {
    say "RabbitMQ 4.x cannot be had here: $1"
    say "Either install RabbitMQ 4.x (Debian 13: apt-get install rabbitmq-server), or ${2:-try again}."
    exit 69
}

# --- what is there ----------------------------------------------------------------------------

is_native() {
    for home in /usr/lib/rabbitmq/lib/rabbitmq_server-* /opt/rabbitmq_server-* \
        /usr/local/lib/rabbitmq/lib/rabbitmq_server-*; do
        case ${home##*-} in [4-9].*) return 0 ;; esac
    done
    return 1
}

home_in() { # of RabbitMQ in a folder
    ls -d "$1"/usr/lib/rabbitmq/lib/rabbitmq_server-4.* 2>/dev/null | head -n 1
}

# --- making it --------------------------------------------------------------------------------

fetch() {
    PATH=$PATH:/usr/sbin:/sbin
    scripts/bootstrap.sh debootstrap || give_up "debootstrap is not installed" \
        "sudo apt-get install debootstrap debian-archive-keyring, then again"
    command -v dpkg-deb >/dev/null 2>&1 ||
        give_up "there is no dpkg-deb; packages of Debian cannot be unpacked here"
    say "Fetching RabbitMQ 4.x and Erlang of Debian 13 from $MIRROR ..."
    debootstrap --download-only --force-check-gpg --variant=minbase --include=rabbitmq-server,erlang-base \
        "$SUITE" "$1" "$MIRROR" >"$1.log" 2>&1 || {
        tail -n 3 "$1.log" >&2
        give_up "Debian's packages could not be fetched from $MIRROR (all of it: $1.log)" \
            "set DEBIAN_MIRROR to one that can be reached"
    }
}

unpack() { # from the fetched packages what Erlang and RabbitMQ need
    for package in "$1"/var/cache/apt/archives/*.deb; do
        case ${package##*/} in
        libpython* | libperl*) ;;
        erlang-* | rabbitmq-server_* | lib* | zlib1g_*) dpkg-deb --extract "$package" "$2" ;;
        esac
    done
}

# A program of Debian 13 needs Debian 13's C library: a script of its name calls it through that
# library's own loader. It stays one process.
wrap() {
    loader=$(ls "$1"/usr/lib64/ld-linux-* "$1"/usr/lib/ld-linux-* 2>/dev/null | head -n 1)
    [ -n "$loader" ] || give_up "the loader of Debian 13's C library was not found in $1"
    loader=$FOLDER${loader#"$1"}
    libraries=$(ls -d "$1"/usr/lib/*-linux-gnu* | head -n 1)
    libraries=$FOLDER${libraries#"$1"}
    for name in $PROGRAMS; do
        find "$1/usr/lib/erlang" -type f -name "$name" | while read -r program; do
            mv "$program" "$program.bin"
            cat >"$program" <<END
#!/bin/sh
exec "$loader" --library-path "$libraries" "$FOLDER${program#"$1"}.bin" "\$@"
END
            chmod 755 "$program"
        done
    done
    find "$1/usr/lib/erlang" -type f -name erl -exec \
        sed -i "s#ROOTDIR=/usr/lib/erlang#ROOTDIR=\"$FOLDER/usr/lib/erlang\"#" {} +
}

make_it() {
    # An environment cannot be moved: its scripts name the folder.
    mkdir -p "$(dirname "$FOLDER")"
    new=$FOLDER.new
    rm -rf "$new" "$new.fetched" "$FOLDER"
    mkdir -p "$new"
    fetch "$new.fetched"
    unpack "$new.fetched" "$new"
    [ -n "$(home_in "$new")" ] || give_up "$SUITE of $MIRROR has no RabbitMQ 4.x"
    wrap "$new"
    printf '%s\n' "$FOLDER" >"$new/.made-for"
    mv "$new" "$FOLDER"
    rm -rf "$new.fetched" "$new.fetched.log"
}

if is_native; then
    exit 0
fi
if [ "$(cat "$FOLDER/.made-for" 2>/dev/null)" != "$FOLDER" ]; then
    make_it
fi
printf '%s\n' "$(home_in "$FOLDER")/sbin:$FOLDER/usr/lib/erlang/bin"
