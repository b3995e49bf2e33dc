"""When runs happen: deployments, automations, and the local Prefect server.

In: ``prefect.yaml`` and settings. Out: registered schedules. Door: :mod:`flows.schedule.deployments`.
"""
