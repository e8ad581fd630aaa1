"""Where the files of records are kept: one protocol, one module for each kind of place."""
