"""The review page: the report site served with log-in and decisions, for people who review in a browser."""
