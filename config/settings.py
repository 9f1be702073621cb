"""Settings from the environment, read once, frozen, strict. Passwords show nowhere by accident."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from broker.errors import BadConfiguration
from config.attachments import checked_clamd, checked_place
from config.foreign import told
from config.language import Language
from config.secret_files import from_files
from config.setting_checks import (
    checked_address,
    checked_amqp,
    checked_days,
    checked_folder,
    checked_form,
    checked_hosts,
    checked_language,
    checked_link_days,
    checked_mail_address,
    checked_outside,
    checked_share,
    checked_smtp,
    checked_speed,
    proxies,
    url_of,
)
from config.sign_in import checked_issuer, checked_roles
from config.smtp import SmtpAddress, parse_smtp
from config.variables import PREFIX, misspelt, ours
from schemas.limits import ATTACHMENTS

LOOPBACK: Final = ("127.0.0.1", "::1")


class Settings(BaseSettings):
    """See SETTINGS. ``http`` is None where each command has a port of its own, "off" for none.

    Made by hand it takes nothing from the environment; ``load_settings`` does.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="forbid", hide_input_in_errors=True
    )

    amqp_url: Annotated[SecretStr, AfterValidator(checked_amqp)] | None = None
    management_url: Annotated[SecretStr, AfterValidator(url_of("http", "https"))] | None = None
    database_url: Annotated[SecretStr, AfterValidator(url_of("postgresql", "sqlite"))] | None = None
    state_dir: Path = Path(".pintu")
    config_dir: Annotated[Path, AfterValidator(checked_folder)] | None = None
    http: Annotated[
        tuple[str, int] | Literal["off"] | None, NoDecode, BeforeValidator(checked_address)
    ] = None
    gateway: Annotated[
        tuple[str, int] | Literal["off"] | None, NoDecode, BeforeValidator(checked_address)
    ] = None
    gateway_url: Annotated[str, AfterValidator(checked_outside)] | None = None
    smtp_url: Annotated[SecretStr, AfterValidator(checked_smtp)] | None = None
    smtp_password: SecretStr | None = None
    mail_sender: Annotated[str, AfterValidator(checked_mail_address)] | None = None
    mail_bounces: Annotated[str, AfterValidator(checked_mail_address)] | None = None
    mail_link_days: Annotated[int, BeforeValidator(checked_link_days)] = 14
    webhook_allow: Annotated[frozenset[str], NoDecode, BeforeValidator(checked_hosts)] = frozenset()
    attachments: Annotated[SecretStr, AfterValidator(checked_place)] | None = None
    attachment_bytes: Annotated[int, Field(ge=1_000, le=1_000_000_000)] = 10_000_000
    attachment_count: Annotated[int, Field(ge=0, le=ATTACHMENTS)] = 10
    clamd: Annotated[str, AfterValidator(checked_clamd)] | None = None
    gateway_proxies: Annotated[tuple[str, ...], NoDecode, BeforeValidator(proxies)] = LOOPBACK
    second_factor: Annotated[frozenset[str], NoDecode, BeforeValidator(checked_roles)] = frozenset()
    oidc_issuer: Annotated[str, AfterValidator(checked_issuer)] | None = None
    oidc_client_id: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    oidc_client_secret: SecretStr | None = None
    oidc_name: Annotated[str, Field(min_length=1, max_length=60)] | None = None
    people_line_days: Annotated[int, BeforeValidator(checked_days)] = 730
    gateway_idempotency_days: Annotated[int, BeforeValidator(checked_days)] = 90
    gateway_key_days: Annotated[int, BeforeValidator(checked_days)] = 365
    learn_history: Path | None = None
    learn_base: Path | None = None
    learn_day: Annotated[int, Field(ge=1, le=28)] = 1
    learn_hour: Annotated[int, Field(ge=0, le=23)] = 3
    learn_in_all: bool = False
    log_format: Annotated[Literal["console", "json"], BeforeValidator(checked_form)] = Field(
        default_factory=lambda: "console" if sys.stderr.isatty() else "json"
    )
    log_sample: Annotated[float, BeforeValidator(checked_share)] = 1.0
    language: Annotated[Language | None, BeforeValidator(checked_language)] = None
    clock_speed: Annotated[float, BeforeValidator(checked_speed)] = 1.0

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
