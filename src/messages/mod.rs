//! The words for what staff read, in English and German: one catalogue, keyed by the codes of the facts.

mod reasons;
mod troubles;

pub use reasons::reason;
pub use troubles::trouble;

/// The languages of what staff read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// German.
    German,
}
