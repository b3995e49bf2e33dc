"""What must hold between printed figures: figures in, findings out."""
