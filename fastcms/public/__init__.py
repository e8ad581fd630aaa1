"""The folder of static files that a directory is served with."""
