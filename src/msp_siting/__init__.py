"""Choose the sites and the staff of maisons de santé pluriprofessionnelles, and say how good the choice is."""

from importlib.metadata import version

__version__ = version("msp-siting")
