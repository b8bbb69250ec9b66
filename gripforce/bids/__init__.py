"""A study as a BIDS data set: see ``docs/bids.md``."""

from gripforce.bids.dataset import DatasetLabels, StudyDataset, write_dataset

__all__ = ["DatasetLabels", "StudyDataset", "write_dataset"]
