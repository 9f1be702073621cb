"""The check of an agency's system: its rules, and the steps in which it shows what it does."""
