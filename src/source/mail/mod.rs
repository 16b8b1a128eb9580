//! Mails as a source: what a mail holds, whatever it is stored as, and what a recipe takes from it.

mod charset;
mod message;
mod mime;
mod msg;

pub use message::{Address, Attachment, Inner, Mail, in_a_row};
