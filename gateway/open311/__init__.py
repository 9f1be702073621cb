"""Open311 GeoReport v2 (https://wiki.open311.org/GeoReport_v2), with FixMyStreet's updates.

One more door to what ``gateway.api`` does: the same keys, the same intake, the same receipts.
"""
