"""Whatever identifies a reporter inside a text is masked; what does not is left."""

import pytest

from broker.domain.masking import EMAIL_MASK, NIK_MASK, PHONE_MASK, masked
from schemas.limits import MASKED_CHARACTERS, MASKED_DIGITS, MASKED_PLACES, MAX_BODY


@pytest.mark.parametrize(
    "number",
    [
        "081234567890",
        "0812-3456-7890",
        "0812 3456 7890",
        "0812.3456.7890",
        "+62 812 3456 7890",
        "(0718) 41234",
        "62812/3456/7890",
        "08 12 34 56 78 90",
        "0812 3456\n7890",
        "\u0660\u0668\u0661\u0662\u0663\u0664\u0665\u0666\u0667\u0668",
        "\uff10\uff18\uff11\uff12\uff13\uff14\uff15\uff16\uff17",
        "nol delapan satu dua tiga empat lima enam tujuh",
        "kosong 8 satu 2 tiga 4 lima 6",
        "7654321",
        "+62 812\u20113456\u20117890",
        "0812\u22123456\u22127890",
        "0812\u200b3456\u200b7890",
        "0812\u00ad3456\u20607890",
        "0812 \u200e-\u200e 3456 \u200e-\u200e 7890",
    ],
)
def test_a_telephone_number_is_masked_however_it_is_written(number: str) -> None:
    text = masked(f"hubungi {number}, terima kasih")
    assert text == f"hubungi {PHONE_MASK}, terima kasih"


def test_a_number_in_a_link_is_masked() -> None:
    assert masked("https://wa.me/6281234567890?text=a") == f"https://wa.me/{PHONE_MASK}?text=a"


@pytest.mark.parametrize(
    "nik",
    [
        "1903010101900001",
        "19 03 01 010190 0001",
        "1903.0101.0190.0001",
        "1903\u200b0101\u200b0190\u200b0001",
    ],
)
def test_a_nik_is_masked(nik: str) -> None:
    assert masked(f"NIK {nik}.") == f"NIK {NIK_MASK}."


@pytest.mark.parametrize(
    "address",
    [
        "budi@example.com",
        "budi.santoso+x@mail.example.co.id",
        "budi @ example.com",
        "budi(at)example.com",
        "budi [at] example [dot] com",
        "BUDI@EXAMPLE.COM",
        "b\u00fcdi@ex\u00e4mple.com",
        "budi@example. com",
        "budi @ example . co . id",
        "budi (at) example (dot) co (dot) id",
        "budi@example\u200b.com",
        "budi@\u2060example.\u200bcom",
    ],
)
def test_an_email_address_is_masked(address: str) -> None:
    assert masked(f"surel {address} ya") == f"surel {EMAIL_MASK} ya"


def test_what_an_address_book_puts_around_a_number_hides_nothing() -> None:
    assert masked("\u202a+62 812\u20113456\u20117890\u202c") == f"\u202a{PHONE_MASK}\u202c"


@pytest.mark.parametrize("address", ["budi@example.com", "budi @ example . co . id"])
def test_the_sentence_after_an_address_is_left(address: str) -> None:
    assert masked(f"surel {address}. Listrik padam") == f"surel {EMAIL_MASK}. Listrik padam"


@pytest.mark.parametrize(
    "text",
    [
        "Jl. Merdeka no 12 RT 03 RW 05",
        "sejak 12-05-2026 jam 10.30",
        "tanggal 12/05/2026",
        "2026-05-12",
        "anggaran Rp 3.500.000.000 habis",
        "bayar Rp 150.000",
        "kami @ rumah",
        "satu dua tiga kali",
    ],
)
def test_dates_money_and_addresses_are_left(text: str) -> None:
    assert masked(text) == text


def test_several_in_one_text() -> None:
    text = masked("a@example.com 0812-3456-7890 / b@example.com, NIK 1903010101900001")
    assert text == f"{EMAIL_MASK} {PHONE_MASK} / {EMAIL_MASK}, NIK {NIK_MASK}"


@pytest.mark.parametrize(
    "number",
    [
        "0812------3456------7890",
        "0812          3456          7890",
        "0812. . . . .3456. . . . .7890",
        "0812\u200b\u200b\u200b\u200b\u200b\u200b3456\u200b7890",
        "0812\u20243456\u20247890",
        "0812\u30023456\u30027890",
        "0812\uff0d3456\uff0d7890",
        "nol ..... delapan ..... satu ..... dua ..... tiga ..... empat ..... lima",
        "nol\u2024delapan\u2024satu\u2024dua\u2024tiga\u2024empat\u2024lima",
    ],
)
def test_no_run_or_form_of_separators_hides_a_number(number: str) -> None:
    assert masked(f"hubungi {number}, terima kasih") == f"hubungi {PHONE_MASK}, terima kasih"


@pytest.mark.parametrize(
    "address",
    [
        "budi\uff20example\u3002com",
        "budi\ufe6bexample\uff0ecom",
        "budi@example\u2024com",
        "budi@example\uff61co\uff61id",
        "budi@@example.com",
        "budi     @     example     .     com",
        "budi@example....com",
        "budi@\u200b\u200b\u200b\u200b\u200b\u200bexample.com",
    ],
)
def test_no_run_or_form_of_signs_hides_an_address(address: str) -> None:
    assert masked(f"surel {address} ya") == f"surel {EMAIL_MASK} ya"


def test_a_text_with_too_many_places_is_hidden_from_there_on() -> None:
    text = masked("a@b.c " * MASKED_PLACES + "tolong a@b.c")
    assert text == f"{EMAIL_MASK} " * MASKED_PLACES + f"tolong {PHONE_MASK}"


@pytest.mark.parametrize(
    "before",
    ["kode pos ", "kode wilayah ", "nilai ", "SNI ", "tiang no ", "UTM ", "halaman ", "7."],
)
@pytest.mark.parametrize(
    "number", ["081234567890", "0812-3456-7890", "0718-421377", "+62 812 3456 7890"]
)
def test_what_a_word_says_of_a_number_is_not_believed_of_a_telephone(
    before: str, number: str
) -> None:
    shown = masked(f"{before}{number} ya")
    assert PHONE_MASK in shown
    assert not any(map(str.isdigit, shown.removeprefix(before)))


def test_the_number_of_a_list_item_does_not_hide_what_it_numbers() -> None:
    assert masked("1. 081234567890 (Budi)") == f"1. {PHONE_MASK} (Budi)"


@pytest.mark.parametrize(
    "said", ["Rp 12.500.000 (dua belas juta rupiah)", "1500 (seribu lima ratus)"]
)
def test_an_amount_that_is_said_too_is_left(said: str) -> None:
    assert masked(said) == said


def test_a_text_with_too_many_digits_is_hidden_from_the_sentence_with_the_last_of_them_on() -> None:
    said = "Tiang 12345 roboh. " * (MASKED_DIGITS // 5)
    text = masked(f"{said}Tiang 6 juga, telepon 0812-3456-7890.")
    assert text == said[: said.rindex("Tiang") - 2] + PHONE_MASK


def test_a_text_with_too_many_characters_is_hidden_from_the_last_whole_sentence_on() -> None:
    sentence = "Lampu jalan mati di depan rumah saya. "
    text = masked(sentence * (MASKED_CHARACTERS // len(sentence) + 9) + "budi@example.com")
    assert text.endswith(f"rumah saya{PHONE_MASK}")
    assert MASKED_CHARACTERS - 2_000 <= len(text) <= MASKED_CHARACTERS


@pytest.mark.parametrize("contact", ["0812-3456-7890", "budi @ example . com"])
@pytest.mark.parametrize("parted", range(1, 12))
def test_no_contact_is_parted_where_a_text_is_bounded(contact: str, parted: int) -> None:
    text = masked("a" * (MASKED_CHARACTERS - 1_001 - parted) + " " + contact + "z" * 1_999)
    assert not any(map(str.isdigit, text))
    assert "budi" not in text


@pytest.mark.parametrize(
    "many", ["123456 a", "1 2 3 4 5 a", "12345 6a", "0 8 1 2 3 4 5 6 7", "١٢٣٤٥٦ a", "0x100"]
)
def test_of_a_text_of_nothing_but_short_numbers_only_the_beginning_is_looked_at(many: str) -> None:
    text = many * (MAX_BODY // len(many.encode()))
    assert len(masked(text)) < len(text) / 3
