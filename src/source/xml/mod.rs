//! XML files: each element that `records:` leads to is a row, and the values of the fields stand where their paths lead
//! from there. The file is held in memory as a whole, within limits.

mod find;
mod outline;
mod rows;
mod text;

pub(super) use find::{Found, IsCalled, find};
pub(super) use outline::outline;
pub(super) use rows::rows;
pub(super) use text::{Lines, decode, parse, read_whole};
