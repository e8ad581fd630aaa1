"""Text messages: each way to send them is a module of its own."""
