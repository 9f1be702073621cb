"""Complaints about the same thing: what is remembered of each, and what makes two alike."""

from broker.domain.similar.fingerprints import Fingerprint, fingerprint
from broker.domain.similar.recent import MOST, WINDOW, RecentComplaints
from broker.domain.similar.words import Words

__all__ = ["MOST", "WINDOW", "Fingerprint", "RecentComplaints", "Words", "fingerprint"]
