"""Measure how well the analysis does, and write ``docs/validation.md``: ``make validation``.

One module a section; ``registry`` lists them. Speed is measured elsewhere, by ``bench``.
"""
