"""The shapes of GeoReport and of FixMyStreet's updates, as they are sent."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Datatype = Literal["string", "text", "datetime", "singlevaluelist"]


class _Sent(BaseModel):
    model_config = ConfigDict(frozen=True)


class Endpoint(_Sent):
    """Where a version of the specification is served."""

    specification: str
    url: str
    changeset: str
    type: Literal["production", "test"]
    formats: tuple[str, ...]


class Discovery(_Sent):
    """What is served where (https://wiki.open311.org/Service_Discovery)."""

    changeset: str = Field(description="when this description last changed")
    contact: str
    key_service: str = Field(description="how to get an api_key")
    endpoints: tuple[Endpoint, ...]


class Service(_Sent):
    """What may be reported: a topic of the rules."""

    service_code: str
    service_name: str
    description: str
    metadata: bool = Field(description="whether there is a definition with attributes")
    type: Literal["realtime"]
    keywords: str = Field(description="comma-delimited; ids of SP4N-LAPOR! that mean the same")
    group: str


class Value(_Sent):
    """One that may be chosen."""

    key: str
    name: str


class Attribute(_Sent):
    """A further field of a request: ``attribute[code]``."""

    variable: bool
    code: str
    datatype: Datatype
    required: bool
    datatype_description: str | None
    order: int
    description: str
    automated: Literal["server_set"] = Field(
        default="server_set", description="FixMyStreet's: only where the program fills it in"
    )
    values: tuple[Value, ...] = Field(default=(), description="only where one of them is chosen")


class Definition(_Sent):
    """The attributes of a service."""

    service_code: str
    attributes: tuple[Attribute, ...]


class RequestFiled(_Sent):
    """A request that was taken in: it is on the queue, confirmed."""

    service_request_id: str = Field(description="the tracking code")
    service_notice: str | None
    account_id: str | None


class Token(_Sent):
    """A token is the service_request_id itself: none is given out."""

    service_request_id: str
    token: str


class ServiceRequest(_Sent):
    """A request of the key's own channel. Nothing of who reports is in it."""

    service_request_id: str
    status: Literal["open", "closed"]
    status_notes: str | None = Field(description="the last that an office said to everybody")
    service_name: str | None
    service_code: str | None
    description: str | None = Field(description="null for a confidential request")
    agency_responsible: str | None
    service_notice: str | None
    requested_datetime: str
    updated_datetime: str
    expected_datetime: str | None
    address: str | None
    address_id: str | None
    zipcode: str | None
    lat: float | None
    long: float | None
    media_url: str | None


class RequestUpdate(_Sent):
    """What an office did or said (FixMyStreet's extension)."""

    update_id: str
    service_request_id: str
    status: str = Field(description="after the update, with FixMyStreet's further states")
    updated_datetime: str
    description: str
    media_url: str | None
    external_status_code: str = Field(description="the verb of the contract")


class UpdateFiled(_Sent):
    """An update that was taken in."""

    update_id: str


class Error(_Sent):
    """A refusal."""

    code: int
    description: str
