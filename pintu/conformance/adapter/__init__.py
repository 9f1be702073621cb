"""The check of an adapter: its rules, and the steps in which it shows what it does."""
