"""Tones from the sound card: a mixer without hardware, and the player that feeds the card."""
