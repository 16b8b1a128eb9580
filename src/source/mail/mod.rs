//! Mails as a source: what a mail holds, whatever it is stored as, and what a recipe takes from it.

mod again;
mod charset;
mod container;
mod label;
mod mbox;
mod message;
mod mime;
mod msg;
mod name;
mod page;
mod parameter;
mod pattern;
mod pick;
mod place;
mod quoted;
mod raw;
mod rtf;
#[cfg(test)]
mod tests;
mod unit;

pub use again::put_again;
pub use message::{Address, Attachment, Inner, Mail, in_a_row};
pub(crate) use name::safe as safe_name;
pub use place::find_mails;
pub use raw::RawMails;
pub use unit::{MailUnit, Units, stored_file, take_apart};

/// Reads a mail, as MIME or as Outlook saves it.
///
/// # Errors
/// Why it cannot be read, in words that go on from its name.
pub(super) fn read(bytes: Vec<u8>) -> Result<Mail, String> {
    if bytes.starts_with(&msg::MAGIC) { msg::read(bytes) } else { mime::read(&bytes) }
}
