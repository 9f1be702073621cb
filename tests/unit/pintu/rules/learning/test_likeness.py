"""How alike names of offices are, and which names of a history may be an agency that is there."""

from collections import Counter

import pytest

from broker.domain.routing.tables import Agency
from pintu.rules.learning.likeness import LIKE, likeness
from pintu.rules.learning.twins import likely

OURS = (
    Agency("dpupr", "Dinas Pekerjaan Umum dan Penataan Ruang", aliases=("bina marga kabupaten",)),
    Agency("dishub", "Dinas Perhubungan"),
    Agency("dlh", "Dinas Lingkungan Hidup"),
    Agency("disnaker", "Dinas Tenaga Kerja dan Transmigrasi"),
    Agency("dkukm", "Dinas Koperasi, Usaha Kecil dan Menengah, Perindustrian dan Perdagangan"),
    Agency("bagian-pbj", "Bagian Pengadaan Barang dan Jasa Sekretariat Daerah", kind="bagian"),
    Agency("disparpora", "Dinas Pariwisata, Kepemudaan dan Olahraga"),
    Agency("prov-pu", "Dinas Pekerjaan Umum Provinsi", kind="external", level="province"),
)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Dinas PU", "dpupr"),
        ("DPUPR", "dpupr"),
        ("Dinas PUPR", "dpupr"),
        ("dinas-pekerjaan-umum", "dpupr"),
        ("Dinas Pekerjaan Umum", "dpupr"),
        ("Dinas Sumber Daya Air dan Bina Marga", "dpupr"),
        ("Dinas Perhubungan Kota", "dishub"),
        ("Badan Lingkungan Hidup", "dlh"),
        ("DLH Kota", "dlh"),
        ("Dinas Perindustrian dan Tenaga Kerja", "disnaker"),
        ("Dinas Koperasi dan Perdagangan", "dkukm"),
        ("Bagian Pengadaan Barang/Jasa dan Administrasi Pembangunan", "bagian-pbj"),
        ("Dinas Pemuda, Olah Raga dan Pariwisata", "disparpora"),
    ],
)
def test_a_name_that_may_be_an_agency_that_is_there(name: str, code: str) -> None:
    twin = likely(name, 5, OURS, Counter(), {})
    assert twin is not None
    assert twin.code == code


@pytest.mark.parametrize(
    "name",
    [
        "Dinas Kesehatan",
        "Dinas Sosial",
        "Bagian Perhubungan Masyarakat",
        "Badan Kepegawaian Daerah",
        "Rumah Sakit Umum",
        "Dinas Kelautan",
        "Inspektorat",
        "DP3A",
        "",
        "--",
    ],
)
def test_a_name_that_is_another_agency(name: str) -> None:
    assert likely(name, 5, OURS, Counter(), {}) is None


def test_what_the_phrases_say_makes_a_twin_where_names_do_not() -> None:
    said = Counter({"dlh": 30, "dishub": 3})
    twin = likely("Dinas Pertamanan", 40, OURS, said, {})
    assert twin is not None
    assert (twin.code, twin.said, twin.asked) == ("dlh", 30, 33)
    few = Counter({"dlh": 3})
    assert likely("Dinas Pertamanan", 3, OURS, few, {}) is None


def test_an_agency_that_the_history_names_itself_is_no_twin_by_phrases_alone() -> None:
    said = Counter({"dlh": 30, "dishub": 3})
    assert likely("Dinas Pertamanan", 40, OURS, said, {"dlh": 300}) is None


def test_an_agency_of_another_level_is_no_twin_by_its_name() -> None:
    twin = likely("Dinas Pekerjaan Umum", 5, OURS, Counter(), {})
    assert twin is not None
    assert twin.code == "dpupr"
    assert likely("Dinas Pekerjaan Umum", 5, OURS[-1:], Counter(), {}) is None


def test_it_is_the_same_from_either_side() -> None:
    for one, other in (("Dinas PU", "Dinas Pekerjaan Umum"), ("Dishub", "Dinas Perhubungan")):
        assert likeness((one,), (other,)) == likeness((other,), (one,))
    assert likeness(("Dinas PU",), ("Dinas Pekerjaan Umum",)) > LIKE
    assert likeness((), ("Dinas PU",)) == 0
