"""The pages of the site, a module for each kind of page.

In: records of an audit and a writer. Out: pages. Called by :mod:`flows.site.build` alone.
"""
