//! The types of fields: each reads a text, and a cell that holds a value as such, or says exactly what is wrong.

mod bank;
mod country;
mod phone;
mod postcode;
mod reading;
mod shape;
mod vat_id;
mod web;

pub(crate) use reading::{Reading, word};

#[cfg(test)]
mod tests;
