"""Commands for builders and developers: simulate, emulate, flash, protocols."""
