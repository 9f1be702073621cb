#!/bin/sh
# An adapter of the channel "web" over HTTP:
#   sh adapter.sh send [TEXT] | follow | say VERB CODE [NOTE]
# Needs curl and jq. A real adapter has a database in place of the folder.
set -eu

URL=${PINTU_GATEWAY_URL:-http://127.0.0.1:8080}
EVERY=${EVERY:-60}
KEPT=${KEPT:-complaints}
umask 077
mkdir -p "$KEPT"
ANSWER=$(mktemp -d)
trap 'rm -rf "$ANSWER"' EXIT

# Until there is an answer for good, which is printed: 1 where it is a refusal, its status in
# $ANSWER/status. What is sent twice under one id counts once. The key does not stand in the list
# of processes.
call() { # METHOD PATH [DATA [ID]]
    pause=1
    while :; do
        : >"$ANSWER/head"
        printf %s "${3:-}" | curl --silent --show-error --max-time 30 --request "$1" \
            --header "Content-Type: application/json" ${3:+--data-binary @-} \
            ${4:+--header "Idempotency-Key: $4"} --config /dev/fd/3 \
            --dump-header "$ANSWER/head" --output "$ANSWER/body" --write-out '%{http_code}' \
            "$URL$2" 3<<EOF >"$ANSWER/status" || echo 000 >"$ANSWER/status"
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

random() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; } # nobody can guess it

keep() { # FILE, its new content on standard input
    cat >"$1.new"
    mv "$1.new" "$1"
}

send() { # keep it, then hand over whatever was kept and not handed over yet
    if [ $# -gt 0 ]; then
        jq -n --arg id "$(random)" --arg text "$1" '{$id, $text}' >"$ANSWER/new"
        keep "$KEPT/$(jq -r .id "$ANSWER/new").json" <"$ANSWER/new"
    fi
    for file in "$KEPT"/*.json; do
        [ -e "$file" ] && jq -e '(.tracking // .refused) == null' "$file" >/dev/null || continue
        if answer=$(call POST /v1/complaints "$(jq -c '{text}' "$file")" "$(jq -r .id "$file")"); then
            printf %s "$answer" | jq --slurpfile kept "$file" '$kept[0] + {tracking, pin}' | keep "$file"
            jq -r '"\(.tracking) \(.pin)"' "$file" # the reporter keeps both
        else # somebody has to look at it: the same again would not help
            jq --arg why "$answer" '. + {refused: $why}' "$file" | keep "$file"
            echo "$file: $answer" >&2
        fi
    done
}

say() { # what the reporter says: replied, accepted or withdrawn
    data=$(jq -cn --arg note "${3:-}" 'if $note == "" then {} else {$note} end')
    if answer=$(call POST "/v1/complaints/$2/$1" "$data" "$(random)"); then
        printf %s "$answer" | jq -r '"\(.outcome) \(.state // "")"'
    else
        echo "$answer" >&2
        exit 1
    fi
}

follow() {
    while :; do
        for file in "$KEPT"/*.json; do
            [ -e "$file" ] && jq -e '.tracking and .state != "closed"' "$file" >/dev/null || continue
            look "$file"
        done
        sleep "$EVERY"
    done
}

look() {
    if ! answer=$(call GET "/v1/complaints/$(jq -r .tracking "$1")"); then
        [ "$(cat "$ANSWER/status")" = 404 ] && return # it was filed just now
        echo "$answer" >&2
        exit 1
    fi
    printf %s "$answer" | jq -r --slurpfile kept "$1" '$kept[0] as $one
        | (.notes[] | select((.by | startswith("channel.") | not)
              and ([.at] | inside($one.told // []) | not))
            | "\($one.tracking) \(.verb) \(.note // .reason // "")"),
          (select(.state != $one.state) | "\($one.tracking) is \(.state)")'
    printf %s "$answer" | jq --slurpfile kept "$1" \
        '$kept[0] + {state, told: [.notes[].at]}' | keep "$1"
}

"$@"
