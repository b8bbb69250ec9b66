"""Commands on files: info, import, export."""
