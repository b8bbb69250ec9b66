"""Analyse one lift: attempts, holds, phases, metrics, and the table of lifts."""
