"""How a language writes; messages for the reader of the screen."""
