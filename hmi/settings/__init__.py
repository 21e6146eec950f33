"""Plant and station configuration: loading with file, line and key of every mistake."""

from hmi.settings.catalogue import Catalogue, DriverCatalogueEntry
from hmi.settings.loading import Loaded, check, load
from hmi.settings.problems import ConfigurationError, LocatedProblem

__all__ = ["Catalogue", "ConfigurationError", "DriverCatalogueEntry", "Loaded", "LocatedProblem", "check", "load"]
