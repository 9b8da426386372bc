"""What the law says, as dated data."""
