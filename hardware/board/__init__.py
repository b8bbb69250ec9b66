"""The carrier board of the research build as code: parts, circuit, rules, layout, simulation."""
