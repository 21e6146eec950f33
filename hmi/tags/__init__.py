"""The latest value of every tag with quality and age, and the values computed from them."""

from hmi.tags.calculated import CalculatedTags
from hmi.tags.latest import TagChanges, TagCounts, TagState, TagStore
from hmi.tags.staleness import polled_limit_us

__all__ = ["CalculatedTags", "TagChanges", "TagCounts", "TagState", "TagStore", "polled_limit_us"]
