"""A real RabbitMQ that speaks TLS, on as many ports as a test has certificates for it."""

from broker.node.installed import find_installed
from broker.node.tcp_ports import choose_ports
from tests.support.certificates import Certificates
from tests.support.nodes import OwnRabbit
from tests.support.rabbitmqctl import rabbitmqctl


class TlsRabbit(OwnRabbit):
    """`url` is that of its port without TLS."""

    def listen(self, shown: Certificates, *, wants_one: bool = False) -> int:
        """A port on which it shows a certificate; `wants_one`: and wants one of its authority."""
        port = choose_ports().amqp
        options = (
            f'[{{cacertfile, "{shown.authority}"}}, {{certfile, "{shown.certificate}"}},'
            f' {{keyfile, "{shown.key}"}}, {{verify, verify_peer}},'
            f" {{fail_if_no_peer_cert, {str(wants_one).lower()}}}]"
        )
        self._do(
            f'rabbit_networking:start_ssl_listener({{"127.0.0.1", {port}, auto}}, {options}, 2).'
        )
        return port

    def let_in_by_certificate(self, *users: str) -> None:
        """Users without a password, whose certificate is of their name."""
        plugins = find_installed().home / "plugins"
        [plugin] = [file.parent for file in plugins.glob("rabbitmq_auth_mechanism_ssl*/ebin/*.app")]
        self._do(
            f'code:add_pathz("{plugin}"), application:load(rabbitmq_auth_mechanism_ssl),'
            " application:set_env(rabbit, auth_mechanisms, ['PLAIN', 'EXTERNAL']),"
            " application:set_env(rabbit, ssl_options, [{verify, verify_peer}]),"
            " application:set_env(rabbit, ssl_cert_login_from, common_name),"
            ' rabbit_registry:register(auth_mechanism, <<"EXTERNAL">>, rabbit_auth_mechanism_ssl).'
        )
        for user in users:
            rabbitmqctl(self.node, "add_user", user, "to-be-cleared")
            rabbitmqctl(self.node, "clear_password", user)
            rabbitmqctl(self.node, "set_permissions", user, ".*", ".*", ".*")

    def at(self, port: int, *, host: str = "localhost", login: bool = True, **given: object) -> str:
        """The URL of one of its ports with TLS, with parameters."""
        user = f"{self.url.split('://')[1].split('@')[0]}@" if login else ""
        query = "&".join(f"{name}={value}" for name, value in given.items())
        return f"amqps://{user}{host}:{port}/?{query}"

    def _do(self, erlang: str) -> None:
        rabbitmqctl(self.node, "eval", erlang)
