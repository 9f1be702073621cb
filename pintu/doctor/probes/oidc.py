"""The provider with which people sign in elsewhere."""

from broker.errors import BadConfiguration
from config.broker_sentences import told
from config.settings import Settings
from config.sign_in import whole_client
from gateway.access.oidc import OidcFailed, OidcProvider
from pintu.doctor.facts import Oidc
from pintu.doctor.finding import NotThere


async def look_at_oidc(settings: Settings) -> Oidc:
    """Raises NotThere where people sign in here alone."""
    try:
        given = whole_client(
            settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret
        )
    except BadConfiguration as why:
        return Oidc("PINTU_OIDC_…", told(why))
    if given is None:
        raise NotThere
    issuer, client, secret = given
    try:
        await OidcProvider(issuer, client, secret, "", "").configuration()
    except OidcFailed as why:
        return Oidc(issuer, told(why))
    return Oidc(issuer, "")
