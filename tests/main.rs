//! Integration tests: the program as its users see it.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod corpus;
mod inspect;
