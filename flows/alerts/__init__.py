"""Who is told: channels, digests, delivery in a process of its own.

In: what is new since the last run. Out: what each channel answered. Door: :mod:`flows.alerts.sending`. Writes no
report.
"""
