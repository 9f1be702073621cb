"""Villages to choose from, on a form."""

from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import VILLAGE_LEVELS, Area


def villages_by_district(rules: Rules, most: int) -> list[tuple[str, list[Area]]]:
    """Villages by district, both in alphabetical order; nothing where there are more than that."""
    areas = rules.gazetteer.areas
    villages = [area for area in areas.values() if area.level in VILLAGE_LEVELS]
    if len(villages) > most:
        return []
    by_district: dict[str, list[Area]] = {}
    for village in sorted(villages, key=lambda area: area.name):
        parent = areas.get(village.parent)
        by_district.setdefault(parent.name if parent else "", []).append(village)
    return sorted(by_district.items())
