"""An agency's inbox: ``/opd``."""
