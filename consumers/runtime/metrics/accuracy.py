"""How often the router was right: gauges that the case consumer counts from the store."""

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from prometheus_client import CollectorRegistry, Gauge

from broker.domain.case import drift
from broker.domain.case.judging import WHATS, What

Which = Literal["this", "last"]
_WHICH: Final[tuple[Which, ...]] = ("this", "last")
_ERRORS: Final = {"this": drift.ONE_IN_A_THOUSAND, "last": drift.ONE_IN_A_HUNDRED}
_OF: Final = {"by_itself": drift.by_itself, "first_alternative": drift.first_alternative}


class AccuracyMetrics:
    """Of this month and of the last, by the local day of receipt. A gauge has no value while there
    is nothing to divide by, or too little to compare."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._cases = Gauge(
            "pintu_routing_cases",
            "Cases received this month and last, by what became of the router's decision",
            ["month", "what"],
            registry=registry,
        )
        self._ratio = Gauge(
            "pintu_routing_accuracy_ratio",
            "Right ones: how=by_itself of what the router decided and was judged,"
            " how=first_alternative of what it left to the desk and the desk assigned",
            ["how", "month"],
            registry=registry,
        )
        self._coverage = Gauge(
            "pintu_routing_coverage_ratio",
            "Cases that the router decided by itself, of all received in that month",
            ["month"],
            registry=registry,
        )
        self._drop = Gauge(
            "pintu_routing_accuracy_drop_ratio",
            "By how much a month is less accurate than the six before the last one: bound=estimate;"
            " by how much at least, but for chance: bound=lower",
            ["how", "month", "bound"],
            registry=registry,
        )

    def show(
        self, months: Mapping[Which, Mapping[What, int]], before: Sequence[Mapping[What, int]]
    ) -> None:
        """The counts of the two months and of those before, in order."""
        for gauge in (self._cases, self._ratio, self._coverage, self._drop):
            gauge.clear()
        for which in _WHICH:
            if which in months:
                self._month(which, months[which])
                self._compare(which, months[which], before)

    def _month(self, which: Which, counts: Mapping[What, int]) -> None:
        of = {what: counts.get(what, 0) for what in WHATS}
        for what, number in of.items():
            self._cases.labels(which, what).set(number)
        if judged := of["stood"] + of["wrong"]:
            self._ratio.labels("by_itself", which).set(of["stood"] / judged)
        if of["assigned"]:
            share = of["first_alternative"] / of["assigned"]
            self._ratio.labels("first_alternative", which).set(share)
        if of["came"]:
            self._coverage.labels(which).set(of["by_itself"] / of["came"])

    def _compare(
        self, which: Which, counts: Mapping[What, int], before: Sequence[Mapping[What, int]]
    ) -> None:
        for how, share in _OF.items():
            found = drift.drop(share(counts), [share(one) for one in before], _ERRORS[which])
            if found is not None:
                self._drop.labels(how, which, "estimate").set(found.estimate)
                self._drop.labels(how, which, "lower").set(found.lower)
