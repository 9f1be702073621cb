#!/bin/sh
# complaint_id and tracking code of an adapter's own ids: sh tracking.sh SOURCE ID...
# Needs a POSIX shell with numbers of 64 bits (dash, bash, busybox) and coreutils.
set -eu

DIGITS=0123456789ABCDEFGHJKMNPQRSTVWXYZ
NAMESPACE_URL='\153\247\270\021\235\255\021\321\200\264\000\300\117\324\060\310'

part() { printf %s "$hash" | cut -c "$1"; }
digit() { printf %s "$DIGITS" | cut -c "$(($1 + 1))"; }

source=$1
shift
for id; do
    # shellcheck disable=SC2059  # the namespace is written as octal escapes
    hash=$({ printf "$NAMESPACE_URL" && printf '%s#%s' "$source" "$id"; } | sha1sum)
    variant=$(printf %x $((0x$(part 17) & 3 | 8)))
    complaint=$(part 1-8)-$(part 9-12)-5$(part 14-16)-$variant$(part 18-20)-$(part 21-32)

    number=$((0x$(part 1-12)$(part 14-16) >> 5))
    while [ $((number % 37)) -gt 31 ]; do
        number=$(((number + 1) % (1 << 55)))
    done
    code='' shift=50
    while [ $shift -ge 0 ]; do
        code=$code$(digit $((number >> shift & 31)))
        shift=$((shift - 5))
        case $shift in 30 | 10) code=$code- ;; esac
    done
    echo "$complaint $code$(digit $((number % 37)))"
done
