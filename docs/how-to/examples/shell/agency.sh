#!/bin/sh
# The system of the agency "dishub": sh agency.sh
# Needs curl 7.82 or newer, jq and amqp-tools. It publishes as adapter.sh does; see there.
set -eu

AGENCY=${AGENCY:-dishub}

# Until RabbitMQ says that a queue has it. The id is made of what it answers: said twice, it counts
# once.
say() { # VERB DATA; $event is what it answers
    request=$(printf %s "$event" | jq -c --arg agency "$AGENCY" --arg verb "$1" --argjson data "$2" '{
        specversion: "1.0", id: "\(.id).\($verb)", source: "/agencies/\($agency)",
        type: "complaint.\($verb).v1", subject: .subject, data: $data}
      | {routing_key: "agency.\($agency).\($verb)", payload: tojson, payload_encoding: "string",
         properties: {message_id: .id, delivery_mode: 2,
                      content_type: "application/cloudevents+json"}}')
    url=${PINTU_MANAGEMENT_URL%/}/api/exchanges/${VHOST:-%2F}/complaints.updates/publish
    until printf %s "$request" | curl --silent --show-error --fail --json @- "$url" |
        jq --exit-status .routed >/dev/null; do
        echo "not confirmed, again in a second" >&2
        sleep 1
    done
}

handle() {
    event=$(cat)
    printf %s "$event" | jq -r '"\(.type | split(".")[1]) \(.subject)"'
    # Replied, withdrawn, closed, a reminder, or what nobody knows yet:
    printf %s "$event" | jq -e '.type == "complaint.routed.v1"' >/dev/null || return 0
    say acknowledged '{}'
    # In a real system people decide what comes now. Here they do so at once.
    if printf %s "$event" | jq -e '.data.decision.confidence < 0.5' >/dev/null; then
        say returned '{"reason": "Bukan kewenangan kami."}'
        return
    fi
    say responded '{"note": "Petugas kami ke lokasi besok."}'
    if printf %s "$event" | jq -e '.data.role == "lead"' >/dev/null; then # the final answer
        say resolved '{"note": "Sudah ditangani."}'
    fi
}

if [ "${1:-}" = handle ]; then
    handle
    exit
fi
while :; do # each message is acknowledged when "handle" has ended well
    amqp-consume --url="$PINTU_AMQP_URL" --queue="agency.$AGENCY" --prefetch-count=10 \
        sh "$0" handle || true
    sleep 1
done
