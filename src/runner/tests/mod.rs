//! Sections 4 and 5 of the contract, line by line, against fake targets and a real journal.

mod desk;
mod fake;
mod failures;
mod recipes;
