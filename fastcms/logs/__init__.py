"""The log that superusers read: what was asked and what went wrong, in a database of its own."""
