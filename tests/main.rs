//! Integration tests: the program as its users see it. All of them are one binary, so that they are linked once.

// Helpers stand outside of test functions; a test ends where one of them does not get what it needs.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod browser;
mod cases;
mod cli;
mod corpus;
mod desk;
mod documents;
mod generated;
mod given_back;
mod inspect;
mod mailbox;
mod mails;
mod make_fixtures;
mod pdf_bombs;
mod promise;
mod readme;
mod support;
mod uploads;
