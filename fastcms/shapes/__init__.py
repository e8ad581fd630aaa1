"""What the records of a directory look like, for documents and types of other languages."""
