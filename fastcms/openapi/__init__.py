"""The OpenAPI document of a directory, and a page that shows it."""
