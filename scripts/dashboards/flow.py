"""The way of complaints: in, decided, out, aside."""

from typing import Final

from scripts.dashboards.panels import Dashboard, Panel

FLOW: Final = Dashboard(
    "flow",
    "Pintu: complaints on their way",
    "What comes in, where it goes, how long that takes, and what stays aside.",
    (
        Panel(
            "Complaints that come in, by channel",
            [("sum by (channel) (rate(pintu_complaints_received_total[5m]))", "{{channel}}")],
            "reqps",
        ),
        Panel(
            "Complaints routed, by agency (the ten with the most)",
            [
                (
                    "topk(10, sum by (agency) (rate(pintu_complaints_routed_total[5m])))",
                    "{{agency}}",
                )
            ],
            "reqps",
        ),
        Panel(
            "Share that a person at the desk has to decide",
            [
                (
                    "sum(rate(pintu_complaints_triaged_total[1h])) / (sum(rate("
                    "pintu_complaints_triaged_total[1h])) + sum(rate("
                    "pintu_complaints_routed_total[1h])))",
                    "to the desk",
                )
            ],
            "percentunit",
        ),
        Panel(
            "From submission to the agency: half of all, and 95 of 100",
            [
                (
                    f"histogram_quantile({share}, sum by (le) ("
                    "rate(pintu_intake_age_seconds_bucket[5m])))",
                    name,
                )
                for share, name in (("0.5", "half"), ("0.95", "95 of 100"))
            ],
            "s",
        ),
        Panel(
            "Time in the router: half of all, and 99 of 100",
            [
                (
                    f"histogram_quantile({share}, sum by (le) ("
                    "rate(pintu_routing_seconds_bucket[5m])))",
                    name,
                )
                for share, name in (("0.5", "half"), ("0.99", "99 of 100"))
            ],
            "s",
        ),
        Panel(
            "Messages that wait in queues",
            [("max by (queue) (pintu_queue_messages)", "{{queue}}")],
            says="router.intake and cases should be near nought; of agencies the longest is shown.",
        ),
        Panel(
            "Who reads each queue",
            [("max by (queue) (pintu_queue_consumers)", "")],
            kind="table",
        ),
        Panel(
            "What is parked now, by reason and by who sent it",
            [("max by (reason, from) (pintu_parked_messages)", "")],
            kind="table",
        ),
        Panel(
            "Messages that were parked, by reason",
            [("sum by (reason) (increase(pintu_messages_parked_total[1h]))", "{{reason}}")],
        ),
        Panel(
            "Complaints that came twice, and by unknown channels",
            [
                ("sum(increase(pintu_duplicates_total[1h]))", "came twice"),
                ("sum(increase(pintu_unknown_channel_complaints_total[1h]))", "unknown channel"),
                ("sum(increase(pintu_intake_time_implausible_total[1h]))", "time not plausible"),
            ],
        ),
        Panel(
            "Webhooks: tries to deliver, by outcome",
            [
                (
                    "sum by (endpoint, outcome) (rate(pintu_webhook_deliveries_total[5m]))",
                    "{{endpoint}} {{outcome}}",
                )
            ],
            "reqps",
        ),
        Panel(
            "Webhooks: events that wait, by endpoint",
            [("max by (endpoint) (pintu_webhook_waiting)", "{{endpoint}}")],
        ),
        Panel(
            "Time since a complaint was last routed",
            [("time() - max(pintu_last_routed_timestamp_seconds > 0)", "ago")],
            "s",
            "stat",
            red=86400,
        ),
        Panel(
            "Time for which the router waits for the case consumer",
            [("sum(rate(pintu_router_held_back_seconds_total[5m]))", "waited")],
            "percentunit",
        ),
    ),
)
