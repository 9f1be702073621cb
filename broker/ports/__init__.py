"""What the work needs from outside. Every protocol has at least two implementations.

Ports speak in batches and bytes: nothing above them knows a client library or a database.
"""

from broker.ports.attachments import Attached, AttachmentRegister, KeptFile
from broker.ports.case_records import CaseRecords, RecordsPart, RecordsSnapshot, Step
from broker.ports.case_search import CaseSearch, CaseVersions, ListPlace, Owed
from broker.ports.cases import (
    CaseChange,
    CaseStore,
    CaseTransaction,
    Deferred,
    Happened,
    Held,
    Told,
    Wanted,
)
from broker.ports.client import Client
from broker.ports.clock_state import Anchor, ClockState, Mended
from broker.ports.duty import Contact, Duty, DutyStore
from broker.ports.fingerprints import Fingerprints, Remembered, Remembering
from broker.ports.gateway import ApiKey, GatewayStore, Submitted, Window
from broker.ports.inbox import Inbox
from broker.ports.journal import NO_FINGERPRINTS, Journal
from broker.ports.mail import Mail, MailOutcome, MailState, MailStore, Waiting
from broker.ports.messaging import HELD_AT_MOST, PROBE_WITHIN, Broker, Publisher, Session
from broker.ports.moves import Moved
from broker.ports.parked import ParkedMessages
from broker.ports.people import PeopleLine, PeopleStore, Person, TryLimit, WebSession
from broker.ports.presence import Presence, PresenceStore
from broker.ports.report_texts import ReportText, ReportTexts
from broker.ports.time_source import TimeSource
from broker.ports.webhooks import WebhookStore

__all__ = [
    "HELD_AT_MOST",
    "NO_FINGERPRINTS",
    "PROBE_WITHIN",
    "Anchor",
    "ApiKey",
    "Attached",
    "AttachmentRegister",
    "Broker",
    "CaseChange",
    "CaseRecords",
    "CaseSearch",
    "CaseStore",
    "CaseTransaction",
    "CaseVersions",
    "Client",
    "ClockState",
    "Contact",
    "Deferred",
    "Duty",
    "DutyStore",
    "Fingerprints",
    "GatewayStore",
    "Happened",
    "Held",
    "Inbox",
    "Journal",
    "KeptFile",
    "ListPlace",
    "Mail",
    "MailOutcome",
    "MailState",
    "MailStore",
    "Mended",
    "Moved",
    "Owed",
    "ParkedMessages",
    "PeopleLine",
    "PeopleStore",
    "Person",
    "Presence",
    "PresenceStore",
    "Publisher",
    "RecordsPart",
    "RecordsSnapshot",
    "Remembered",
    "Remembering",
    "ReportText",
    "ReportTexts",
    "Session",
    "Step",
    "Submitted",
    "TimeSource",
    "Told",
    "TryLimit",
    "Waiting",
    "Wanted",
    "WebSession",
    "WebhookStore",
    "Window",
]
