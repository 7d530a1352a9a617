"""Setting a server up: what its settings say of themselves, the panel, and settings as a file."""
