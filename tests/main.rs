//! Integration tests: the program as its users see it.

mod cli;
mod desk;
mod generated;
mod readme;
