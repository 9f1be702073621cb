"""What can go wrong with a private node. The texts are meant for the person at the terminal."""


class NodeError(Exception):
    """The private RabbitMQ node cannot be had; `str()` says why and what to do."""


class NotInstalledError(NodeError):
    """RabbitMQ or Erlang is not on this machine."""


class StartFailedError(NodeError):
    """RabbitMQ was started but did not come up; the text ends with the last lines of its log."""


class GivenUpError(NodeError):
    """The caller no longer wants the node it was waiting for."""
