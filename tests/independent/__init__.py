"""A second hand, made from mechanics and physiology by formulas of its own; see README.md."""
