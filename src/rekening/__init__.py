"""Rekening: who pays for the AI build-out?"""

__version__ = "0.1.0"
