"""Mail: what a message is, how it looks on the wire, and the ways it leaves the server."""
