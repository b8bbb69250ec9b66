"""Assess a person: safety margin, coupling, and the decisions drawn from them."""
