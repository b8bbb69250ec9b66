"""One module a format: each writes what ``gripforce.formats.content`` gathered."""
