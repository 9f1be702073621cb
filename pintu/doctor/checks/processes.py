"""The processes that run: whether they are ready, and on the same rules and version."""

from collections.abc import Iterator

from config.language import gettext, worded
from pintu.doctor.catalog import check
from pintu.doctor.facts import Facts
from pintu.doctor.finding import Fine, NotSeen, Outcome, broken, risk

_SUBJECT = "processes"


@check("process-ready", _SUBJECT, "a process that is not ready, with what `/readyz` says")
def ready(facts: Facts) -> Iterator[Outcome]:
    for process in facts.processes.get():
        for condition, why in process.wanting.items():
            mends = worded(
                "curl {url}/readyz says since when; the log of that process", url=process.url
            )
            yield broken(
                process.url,
                worded("is not ready: {condition}: {why}", condition=condition, why=why),
                mends,
            )
        if not process.wanting:
            yield Fine(worded("{url}: ready", url=process.url))


@check("process-refused", _SUBJECT, "a process that refused changed rules and goes on with the old")
def refused(facts: Facts) -> Iterator[Outcome]:
    for process in facts.processes.get():
        if process.refused:
            says = gettext(
                "refused changed rules and goes on with the old ones; a restart would fail"
            )
            yield broken(process.url, says, "pintu rules check")


@check("process-rules", _SUBJECT, "processes with other rules than the configuration folder's")
def same_rules(facts: Facts) -> Iterator[Outcome]:
    processes = facts.processes.get()
    here = facts.configuration.get().version
    if here is None:
        raise NotSeen(gettext("the configuration has errors"))
    for process in processes:
        if process.rules is not None and process.rules != here:
            says = worded(
                "runs with the rules {rules}; the folder here holds {here}",
                rules=process.rules,
                here=here,
            )
            mends = gettext("is PINTU_CONFIG_DIR the same? kill -HUP has it read again")
            yield risk(process.url, says, mends)
    yield Fine(worded("rules {here}", here=here))


@check("process-version", _SUBJECT, "processes of another version than this command's")
def same_version(facts: Facts) -> Iterator[Outcome]:
    for process in facts.processes.get():
        if process.version is not None and process.version != facts.version:
            says = worded(
                "is version {version}, this command {version2}",
                version=process.version,
                version2=facts.version,
            )
            yield risk(process.url, says, gettext("restart it with the version that is installed"))
