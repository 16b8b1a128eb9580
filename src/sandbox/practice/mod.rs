//! The practice page: ten rounds of seven fields that stand in another order each time, strictly judged, with the score
//! and the time at the end. The exercise is a well-known one for software robots.

mod page;
mod people;

pub(super) use page::{judge, people, show};
pub use people::workbook;
