"""SQL that superusers write, on the main database."""
