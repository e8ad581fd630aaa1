"""FastCMS beside the reference: the same load on both in turn, and what it costs each."""
