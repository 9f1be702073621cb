"""What the desk does, as use cases: shared by the command line and the pages of gateway.staff.

Where to look, by subject:

- Work on a case: ``session`` (what all need), ``commands``, ``naming``, ``handing_over``,
  ``sending_again``, ``erasing``.
- What waits: ``waiting``, ``similar``, ``meanwhile``.
- Finding and showing cases: ``searching`` with ``search_index`` and ``indexing``, ``one_case``,
  ``conversation``, ``ladders``, ``late_cases``, ``deadlines``.
- The rules at work: ``trying``, ``reasons``, ``evidence``, ``looking_up``, ``astray``,
  ``kept_diff``.
- As text and tables: ``page``, ``brief_lines``, ``rows``, ``recap``, ``wording``, ``words``,
  ``code_words``, ``due_words``.
- Parked messages: ``parked``, ``parked_list``, ``parked_body``, ``parked_editing``,
  ``parked_room``.
- Who is on duty: ``duty``, ``duty_file``. For operators: ``trail`` (the audit trail), ``clocks``.
"""
