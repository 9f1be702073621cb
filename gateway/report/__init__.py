"""The evaluation for leaders: figures counted from the cases, their definitions, and how they are
written out. Shared by the browser and the command line."""
