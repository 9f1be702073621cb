"""An account of one's own, and the people of the installation: ``/saya``, ``/meja/orang``."""
