"""The command line of FastCMS: it parses, calls and prints."""
