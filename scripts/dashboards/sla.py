"""Cases and their deadlines."""

from typing import Final

from scripts.dashboards.panels import Dashboard, Panel

SLA: Final = Dashboard(
    "sla",
    "Pintu: cases and deadlines",
    "Who has what, who is late, and whether those who have to know are told.",
    (
        Panel(
            "Open cases",
            [('sum(max by (agency, state) (pintu_cases{state!="closed"}))', "open")],
            kind="stat",
            width=6,
        ),
        Panel(
            "Late now",
            [("sum(max by (agency, clock) (pintu_cases_overdue)) or vector(0)", "late")],
            kind="stat",
            width=6,
            red=1,
        ),
        Panel(
            "Oldest that waits for the desk",
            [("max(pintu_triage_oldest_seconds)", "oldest")],
            "s",
            "stat",
            width=6,
            red=6 * 86400,
        ),
        Panel(
            "Waiting for the desk",
            [('sum(max by (agency, state) (pintu_cases{state="triage"})) or vector(0)', "wait")],
            kind="stat",
            width=6,
        ),
        Panel(
            "Cases by where they stand",
            [("sum by (state) (max by (agency, state) (pintu_cases))", "{{state}}")],
        ),
        Panel(
            "Open cases of the ten agencies that have the most",
            [
                (
                    "topk(10, sum by (agency) (max by (agency, state) ("
                    'pintu_cases{state!="closed"})))',
                    "{{agency}}",
                )
            ],
        ),
        Panel(
            "Who is late, and with what",
            [("max by (agency, clock) (pintu_cases_overdue)", "")],
            kind="table",
        ),
        Panel(
            "How often the router was right, this month and last",
            [
                (
                    "max by (how, month) (pintu_routing_accuracy_ratio)",
                    "{{how}}, {{month}}",
                ),
                (
                    "max by (month) (pintu_routing_coverage_ratio)",
                    "decided by itself, {{month}}",
                ),
            ],
            "percentunit",
            says="Of this month wrong ones are known first: compare the last one.",
        ),
        Panel(
            "By how much it is right less often than in the months before, at least",
            [
                (
                    'max by (how, month) (pintu_routing_accuracy_drop_ratio{bound="lower"})',
                    "{{how}}, {{month}}",
                )
            ],
            "percentunit",
            red=0.01,
            says="Above nought it is more than chance explains.",
        ),
        Panel(
            "What became of the router's decisions, this month and last",
            [("max by (month, what) (pintu_routing_cases)", "")],
            kind="table",
        ),
        Panel(
            "Escalations, by rung of the ladder",
            [("sum by (rung) (increase(pintu_escalations_total[1h]))", "{{rung}}")],
        ),
        Panel(
            "From due to told: 95 of 100",
            [
                (
                    "histogram_quantile(0.95, sum by (le) ("
                    "rate(pintu_escalation_lag_seconds_bucket[15m])))",
                    "95 of 100",
                )
            ],
            "s",
        ),
        Panel(
            "For how long the oldest thing that is due has waited",
            [("min(pintu_escalations_behind_seconds)", "waited")],
            "s",
            red=60,
        ),
        Panel(
            "How long ago the case consumer had read everything",
            [("min(pintu_watermark_age_seconds)", "ago")],
            "s",
            red=60,
        ),
        Panel(
            "Mails that wait, and for how long the oldest has been due",
            [
                ("max by (kind) (pintu_mails_waiting)", "{{kind}}"),
                ("max by (kind) (pintu_mail_oldest_seconds)", "seconds, {{kind}}"),
            ],
        ),
        Panel(
            "Whether the mail server answers",
            [("min(pintu_smtp_up)", "1: it does")],
        ),
        Panel(
            "What agencies, the desk and reporters said, by what became of it",
            [("sum by (verb, outcome) (rate(pintu_updates_total[5m]))", "{{verb}} {{outcome}}")],
            "reqps",
        ),
        Panel(
            "Days since something was learned, and what came of learnings",
            [
                ("min(pintu_learning_age_seconds) / 86400", "days"),
                ("(time() - max(pintu_learning_last_timestamp_seconds > 0)) / 86400", "ended"),
                ("max by (outcome) (pintu_learning_last_outcome)", "last: {{outcome}}"),
                ("sum by (outcome) (increase(pintu_learnings_total[40d]))", "{{outcome}}"),
                ("max(pintu_learning_labels_doubted)", "labels doubted"),
            ],
        ),
        Panel(
            "How good the candidate was on the newest complaints, and what was in force then",
            [
                ("max by (rules, figure) (pintu_learning_share)", "{{rules}}: {{figure}}"),
                ("max by (part) (pintu_learning_rows)", "rows: {{part}}"),
            ],
        ),
    ),
)
