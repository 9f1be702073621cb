"""Refusals over HTTP: RFC 9457 problems, each with a sentence for people in `id` or `en`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from fastapi import Request, Response
from pydantic import BaseModel, Field

from config.language import Language
from schemas.envelope import dumps

MEDIA_TYPE: Final = "application/problem+json"
_LONGEST_HEADER: Final = 200


@dataclass(frozen=True, slots=True)
class Kind:
    """One problem: its status, and what people are told, with places for what differs."""

    status: int
    id: str
    en: str


KINDS: Final[Mapping[str, Kind]] = {
    "no-key": Kind(
        401,
        "Kunci tidak disertakan. Kirim Authorization: Bearer, atau kode pelacakan dengan PIN.",
        "No key was sent. Send Authorization: Bearer, or a tracking code with its pin.",
    ),
    "unknown-key": Kind(
        401,
        "Kunci tidak dikenal. Minta kunci kepada pengelola.",
        "This key is not known. Ask whoever runs this installation for one.",
    ),
    "revoked-key": Kind(
        401,
        "Kunci sudah dicabut. Minta kunci baru kepada pengelola.",
        "This key was revoked. Ask for a new one.",
    ),
    "expired-key": Kind(
        401,
        "Masa berlaku kunci sudah habis. Minta kunci baru kepada pengelola.",
        "This key has expired. Ask for a new one.",
    ),
    "not-allowed": Kind(
        403,
        "Kunci ini milik {of} dan tidak berlaku untuk {what}.",
        "This key is {of}'s and is not good for {what}.",
    ),
    "sign-in-first": Kind(401, "Masuk dahulu, di /masuk.", "Sign in first, at /masuk."),
    "change-password-first": Kind(
        403,
        "Ganti dahulu kata sandi yang diberikan kepada Anda, di /saya/sandi.",
        "First change the password that you were given, at /saya/sandi.",
    ),
    "second-factor-first": Kind(
        403,
        "Pasang dahulu faktor kedua, di /saya/faktor-kedua: peran Anda mewajibkannya.",
        "First set up a second factor, at /saya/faktor-kedua: your role needs one.",
    ),
    "not-for-you": Kind(
        403,
        "Akun Anda tidak berwenang untuk ini. Minta peran yang sesuai kepada pengelola.",
        "Your account may not do this. Ask whoever runs this installation for the role.",
    ),
    "foreign-form": Kind(
        403,
        "Formulir ini bukan dari sesi Anda, atau sudah lama. Buka lagi halamannya dan kirim lagi.",
        "This form is not of your session, or is old. Open its page again and send it again.",
    ),
    "not-found": Kind(
        404,
        "Tidak ada laporan dengan kode dan PIN itu. Laporan yang baru dikirim tampil dalam satu"
        " menit.",
        "No complaint has this code and pin. One that was filed just now shows within a minute.",
    ),
    "bad-link": Kind(
        403,
        "Tautan ini tidak sah. Buka lagi laporannya untuk mendapat tautan baru.",
        "This link is not genuine. Look at the complaint again for another one.",
    ),
    "link-expired": Kind(
        410,
        "Tautan ini sudah kedaluwarsa. Buka lagi laporannya untuk mendapat tautan baru.",
        "This link has expired. Look at the complaint again for another one.",
    ),
    "file-gone": Kind(
        410,
        "Berkas ini sudah tidak ada: masa simpannya habis atau datanya dihapus.",
        "This file is not here any more: its time was over, or it was removed on request.",
    ),
    "no-such-page": Kind(404, "Alamat ini tidak ada.", "There is no such address."),
    "no-such-agency": Kind(404, "Tidak ada instansi dengan kode itu.", "No agency has this code."),
    "no-such-method": Kind(
        405, "Metode ini tidak berlaku di sini.", "This method is of no use here."
    ),
    "too-slow": Kind(
        408,
        "Isi permintaan tidak tiba dalam {seconds} detik. Kirim lagi.",
        "The body did not arrive within {seconds} seconds. Send it again.",
    ),
    "refused": Kind(
        409,
        "Tidak dapat dilakukan pada laporan ini: {detail}",
        "This cannot be done to the complaint: {detail}",
    ),
    "too-large": Kind(
        413,
        "Terlalu besar: paling banyak {most} bita.",
        "Too large: at most {most} bytes.",
    ),
    "file-too-large": Kind(
        413,
        "Berkas ke-{n} terlalu besar: paling banyak {most}. Kirim foto yang lebih kecil.",
        "File {n} is too large: at most {most}. Send a smaller picture.",
    ),
    "too-many-files": Kind(
        413,
        "Terlalu banyak berkas: paling banyak {most} sekali kirim.",
        "Too many files: at most {most} at a time.",
    ),
    "file-type": Kind(
        415,
        "Berkas ke-{n} tidak diterima: kirim foto JPEG, PNG atau WebP, atau dokumen PDF.",
        "File {n} is not taken: send a picture as JPEG, PNG or WebP, or a document as PDF.",
    ),
    "file-heic": Kind(
        415,
        "Foto ke-{n} berformat HEIC, yang tidak dapat dibaca di sini. Kirim sebagai JPEG: pada"
        " iPhone pilih Pengaturan, Kamera, Format, Paling Kompatibel.",
        "Picture {n} is in HEIC, which cannot be read here. Send it as JPEG: on an iPhone choose"
        " Settings, Camera, Formats, Most Compatible.",
    ),
    "head-too-large": Kind(
        431,
        "Baris awal dan header terlalu besar: bersama-sama paling banyak {most} bita.",
        "The request line and the headers are too large: at most {most} bytes together.",
    ),
    "not-json": Kind(
        400,
        "Isi permintaan bukan objek JSON dalam UTF-8: {detail}",
        "The body is no JSON object in UTF-8: {detail}",
    ),
    "unsupported-type": Kind(
        415,
        "Kirim isi sebagai application/json.",
        "Send the body as application/json.",
    ),
    "bad-request": Kind(
        400, "Permintaan tidak dapat dibaca: {detail}", "The request cannot be read: {detail}"
    ),
    "bad-data": Kind(
        422,
        "Isinya tidak dapat dipakai: {detail}",
        "What was sent cannot be used: {detail}",
    ),
    "bad-parameter": Kind(422, "Parameter salah: {detail}", "A parameter is wrong: {detail}"),
    "file-broken": Kind(
        422,
        "Berkas ke-{n} rusak atau tidak lengkap. Pilih lagi, atau kirim berkas lain.",
        "File {n} is damaged or not whole. Choose it again, or send another one.",
    ),
    "file-pixels": Kind(
        422,
        "Foto ke-{n} terlalu besar: paling banyak 50 juta piksel. Kirim foto yang lebih kecil.",
        "Picture {n} is too large: at most 50 million pixels. Send a smaller one.",
    ),
    "file-infected": Kind(
        422,
        "Berkas ke-{n} mengandung virus menurut pemindai dan tidak diterima.",
        "File {n} has a virus, says the scanner, and is not taken.",
    ),
    "key-reused": Kind(
        422,
        "Idempotency-Key ini sudah dipakai untuk laporan lain. Pakai yang baru untuk tiap laporan.",
        "This Idempotency-Key came with another complaint before. Use a new one for each.",
    ),
    "too-many": Kind(
        429,
        "Terlalu banyak permintaan. Coba lagi dalam {seconds} detik.",
        "Too many requests. Try again in {seconds} seconds.",
    ),
    "internal-error": Kind(
        500,
        "Terjadi kesalahan pada program ini; laporan belum diterima. Nomor permintaan ada di"
        " jawaban ini.",
        "This program failed; nothing was taken in. The request's id is in this answer.",
    ),
    "broker-away": Kind(
        503,
        "Belum dapat diterima: antrean pesan sedang tidak tersedia. Kirim lagi dengan"
        " Idempotency-Key yang sama.",
        "Not taken in: the message queue is away. Send it again with the same Idempotency-Key.",
    ),
    "files-away": Kind(
        503,
        "Belum dapat diterima: penyimpanan berkas sedang tidak tersedia. Kirim lagi, atau kirim"
        " tanpa berkas.",
        "Not taken in: the store of files is away. Send it again, or without files.",
    ),
    "scanner-away": Kind(
        503,
        "Belum dapat diterima: pemindai virus sedang tidak tersedia. Kirim lagi, atau kirim tanpa"
        " berkas.",
        "Not taken in: the virus scanner is away. Send it again, or without files.",
    ),
    "files-full": Kind(
        507,
        "Belum dapat diterima: tempat penyimpanan berkas penuh. Kirim tanpa berkas, atau coba lagi"
        " nanti.",
        "Not taken in: there is no room for files. Send it without files, or again later.",
    ),
    "store-away": Kind(
        503,
        "Penyimpanan data sedang tidak tersedia. Coba lagi.",
        "The store is away. Try again.",
    ),
}
"""By code. The code is a promise to programs, the sentence is for people."""


class ProblemView(BaseModel):
    """How a refusal is sent; some have further members."""

    type: str
    title: str = Field(description="a fixed code")
    status: int
    detail: str = Field(description="a sentence, in Indonesian or English")
    request_id: str | None


RETRY_AFTER: Final = 5
"""Seconds, of what is away."""


@dataclass
class Problem(Exception):
    """Raised by a route; becomes the answer. ``more``: further members of the problem."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, object] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """The status of the answer."""
        return KINDS[self.code].status


def language_of(request: Request) -> Language:
    """What the caller reads: Indonesian, unless its Accept-Language wants English more."""
    wanted: dict[str, float] = {}
    for part in request.headers.get("accept-language", "")[:_LONGEST_HEADER].split(","):
        name, _, quality = part.partition(";")
        tag = name.strip().lower().partition("-")[0]
        try:
            weight = float(quality.partition("=")[2]) if quality else 1.0
        except ValueError:
            weight = 0.0
        wanted[tag] = max(weight, wanted.get(tag, 0.0))
    return "en" if wanted.get("en", 0.0) > wanted.get("id", wanted.get("in", 0.0)) else "id"


def answer_to(request: Request, problem: Problem) -> Response:
    """The problem as an answer (https://www.rfc-editor.org/rfc/rfc9457)."""
    kind, language = KINDS[problem.code], language_of(request)
    sentence = kind.id if language == "id" else kind.en
    body = {
        "type": f"urn:pintu:problem:{problem.code}",
        "title": problem.code,
        "status": kind.status,
        "detail": sentence.format_map(problem.values),
        "request_id": getattr(request.state, "id", None),
        **problem.more,
    }
    headers = {"Content-Language": language, **problem.headers}
    if kind.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if kind.status == 503:
        headers["Retry-After"] = str(RETRY_AFTER)
    return Response(dumps(body), kind.status, headers, MEDIA_TYPE)
