"""The doors over HTTP: who asks, how quickly they are answered, what is refused."""

from typing import Final

from scripts.dashboards.panels import Dashboard, Panel

DOORS: Final = Dashboard(
    "doors",
    "Pintu: the doors over HTTP",
    "What comes in by the gateway, how long people and portals wait, and what is refused.",
    (
        Panel(
            "Complaints taken in, by door",
            [("sum by (door) (rate(pintu_gateway_complaints_total[5m]))", "{{door}}")],
            "reqps",
        ),
        Panel(
            "Requests to the gateway, by status",
            [("sum by (status) (rate(pintu_http_requests_total[5m]))", "{{status}}")],
            "reqps",
        ),
        Panel(
            "Share of requests that fail on our side",
            [
                (
                    'sum(rate(pintu_http_requests_total{status=~"5.."}[5m])) / '
                    "sum(rate(pintu_http_requests_total[5m]))",
                    "failed",
                )
            ],
            "percentunit",
            red=0.05,
        ),
        Panel(
            "Time of the gateway's answers: half of all, and 99 of 100",
            [
                (
                    f"histogram_quantile({share}, sum by (le) ("
                    "rate(pintu_http_request_seconds_bucket[5m])))",
                    name,
                )
                for share, name in (("0.5", "half"), ("0.99", "99 of 100"))
            ],
            "s",
        ),
        Panel(
            "Time of the gateway's answers: 95 of 100, by route",
            [
                (
                    "histogram_quantile(0.95, sum by (le, route) ("
                    "rate(pintu_http_request_seconds_bucket[5m])))",
                    "{{route}}",
                )
            ],
            "s",
        ),
        Panel(
            "Time until RabbitMQ confirms: half of all, and 99 of 100",
            [
                (
                    f"histogram_quantile({share}, sum by (le) ("
                    "rate(pintu_gateway_confirm_seconds_bucket[5m])))",
                    name,
                )
                for share, name in (("0.5", "half"), ("0.99", "99 of 100"))
            ],
            "s",
        ),
        Panel(
            "Requests under way, and complaints that wait for their confirm",
            [
                ("sum(pintu_http_requests_in_hand)", "under way"),
                ("sum(pintu_gateway_confirms_waiting)", "wait for their confirm"),
            ],
        ),
        Panel(
            "What is refused, by reason",
            [("sum by (problem) (increase(pintu_http_refused_total[5m]))", "{{problem}}")],
        ),
        Panel(
            "Files that came with complaints, by what became of them",
            [
                (
                    "sum by (kind, outcome) (rate(pintu_attachments_total[5m]))",
                    "{{kind}} {{outcome}}",
                )
            ],
            "reqps",
        ),
        Panel(
            "Who comes too often, by limit",
            [("sum by (rate) (increase(pintu_http_rate_limited_total[5m]))", "{{rate}}")],
            says="wrong-case and wrong-address: somebody tries pins or keys.",
        ),
        Panel(
            "Sign-ins, by what became of them",
            [("sum by (outcome) (increase(pintu_sign_ins_total[5m]))", "{{outcome}}")],
            says="Many that are wrong or locked: somebody guesses passwords.",
        ),
        Panel("Cases in the index that officers search", [("pintu_search_cases", "{{instance}}")]),
        Panel(
            "The index that officers search: since when it knows everything",
            [("time() - max by (instance) (pintu_search_timestamp_seconds)", "{{instance}}")],
            "s",
        ),
        Panel(
            "Keys in use: time until the first of each one's ends",
            [("min by (of) (pintu_key_end_timestamp_seconds) - time()", "{{of}}")],
            "s",
        ),
    ),
)
