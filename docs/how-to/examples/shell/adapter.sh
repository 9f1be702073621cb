#!/bin/sh
# An adapter of the channel "web": sh adapter.sh send TEXT | say VERB CODE [NOTE] | listen
# Needs curl 7.82 or newer, jq and amqp-tools.
#
# It publishes by RabbitMQ's HTTP API, which confirms and is mandatory by itself, and is meant for
# small numbers; its user needs the tag "management". Others can see the arguments of a command:
# where that matters, keep the password in a file (curl --netrc-file).
set -eu

CHANNEL=${CHANNEL:-web}
SOURCE=/channels/$CHANNEL
HERE=$(dirname "$0")

event() { # TYPE DATA [SUBJECT]; the id is random: nobody can guess it
    jq -cn --arg id "$(cat /proc/sys/kernel/random/uuid)" --arg source "$SOURCE" \
        --arg type "$1" --argjson data "$2" --arg subject "${3:-}" \
        '{specversion: "1.0", $id, $source, $type, $data}
         + if $subject == "" then {} else {$subject} end'
}

# Until RabbitMQ says that a queue has it. Sent twice under one id, it is one complaint.
publish() { # EXCHANGE KEY EVENT
    request=$(printf %s "$3" | jq -c --arg key "$2" '{
        routing_key: $key, payload: tojson, payload_encoding: "string",
        properties: {message_id: .id, delivery_mode: 2,
                     content_type: "application/cloudevents+json"}}')
    url=${PINTU_MANAGEMENT_URL%/}/api/exchanges/${VHOST:-%2F}/$1/publish
    until printf %s "$request" | curl --silent --show-error --fail --json @- "$url" |
        jq --exit-status .routed >/dev/null; do
        echo "not confirmed, again in a second" >&2
        sleep 1
    done
}

send() {
    complaint=$(event complaint.submitted.v1 "$(jq -cn --arg text "$1" '{$text}')")
    # A real adapter first writes the complaint and its id into its own files.
    publish complaints.intake "$CHANNEL" "$complaint"
    id=$(printf %s "$complaint" | jq -r .id)
    sh "$HERE/tracking.sh" "$SOURCE" "$id" | cut -d' ' -f2
}

say() { # what the reporter says: replied, accepted or withdrawn
    data=$(jq -cn --arg note "${3:-}" 'if $note == "" then {} else {$note} end')
    update=$(event "complaint.$1.v1" "$data" "$2")
    publish complaints.updates "channel.$CHANNEL.$1" "$update"
}

listen() { # each message is acknowledged when "tell" has ended well
    while :; do
        amqp-consume --url="$PINTU_AMQP_URL" --queue="channel.$CHANNEL" --prefetch-count=10 \
            sh "$0" tell || true
        sleep 1
    done
}

tell() { # the same event may come twice: a real adapter keeps the ids of what it has told
    jq -r '"\(.data.tracking // .subject) \(.type | split(".")[1]) \(.data.note // "")"'
}

"$@"
