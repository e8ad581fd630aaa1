"""What keeps a data directory in order: trying, changing and examining where its files are."""
