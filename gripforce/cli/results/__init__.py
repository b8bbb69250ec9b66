"""Commands that compute results: analyze, cohort."""
