//! From raw cells to typed records, or to issues: locale, types, constraints, checks, grouping, control totals.
//! Rows are pushed in, verdicts come out; memory grows only with `unique:`, `occurrence` and records that are still open.

mod alone;
mod checks;
mod computed;
mod constraints;
mod control;
mod currency;
mod date;
mod draft;
mod elements;
mod field;
mod grouping;
mod judge;
mod locale;
mod number;
mod scope;
mod seen;
mod short;
mod transform;
mod types;
mod validator;
mod verdict;

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use alone::{Aside, RowJudge};
pub use date::DateFormat;
pub use scope::RecordScope;
pub use validator::Validator;
pub use verdict::{ControlTotal, FileVerdict, RecipeFault};
