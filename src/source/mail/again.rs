//! The mail that an input came with, as a file of its own again.

use std::fs::{self, File};
use std::io::{self, BufReader};
use std::path::Path;

use super::MailUnit;
use super::mbox::Mails;

/// Writes the mail to a path. One of a mailbox file is looked up there by its number.
///
/// # Errors
/// It cannot be read or written, or the mailbox file has no such mail any more.
pub fn put_again(unit: &MailUnit, to: &Path) -> io::Result<()> {
    let Some(number) = unit.number else { return fs::copy(&unit.file, to).map(drop) };
    let mut mails = Mails::new(BufReader::with_capacity(1 << 16, File::open(&unit.file)?));
    for _ in 1..number {
        mails.next()?;
    }
    let bytes = mails.next()?.ok_or_else(|| io::Error::other(format!("`{}` is not there any more", unit.mail)))?;
    fs::write(to, bytes)
}
