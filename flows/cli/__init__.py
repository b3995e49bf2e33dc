"""The command line: one module for each group of commands.

In: words of a command. Out: text, files and an exit code. Door: :mod:`flows.cli.app`. Nothing imports it.
"""
