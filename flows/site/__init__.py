"""The pages for people who act on findings: plain HTML, no script, no network."""
