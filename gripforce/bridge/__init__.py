"""Bridges to the rest of the laboratory: Lab Streaming Layer, markers in, triggers out."""
