#!/bin/sh
# The system of the agency "dishub" over HTTP: sh agency.sh
# Needs curl and jq.
set -eu

URL=${PINTU_GATEWAY_URL:-http://127.0.0.1:8080}
AGENCY=${AGENCY:-dishub}
EVERY=${EVERY:-60}
umask 077
ANSWER=$(mktemp -d)
trap 'rm -rf "$ANSWER"' EXIT

# Until there is an answer for good, which is printed: 1 where it is a refusal. What is sent twice
# under one id counts once. The key does not stand in the list of processes.
call() { # METHOD PATH [DATA [ID]]
    pause=1
    while :; do
        : >"$ANSWER/head"
        printf %s "${3:-}" | curl --silent --show-error --max-time 30 --request "$1" \
            --header "Content-Type: application/json" ${3:+--data-binary @-} \
            ${4:+--header "Idempotency-Key: $4"} --config /dev/fd/3 \
            --dump-header "$ANSWER/head" --output "$ANSWER/body" --write-out '%{http_code}' \
            "$URL/v1/agencies/$AGENCY/cases$2" 3<<EOF >"$ANSWER/status" || echo 000 >"$ANSWER/status"
header = "Authorization: Bearer $KEY"
EOF
        wait=$pause
        case $(cat "$ANSWER/status") in
        2??) cat "$ANSWER/body" && return ;;
        408 | 429 | 5?? | 000*)
            after=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9][0-9]*\).*/\1/p' "$ANSWER/head")
            wait=${after:-$pause}
            ;;
        *) cat "$ANSWER/body" && return 1 ;;
        esac
        wait=$((wait + $(od -An -N1 -tu1 /dev/urandom) % (wait + 1) / 2)) # not all at once
        echo "again in $wait s: $(cat "$ANSWER/status")" >&2
        sleep "$wait"
        pause=$((pause < 30 ? pause * 2 : 60))
    done
}

say() { # VERB DATA; $case is what it answers. The id is made of it: said twice, it counts once.
    id=$(printf %s "$case" |
        jq -r --arg verb "$1" '"\(.complaint_id).\($verb).\(.notes[-1].at // .received_at)"')
    if receipt=$(call POST "/$tracking/$1" "$2" "$id"); then
        echo "$tracking $1 $(printf %s "$receipt" | jq -r .outcome)"
    else # it changed meanwhile: the next round shows how
        echo "$tracking $1 $receipt" >&2
    fi
}

handle() { # one step of a case. In a real system people decide; here it decides by itself
    tracking=$(printf %s "$case" | jq -r .tracking)
    case $(printf %s "$case" | jq -r '"\(.state) \(.topic != null)"') in
    routed*)
        printf %s "$case" | jq -r '"\(.tracking) \(.complaint.text // "")"'
        say acknowledged '{}'
        ;;
    "acknowledged false") say returned '{"reason": "Bukan kewenangan kami."}' ;;
    "acknowledged true") say responded '{"note": "Petugas kami ke lokasi besok."}' ;;
    responded*) say resolved '{"note": "Sudah ditangani."}' ;;
    esac # "held" and "resolved" wait for the reporter
}

while :; do
    after=''
    while :; do # all of them, the oldest first, page by page
        page=$(call GET "?limit=100${after:+&after=$after}") || { echo "$page" >&2 && exit 1; }
        printf %s "$page" | jq -c '.cases[]' >"$ANSWER/cases"
        while read -r case; do
            handle </dev/null
        done <"$ANSWER/cases"
        after=$(printf %s "$page" | jq -r '.next // "" | @uri')
        [ -n "$after" ] || break
    done
    sleep "$EVERY"
done
