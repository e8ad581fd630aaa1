"""Images: thumbs, transformations and what is done to uploads; all decoding in processes apart."""
