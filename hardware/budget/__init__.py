"""Error budget: what each build can and cannot measure, worked out from datasheets."""
