"""FastCMS: a backend in one file that speaks PocketBase's wire protocol."""

__version__ = "0.1.0"
