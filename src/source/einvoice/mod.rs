//! E-invoices: XRechnung and other invoices of EN 16931 in UBL and CII, and PDFs with one inside (ZUGFeRD, Factur-X). An
//! invoice is a row, or each of its lines is one; terms stand there by their plain names. An invoice whose totals do not
//! add up is a row with that problem, so it is rejected.

mod invoice;
mod raw;
mod rows;
mod sums;
mod syntax;

pub(super) use invoice::Invoice;
pub(super) use rows::{open, rows};
use syntax::Syntax;
