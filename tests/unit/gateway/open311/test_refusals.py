"""Refusals of Open311 are sentences of the catalogue, in the language of who asks."""

import pytest

from gateway.open311 import errors
from gateway.open311.errors import Refusal, wrong


@pytest.mark.parametrize(
    ("refusal", "indonesian", "english"),
    [
        (
            errors.NO_SERVICE,
            "service_code tidak disertakan. Kode-kodenya ada di services.",
            "service_code was not provided. The codes are listed in services.",
        ),
        (
            errors.NO_REQUEST,
            "Tidak ada laporan dengan service_request_id itu. Laporan yang baru dikirim tampil"
            " dalam satu menit.",
            "No request has this service_request_id. One that was filed just now shows within a"
            " minute.",
        ),
        (
            errors.OVER,
            "Laporan ini sudah ditutup. Kirim laporan baru.",
            "This request is closed. File a new one.",
        ),
        (
            wrong("page_size", "a number from 1 to {most}", most=1000),
            "page_size: bilangan dari 1 sampai 1000",
            "page_size: a number from 1 to 1000",
        ),
        (
            wrong("status", "open or closed"),
            "status: open atau closed",
            "status: open or closed",
        ),
        (
            wrong("start_date", "write it like 2026-01-31T08:00:00Z"),
            "start_date: tulis seperti 2026-01-31T08:00:00+07:00",
            "start_date: write it like 2026-01-31T08:00:00Z",
        ),
    ],
    ids=lambda one: one.of or one.english[:30] if isinstance(one, Refusal) else "",
)
def test_both_languages_say_it(refusal: Refusal, indonesian: str, english: str) -> None:
    assert refusal.told("id") == indonesian
    assert refusal.told("en") == english
