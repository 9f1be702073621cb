"""What RabbitMQ keeps of a password."""

import base64
import re

from pintu.access.logins import Login, login_of, new_password


def test_the_hash_is_the_one_of_rabbitmqs_documentation() -> None:
    """https://www.rabbitmq.com/docs/passwords#computing-password-hash"""
    made = login_of("test12", bytes.fromhex("908DC60A"))
    assert made == Login("kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR")
    assert made.algorithm == "rabbit_password_hashing_sha256"


def test_two_hashes_of_one_password_differ_by_their_salt() -> None:
    hashes = {login_of("same").password_hash for _ in range(3)}
    assert len(hashes) == 3
    assert {len(base64.b64decode(each)) for each in hashes} == {36}


def test_a_new_password_is_long_and_needs_no_escaping() -> None:
    made = {new_password() for _ in range(100)}
    assert len(made) == 100
    assert [each for each in made if not re.fullmatch("[A-Za-z0-9_-]{43,}", each)] == []


def test_no_hash_shows_in_a_repr() -> None:
    login = login_of("secret")
    assert login.password_hash not in repr(login)
