"""Whether everything runs that has to."""

from typing import Final

from scripts.dashboards.panels import Dashboard, Panel

HEALTH: Final = Dashboard(
    "health",
    "Pintu: is everything well?",
    "Processes, RabbitMQ, stores, clocks and configuration.",
    (
        Panel(
            "Parts that can do their work",
            [("min by (part, instance) (pintu_ready)", "{{part}} {{instance}}")],
            kind="stat",
            says="1: ready. 0: /readyz of that process says why not.",
        ),
        Panel(
            "Alerts that fire",
            [('count by (alertname, severity) (ALERTS{alertstate="firing"})', "")],
            kind="table",
        ),
        Panel(
            "For how long something has not held, by part",
            [
                (
                    "max by (part, condition) (pintu_condition_since_seconds) > 0",
                    "{{part}}: {{condition}}",
                )
            ],
            "s",
        ),
        Panel(
            "RabbitMQ: connected, and taking messages",
            [
                ("min by (instance) (pintu_broker_connected)", "{{instance}} connected"),
                ("1 - max by (instance) (pintu_broker_blocked)", "{{instance}} not blocked"),
            ],
        ),
        Panel(
            "Members of queues that are missing",
            [("max(pintu_queue_members_missing)", "missing")],
            red=1,
        ),
        Panel(
            "Queues and bindings that somebody deleted and that were declared again",
            [("max(increase(pintu_topology_mended_total[1h]))", "declared again")],
            red=1,
        ),
        Panel(
            "By how much a clock is ahead of the others",
            [
                (
                    "max by (instance, clock) (pintu_clock_disagreement_seconds)",
                    "{{instance}}: {{clock}}",
                )
            ],
            "s",
        ),
        Panel(
            "Days until a certificate ends",
            [
                (
                    "(min by (of) (pintu_certificate_end_timestamp_seconds) - time()) / 86400",
                    "{{of}}",
                )
            ],
            "d",
        ),
        Panel(
            "Version of the program and of the rules, by process",
            [
                ("pintu_build_info", ""),
            ],
            kind="table",
        ),
        Panel(
            "Configurations in force (more than one: processes differ), and refused",
            [
                ("count(count by (digest) (pintu_configuration_info))", "in force"),
                ("max(pintu_rules_refused)", "refused"),
                ("sum by (outcome) (increase(pintu_rules_reloads_total[1h]))", "{{outcome}}"),
            ],
        ),
        Panel(
            "Memory of each process",
            [('process_resident_memory_bytes{job="pintu"}', "{{instance}}")],
            "bytes",
        ),
        Panel(
            "Processor time of each process",
            [('rate(process_cpu_seconds_total{job="pintu"}[5m])', "{{instance}}")],
            "percentunit",
        ),
    ),
)
