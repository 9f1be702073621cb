"""Pages for people who sign in: the desk, agencies, leaders, auditors, administrators.

Whatever is shown here comes from the use cases (``gateway.desk``, ``gateway.report``, …); nothing
is decided here but how it looks and who may see it (``gateway.access.roles``).
"""
