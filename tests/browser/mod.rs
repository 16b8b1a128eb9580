//! Browser targets in a real, headless Chromium: the program enters into the pages of the practice office, whose own ledger
//! says what was really written.

mod by_mail;
#[cfg(unix)]
mod doctor;
mod firefox;
mod kills;
mod lines;
mod orders;
mod portal;
mod practice;
mod single_page;
