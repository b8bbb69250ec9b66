"""The object as source: printable parts, wiring, parts list, error budget, build steps."""
