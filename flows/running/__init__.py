"""What a run does, step by step: reading on runners, what was read before, standing of units, progress, faults.

In: paths and settings. Out: the steps that :mod:`flows.audit_flow` puts together. Door: :mod:`flows.running.tasks`.
"""
