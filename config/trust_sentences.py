"""What is said of TLS and of certificates, by its form: see ``config.broker_sentences``."""

from typing import Final

from config.language import marked

FORMS: Final = (
    # broker/trust.py: the certificate of a server
    marked("{server}'s certificate"),
    marked(
        "{whose} is for another name: {why}: connect by a name that it is for, or have one made for"
        " this name"
    ),
    marked("{whose} is too old: {why}: renew it, or set this machine's clock right"),
    marked(
        "{whose} does not hold yet: {why}: have one made that holds today, or set this machine's"
        " clock right"
    ),
    marked(
        "{whose} was revoked by its authority: {why}: give the server another one, and find out why"
        " this one was taken back before you trust it again"
    ),
    marked(
        "{whose} cannot be looked up among the revoked ones: {why}: the URL's parameter {parameter}"
        " wants a list in force of each authority of the chain, in one file"
    ),
    marked(
        "{whose} is not trusted: {why}: name the certificate of the authority that signed it as the"
        " URL's parameter {parameter}"
    ),
    # and ours
    marked("certfile and keyfile"),
    marked("sslcert and sslkey"),
    marked(
        "{server} refused the TLS handshake ({alert}): it may want a certificate of this client,"
        " the URL's parameters {own}"
    ),
    marked(
        "{server} wants a certificate of this client: give the URL's parameters {own} ({alert})"
    ),
    marked("{server} finds this client's certificate too old: renew the one of {own} ({alert})"),
    marked(
        "{server} says that this client's certificate was revoked: get another one for {own}"
        " ({alert})"
    ),
    marked(
        "{server} does not know the authority that signed this client's certificate: give the URL's"
        " parameters {own} one of an authority that it trusts ({alert})"
    ),
    marked("{server} speaks only TLS older than 1.2: let it speak 1.2 or 1.3 ({alert})"),
    # Files
    marked("{path} cannot be read: {why}: name a PEM file that this program's user may read"),
    marked("this certificate does not belong to the key of keyfile: name the two of one pair"),
    marked("is no {what} in PEM ({reason}): name a file that holds one"),
    marked("certificate of an authority"),
    marked("list of revoked certificates (CRL)"),
    marked("certificate, with its key here or in keyfile"),
    marked(
        "the key is locked with a passphrase: give one without (openssl pkey -in KEY -out UNLOCKED)"
        " that this program's user alone may read"
    ),
    # RabbitMQ
    marked(
        "this port does not speak TLS: amqps:// wants the port that does (mostly 5671), a port"
        " without (mostly 5672) wants amqp://"
    ),
    marked(
        "TLS cannot be set up ({reason}): see to the files of the URL's parameters cafile, certfile"
        " and keyfile"
    ),
    marked("RabbitMQ offers the mechanisms {offered}, not {mechanism} ({remedy})"),
    marked(
        "{reason} (the certificate says who this is: enable RabbitMQ's plugin"
        " rabbitmq_auth_mechanism_ssl, list EXTERNAL among its auth_mechanisms, and add a user"
        " without a password of the name that ssl_cert_login_from takes from the certificate; or"
        " give user and password in PINTU_AMQP_URL)"
    ),
    marked(
        "the certificate says who this is: enable RabbitMQ's plugin rabbitmq_auth_mechanism_ssl,"
        " list EXTERNAL among its auth_mechanisms, and add a user without a password of the name"
        " that ssl_cert_login_from takes from the certificate; or give user and password in"
        " PINTU_AMQP_URL"
    ),
    # PostgreSQL
    marked("sslmode: there are {modes}; left out it is {checked} for another machine"),
    marked(
        "PostgreSQL wants TLS here: leave sslmode={mode} out of PINTU_DATABASE_URL, or let"
        " pg_hba.conf have a line `host` for this user"
    ),
    marked(
        "TLS cannot be set up: {said}: see to the parameters sslrootcert, sslcrl, sslcert and"
        " sslkey of PINTU_DATABASE_URL"
    ),
    marked("TLS cannot be set up: {why}"),
    marked(
        "PostgreSQL does not speak TLS here: set ssl = on there; or, where nobody else can read"
        " what passes, add sslmode=disable to PINTU_DATABASE_URL"
    ),
    # A mail server
    marked("does not let this user in ({code})"),
    marked("refuses the sender of PINTU_MAIL_SENDER ({code})"),
    marked("answered {code}"),
    marked("its certificate does not hold: {why}"),
    marked("no TLS with it: {reason}"),
    marked("hung up"),
    marked("offers no STARTTLS: use smtps://, or a server that does"),
    marked("cannot be reached"),
)
