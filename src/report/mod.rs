//! From events and the journal to what people and programs read: lines, screen, balance, rejects, reports. Every report
//! is a view of the same record lines.

mod journal;
mod junit;
mod lines;
mod progress;
mod rejects;
mod summary;
mod text;

pub use journal::JournalLines;
pub use junit::junit;
pub use lines::{Lines, file_line, record_line, record_text, words_of};
pub use progress::Progress;
pub use rejects::Rejects;
pub use summary::{Summary, balance_text};
pub use text::{issue_text, outcome_text, run_text};
