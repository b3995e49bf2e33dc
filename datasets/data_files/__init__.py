"""The data files of the project (TOML, CSV): text in, frozen records out, or an error with file, line and remedy.

Comes in: the text of a file and the :class:`~datasets.data_files.forms.Form` that says what may stand in it. Goes out:
records of that form. Nothing of the project may be imported here but :mod:`datasets.errors`.
"""
