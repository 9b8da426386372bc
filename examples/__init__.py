"""Cases to start from: shown on the site, rendered by the tests."""
