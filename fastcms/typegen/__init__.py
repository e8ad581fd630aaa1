"""Types of a directory's records for programs in other languages."""
