"""Readers, one a file format; each turns bytes into a :class:`datasets.model.Document`."""
