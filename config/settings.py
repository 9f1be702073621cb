"""Settings from the environment, read once, frozen, strict. Passwords show nowhere by accident."""

import os
import re
import sys
from collections.abc import Callable, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)
from yarl import URL

from broker.amqp.address import parse_address
from broker.errors import BadConfiguration
from config.attachments import checked_clamd, checked_place
from config.foreign import told
from config.language import LANGUAGES, Language, gettext, worded
from config.mail_address import is_address
from config.secret_files import from_files
from config.sign_in import checked_issuer, checked_roles
from config.smtp import SmtpAddress, parse_smtp
from config.variables import PREFIX, misspelt, ours
from schemas.limits import ATTACHMENTS

MOST_SPEED: Final = 1e7
_HOST: Final = re.compile(r"[a-z0-9_.:-]{1,253}")
MOST_DAYS: Final = 3650
LOOPBACK: Final = ("127.0.0.1", "::1")


def _wrong(what: str) -> PydanticCustomError:
    return PydanticCustomError("setting", "{what}", {"what": what})


def _url(*schemes: str) -> Callable[[SecretStr], SecretStr]:
    """The check of a URL. Its value may hold a password: it is not repeated."""
    forms = " or ".join(f"{scheme}://" for scheme in schemes)

    def check(value: SecretStr) -> SecretStr:
        try:
            parts = urlsplit(value.get_secret_value())
            usable = parts.scheme in schemes and (parts.hostname or parts.scheme == "sqlite")
            _ = parts.port
            if parts.scheme != "sqlite":
                URL(value.get_secret_value())  # as the libraries read it
        except ValueError:
            usable = False
        if not usable:
            raise _wrong(worded("not a usable URL that starts with {forms}", forms=forms))
        if "@" in f"{parts.path}{parts.query}{parts.fragment}" and parts.scheme != "sqlite":
            # What stands before it would be taken for a host or a virtual host, and be shown.
            raise _wrong(
                worded(
                    "not a usable URL that starts with {forms}: one URL, with one @, between "
                    "the password and the host; elsewhere write @ as %40, / as %2F, ? as "
                    "%3F, # as %23",
                    forms=forms,
                )
            )
        return value

    return check


def _amqp(value: SecretStr) -> SecretStr:
    """The check of an AMQP URL, which may name several hosts. It is not repeated either."""
    try:
        parse_address(value.get_secret_value())
    except ValueError as why:
        raise _wrong(str(why)) from None
    return value


def _folder(value: Path) -> Path:
    if not value.is_dir():
        raise _wrong(worded("{value} is no folder; unset it for the shipped rules", value=value))
    return value


def _address(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if value.lower() == "off":
        return "off"
    host, _, port = value.rpartition(":")
    if not port.isdecimal() or len(port) > 5 or int(port) > 65535:
        raise _wrong(gettext("host:port, such as 127.0.0.1:9464, or off"))
    return host.strip("[]") or "127.0.0.1", int(port)


def _outside(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise _wrong(gettext("a URL such as https://lapor.bangkaselatankab.go.id"))
    return value.rstrip("/")


def _smtp(value: SecretStr) -> SecretStr:
    try:
        parse_smtp(value.get_secret_value())
    except ValueError as why:
        raise _wrong(str(why)) from None
    return value


def _mail_address(value: str) -> str:
    if not is_address(value):
        raise _wrong(gettext("one mail address, such as lapor@bangkaselatankab.go.id"))
    return value


def _link_days(value: Any) -> int:
    text = str(value)
    days = int(text) if text.isdecimal() and len(text) < 4 else 0
    if not 1 <= days <= 90:
        raise _wrong(gettext("whole days, 1 to 90"))
    return days


def _hosts(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    hosts = [host.strip().lower() for host in value.split(",") if host.strip()]
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise _wrong(
                gettext("hosts with commas between, such as hook.dlh.local,10.1.2.3; no URLs")
            )
    return frozenset(hosts)


def _proxies(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    wrong = _wrong(
        gettext(
            "addresses or networks with commas between, such as 127.0.0.1,10.0.5.0/24: each may say"
            " whose request it passes on"
        )
    )
    try:
        networks = [ip_network(one.strip()) for one in value.split(",")]
    except ValueError:
        raise wrong from None
    if any(network.prefixlen == 0 for network in networks):
        raise wrong  # everybody could be anybody
    return tuple(str(network) for network in networks)


def _days(value: Any) -> int:
    try:
        days = int(value)
    except ValueError:
        days = 0
    if not 1 <= days <= MOST_DAYS:
        raise _wrong(worded("a whole number of days from 1 to {most_days}", most_days=MOST_DAYS))
    return days


def _form(value: Any) -> Any:
    if value not in ("console", "json"):
        raise _wrong(gettext("console or json"))
    return value


def _language(value: Any) -> Any:
    if value is not None and value not in LANGUAGES:
        raise _wrong(gettext("id (Indonesian) or en (English)"))
    return value


def _share(value: Any) -> float:
    try:
        share = float(value)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise _wrong(gettext("a number from 0 (no line of single complaints) to 1 (all of them)"))
    return share


def _speed(value: Any) -> float:
    try:
        speed = float(value)
    except ValueError:
        speed = 0.0
    if not 0 < speed <= MOST_SPEED:
        raise _wrong(gettext("a number above 0, at most 10,000,000"))
    return speed


class Settings(BaseSettings):
    """See SETTINGS. ``http`` is None where each command has a port of its own, "off" for none.

    Made by hand it takes nothing from the environment; ``load_settings`` does.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    amqp_url: Annotated[SecretStr, AfterValidator(_amqp)] | None = None
    management_url: Annotated[SecretStr, AfterValidator(_url("http", "https"))] | None = None
    database_url: Annotated[SecretStr, AfterValidator(_url("postgresql", "sqlite"))] | None = None
    state_dir: Path = Path(".pintu")
    config_dir: Annotated[Path, AfterValidator(_folder)] | None = None
    http: Annotated[
        tuple[str, int] | Literal["off"] | None, NoDecode, BeforeValidator(_address)
    ] = None
    gateway: Annotated[
        tuple[str, int] | Literal["off"] | None, NoDecode, BeforeValidator(_address)
    ] = None
    gateway_url: Annotated[str, AfterValidator(_outside)] | None = None
    smtp_url: Annotated[SecretStr, AfterValidator(_smtp)] | None = None
    smtp_password: SecretStr | None = None
    mail_sender: Annotated[str, AfterValidator(_mail_address)] | None = None
    mail_bounces: Annotated[str, AfterValidator(_mail_address)] | None = None
    mail_link_days: Annotated[int, BeforeValidator(_link_days)] = 14
    webhook_allow: Annotated[frozenset[str], NoDecode, BeforeValidator(_hosts)] = frozenset()
    attachments: Annotated[SecretStr, AfterValidator(checked_place)] | None = None
    attachment_bytes: Annotated[int, Field(ge=1_000, le=1_000_000_000)] = 10_000_000
    attachment_count: Annotated[int, Field(ge=0, le=ATTACHMENTS)] = 10
    clamd: Annotated[str, AfterValidator(checked_clamd)] | None = None
    gateway_proxies: Annotated[tuple[str, ...], NoDecode, BeforeValidator(_proxies)] = LOOPBACK
    second_factor: Annotated[frozenset[str], NoDecode, BeforeValidator(checked_roles)] = frozenset()
    oidc_issuer: Annotated[str, AfterValidator(checked_issuer)] | None = None
    oidc_client_id: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    people_line_days: Annotated[int, BeforeValidator(_days)] = 730
    gateway_idempotency_days: Annotated[int, BeforeValidator(_days)] = 90
    gateway_key_days: Annotated[int, BeforeValidator(_days)] = 365
    log_format: Annotated[Literal["console", "json"], BeforeValidator(_form)] = Field(
        default_factory=lambda: "console" if sys.stderr.isatty() else "json"
    )
    log_sample: Annotated[float, BeforeValidator(_share)] = 1.0
    language: Annotated[Language | None, BeforeValidator(_language)] = None
    clock_speed: Annotated[float, BeforeValidator(_speed)] = 1.0

    @property
    def smtp(self) -> SmtpAddress | None:
        """Where mail is handed in; None where nothing is said of it. Raises BadConfiguration."""
        if self.smtp_url is None:
            return None
        password = self.smtp_password.get_secret_value() if self.smtp_password else None
        try:
            return parse_smtp(self.smtp_url.get_secret_value(), password)
        except ValueError as why:
            raise BadConfiguration(f"{PREFIX}SMTP_URL: {why}") from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


class _Environment(EnvSettingsSource):
    """Variables that were read already: stripped, and from the files that they name."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {name.lower(): value for name, value in values.items()}
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._values


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process.

    Raises:
        BadConfiguration: every error at once, each with the variable and what to do.
    """
    values = ours(os.environ if environment is None else environment)
    errors = misspelt(values)
    read, unreadable = from_files(values)
    errors += unreadable
    try:
        settings = Settings(**_Environment(read)())
    except ValidationError as error:
        errors += [_told(each["loc"], told(each["msg"]), values) for each in error.errors()]
    if errors:
        raise BadConfiguration("\n".join(errors)) from None
    return settings


def attachments_place(settings: Settings) -> str:
    """The folder or the URL in which attachments lie."""
    if settings.attachments is not None:
        return settings.attachments.get_secret_value()
    return str(settings.state_dir.absolute() / "attachments")


def _told(place: tuple[int | str, ...], message: str, values: Mapping[str, str]) -> str:
    name = f"{PREFIX}{place[0]}".upper()
    named = name if name in values else f"{name}_FILE" if f"{name}_FILE" in values else name
    return f"{named}: {message}"
