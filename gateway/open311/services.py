"""Services are the topics of the rules; their definition names what else may be sent."""

from collections.abc import Iterator
from datetime import date
from typing import Final, get_args

from broker.domain.routing.rules import Rules
from broker.domain.routing.tables import Topic, in_force
from gateway.open311.models import Attribute, Datatype, Definition, Service, Value
from schemas.complaint import Classification

_YES_NO: Final = (Value(key="false", name="Tidak"), Value(key="true", name="Ya"))
_CLASSIFICATIONS: Final = {
    "complaint": "Pengaduan",
    "aspiration": "Aspirasi",
    "information_request": "Permintaan informasi",
}


def services(rules: Rules, on: date) -> list[Service]:
    """Those that may be reported on that day, in order of their codes."""
    return [
        _service(topic, rules)
        for topic in rules.topics
        if in_force(topic.valid_from, topic.valid_until, on)
    ]


def topic_of(code: str | None, rules: Rules) -> Topic | None:
    """The topic of a service_code: its own code, or an id of SP4N-LAPOR! that means it."""
    number = rules.topic_index.get(code or "")
    return None if number is None else rules.topics[number]


def definition(topic: Topic) -> Definition:
    """The same attributes for every topic; none has to be sent."""
    return Definition(service_code=topic.id, attributes=tuple(_attributes()))


def _service(topic: Topic, rules: Rules) -> Service:
    known = rules.agencies.get(topic.agency)
    names = (topic.category, known.name if known else None)
    return Service(
        service_code=topic.id,
        service_name=topic.name,
        description=". ".join(name for name in (topic.name, *names[1:]) if name),
        metadata=True,
        type="realtime",
        keywords=",".join(map(str, topic.lapor)),
        group=topic.category or "",
    )


def _attributes() -> Iterator[Attribute]:
    """In the order in which people are asked for them; then what programs fill in."""
    kinds = tuple(Value(key=kind, name=_CLASSIFICATIONS[kind]) for kind in get_args(Classification))
    yield _asked(1, "anonymous", "Sembunyikan identitas saya dari instansi", _YES_NO)
    yield _asked(2, "confidential", "Jangan tampilkan laporan ini kepada umum", _YES_NO)
    yield _asked(3, "classification", "Jenis laporan", kinds)
    yield _asked(4, "village", "Kelurahan atau desa")
    yield _asked(5, "district", "Kecamatan")
    yield _filled_in(6, "occurred_at", "Waktu kejadian, dengan zona waktu", "datetime")
    yield _filled_in(7, "title", "Judul laporan")
    yield _filled_in(8, "description", "Isi laporan tanpa judul dan alamat halaman", "text")
    yield _filled_in(9, "report_url", "Alamat halaman laporan")
    yield _filled_in(10, "fixmystreet_id", "Nomor laporan di FixMyStreet: satu nomor, satu laporan")
    yield _filled_in(11, "external_id", "Nomor laporan di sistem asal: satu nomor, satu laporan")
    yield _filled_in(12, "follows", "Kode pelacakan laporan terdahulu yang dilanjutkan")


def _asked(order: int, code: str, says: str, values: tuple[Value, ...] = ()) -> Attribute:
    if not values:
        return _attribute(order, code, says, "string")
    return _attribute(order, code, says, "singlevaluelist").model_copy(update={"values": values})


def _filled_in(order: int, code: str, says: str, datatype: Datatype = "string") -> Attribute:
    made = _attribute(order, code, says, datatype)
    return made.model_copy(update={"automated": "server_set"})


def _attribute(order: int, code: str, says: str, datatype: Datatype) -> Attribute:
    return Attribute(
        variable=True,
        code=code,
        datatype=datatype,
        required=False,
        datatype_description=None,
        order=order,
        description=says,
    )
