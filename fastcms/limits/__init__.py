"""Rate limits: which rule applies to a request, and who has how many requests left."""
