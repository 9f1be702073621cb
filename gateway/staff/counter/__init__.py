"""The counter, the recap of a period, and who is on duty: ``/meja/loket`` and others."""
