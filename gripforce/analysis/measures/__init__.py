"""Compute what tasks share: coupling, coherence, steadiness, friction, adaptation."""
