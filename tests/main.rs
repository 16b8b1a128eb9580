//! Integration tests: the program as its users see it.
