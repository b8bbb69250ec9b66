"""Simulate the tasks: what a person does in a lift, a slip test, a movement."""
