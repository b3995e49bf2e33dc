"""When an audit runs and who learns of it: orchestration, ledger, site, alerts, command line."""
