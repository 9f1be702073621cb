"""Where: fields before address before text; homonyms; places that are not ours."""

import pytest


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"village": "Serdang"}, "99.01.01.2002"),
        ({"village": "desa SERDANG"}, "99.01.01.2002"),
        ({"village": "airgegas"}, "99.01.01.2003"),
        ({"district": "Kec. Rawa Baru"}, "99.01.02"),
        ({"village": "Sukamaju", "district": "Rawabaru"}, "99.01.02.2001"),
        ({"village": "Sukamaju", "district": "Toboali"}, "99.01.03.2002"),
        ({"village": "Toboali", "district": "Toboali"}, "99.01.03.1001"),
        ({"village": "Toboali"}, "99.01.03.1001"),
        ({"district": "Toboali"}, "99.01.03"),
        ({"village": "Rawabaru"}, "99.01.02"),
        ({"region": "99.01.03.2002"}, "99.01.03.2002"),
        ({"region": "99.01.03", "village": "Sukamaju"}, "99.01.03.2002"),
        ({"region": "99.01"}, "99.01"),
        ({"address": "Jl. Mawar, Desa Serdang"}, "99.01.01.2002"),
        ({"district": "Toboali", "address": "Sukamaju RT 3"}, "99.01.03.2002"),
        ({"village": "Serdang", "address": "Sukamaju"}, "99.01.01.2002"),
    ],
)
def test_fields_name_the_place(ask, fields, code):
    decision = ask("sampah menumpuk", **fields)
    assert (decision.region, decision.agency) == (code, "dlh")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("sampah menumpuk di Toboali", "99.01.03"),
        ("sampah menumpuk di kel. Toboali", "99.01.03.1001"),
        ("sampah menumpuk di kecamatan Toboali", "99.01.03"),
        ("sampah menumpuk di Serdang", "99.01.01.2002"),
        ("sampah menumpuk diserdang", "99.01.01.2002"),
        ("sampah menumpuk di Air Gegas", "99.01.01.2003"),
        ("sampah menumpuk, Sukamaju kec Toboali", "99.01.03.2002"),
        ("sampah menumpuk di Sukamaju", None),
        ("sampah menumpuk di Toboali, Bukit Lampu sampai Rawabaru", "99.01.02.2002"),
        ("sampah menumpuk di Serdang dan Bukit Lampu di Rawabaru", "99.01.02.2002"),
        ("sampah menumpuk di Serdang dan Bukit Lampu", None),
        ("sampah menumpuk antara Serdang dan Air Gegas", "99.01.01"),
        ("sampah menumpuk antara Serdang dan Toboali", "99.01.01.2002"),
        ("sampah menumpuk di desa Serdang dekat Toboali", "99.01.01.2002"),
        ("sampah menumpuk di bawah payung", None),
        ("sampah menumpuk di kecamatan Payung", "99.01.01"),
        ("pak lurah Payung, sampah menumpuk", "99.01.01.1001"),
        ("sampah menumpuk di Contoh", "99.01"),
        ("sampah menumpuk di Deli Serdang", None),
    ],
)
def test_the_text_names_the_place(ask, text, code):
    assert ask(text).region == code


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"village": "Entah"}, "village"),
        ({"district": "Entah"}, "district"),
        ({"region": "99.01.03.9999"}, "region"),
        ({"region": "1905"}, "region"),
        ({"village": "Sukamaju"}, "village"),
        ({"village": "Serdang", "district": "Toboali"}, "village"),
    ],
)
def test_a_field_that_names_no_place_of_ours_is_named_and_not_quoted(ask, fields, field):
    decision = ask("sampah menumpuk", **fields)
    assert decision.agency == "dlh"
    assert [w.partition(":")[0] for w in decision.warnings] == [field]
    assert "Entah" not in " ".join((*decision.warnings, decision.because))


@pytest.mark.parametrize(
    "fields",
    [
        {"district": "Pangkalpinang"},
        {"address": "Jl. Sudirman, Pangkal Pinang"},
        {"region": "98.02.01"},
    ],
)
def test_a_place_that_is_not_ours_goes_to_the_desk_with_that_reason(ask, fields):
    decision = ask("sampah menumpuk", **fields)
    assert (decision.agency, decision.rule) == (None, "triage/outside")
    assert "di luar Kabupaten Contoh" in decision.because
    assert [a.agency for a in decision.alternatives] == ["dlh"]


def test_a_category_does_not_make_a_foreign_place_ours(ask):
    assert ask("x", category="928", district="Pangkalpinang").rule == "triage/outside"


@pytest.mark.parametrize(
    "text",
    [
        "sampah menumpuk di Pangkalpinang",
        "sampah menumpuk, kota Pangkalpinang",
        "sampah menumpuk di kabupaten Deli Serdang",
        "sampah menumpuk depan pasar Pangkalpinang Deli Serdang",
    ],
)
def test_a_text_about_a_foreign_place_goes_to_the_desk(ask, text):
    assert ask(text).rule == "triage/outside"


@pytest.mark.parametrize(
    "text",
    [
        "sampah menumpuk di Serdang, saya sedang di Pangkalpinang",
        "sampah menumpuk kiriman Pangkalpinang",
        "sampah menumpuk di Contoh, bukan di Pangkalpinang",
        "sampah menumpuk, suami saya kerja di Pangkalpinang",
        "sampah menumpuk di jalan ke kota Pangkalpinang",
        "sampah menumpuk, kantor dinas jauh di Pangkalpinang",
    ],
)
def test_a_foreign_name_beside_one_of_ours_or_without_being_the_place_changes_nothing(ask, text):
    assert ask(text).agency == "dlh"


def test_the_office_of_the_village_answers_for_what_is_the_village_s(ask):
    assert ask("kantor desa tutup", village="Serdang").agency == "desa-serdang"
    assert ask("kantor desa Sukamaju kec. Toboali tutup").agency == "desa-sukamaju-2"
    assert ask("x", category="77", village="Serdang").agency == "desa-serdang"


def test_the_district_stands_in_for_a_village_that_is_not_named(ask):
    decision = ask("kantor desa tutup", district="Toboali")
    assert decision.agency == "kec-toboali"
    assert "desa/kelurahan tidak disebut" in decision.because
    assert decision.confidence < ask("kantor desa tutup", village="Serdang").confidence


def test_a_village_matter_without_a_place_is_triage_that_says_what_is_missing(ask):
    for decision in (ask("kantor desa tutup"), ask("x", category="77")):
        assert (decision.agency, decision.rule) == (None, "triage/place-missing")
        assert "tempatnya tidak disebut" in decision.because
        assert decision.topic == "village-office"


def test_a_name_inside_a_saying_is_a_word_and_no_place(ask):
    assert ask("sampah di bukit lampu").region == "99.01.02.2002"
    assert ask("sampah, ada yang suka maju mundur di bukit lampu").region == "99.01.02.2002"
    assert ask("sampah, ada yang suka maju di rawabaru").region == "99.01.02.2001"
    assert ask("sampah, ada yang suka maju mundur di rawabaru").region == "99.01.02"
