"""What the desk does, as use cases: shared by the command line and the pages of gateway.staff.

Where to look, by subject:

- Work on a case: ``session`` (what all need), ``commands``, ``naming``, ``reasons``,
  ``handing_over``, ``sending_again``, ``erasing``.
- What waits: ``waiting``, ``similar``, ``meanwhile``, ``evidence``, ``trying``, ``astray``,
  ``kept_diff``.
- Finding and showing cases: ``searching`` with ``search_index`` and ``indexing``, ``looking_up``,
  ``one_case``, ``conversation``, ``ladders``, ``clocks``, ``late_cases``, ``deadlines``, ``trail``.
- As text and tables: ``page``, ``brief_lines``, ``rows``, ``recap``, ``wording``, ``words``,
  ``code_words``, ``due_words``.
- Parked messages: ``parked``, ``parked_list``, ``parked_body``, ``parked_editing``, ``parked_room``.
- Who is on duty: ``duty``, ``duty_file``.
"""
