"""The directories of an installation, from its rules: for the exported contract and for HTTP."""

from pydantic import BaseModel

from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import Agency, Area, Topic
from broker.messaging import names
from schemas.directories import (
    AgencyDirectoryData,
    AgencyLine,
    ChannelDirectoryData,
    ChannelLine,
    RegionDirectoryData,
    RegionLine,
    TopicDirectoryData,
    TopicLine,
)


def directories(rules: Rules) -> dict[str, BaseModel]:
    """Each directory by its name, as in ``schemas.directories``."""
    head = {"installation": rules.name, "tenant": rules.tenant, "rules": rules.version}
    places = sorted(rules.gazetteer.areas.values(), key=lambda area: area.code)
    return {
        "agencies": AgencyDirectoryData(
            **head, agencies=tuple(_agency(one) for one in rules.agencies.values())
        ),
        "topics": TopicDirectoryData(**head, topics=tuple(map(_topic, rules.topics))),
        "regions": RegionDirectoryData(**head, regions=tuple(map(_region, places))),
        "channels": ChannelDirectoryData(
            **head,
            channels=tuple(
                ChannelLine(
                    code=one.code,
                    name=one.name,
                    source=f"/channels/{one.code}",
                    queue=names.channel_queue(one.code),
                )
                for one in rules.channels.values()
            ),
        ),
    }


def _agency(agency: Agency) -> AgencyLine:
    return AgencyLine(
        code=agency.code,
        name=agency.name,
        short=agency.short,
        aliases=agency.aliases,
        kind=agency.kind,
        level=agency.level,
        confirmed=agency.confirmed,
        valid_from=agency.valid_from,
        valid_until=agency.valid_until,
        successor=agency.successor,
        queue=names.agency_queue(agency.code),
    )


def _topic(topic: Topic) -> TopicLine:
    return TopicLine(
        code=topic.id,
        name=topic.name,
        category=topic.category,
        lapor=topic.lapor,
        agency=topic.agency,
        supporting=topic.supporting,
        oversight=topic.oversight,
        valid_from=topic.valid_from,
        valid_until=topic.valid_until,
    )


def _region(area: Area) -> RegionLine:
    return RegionLine(
        code=area.code,
        level=area.level,
        name=area.name,
        parent=area.parent or None,
        aliases=area.aliases,
        office=area.office,
    )
