//! Sections 4 and 5 of the contract, line by line, against fake targets and a real journal.

mod content;
mod desk;
mod elements;
mod failures;
mod fake;
mod flow;
mod generations;
mod recipes;
mod sequences;
mod whole;
