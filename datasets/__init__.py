"""What was printed: documents in, figures with place, unit and scope out."""
