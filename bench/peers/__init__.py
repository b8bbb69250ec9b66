"""The same work by other people's programs, side by side in the same run: ratios, not seconds."""
