//! A folder of a mail server: which mails are fetched before a run, and what becomes of each of them after it. Nothing is
//! changed on the server until every record of a mail has its final outcome; the mails themselves are read by the sources.
//!
//! The grammar of the answers is that of `imap-proto`; what is said to the server, and in what order, stands here.

mod command;
mod connect;
mod dispose;
mod error;
mod fates;
mod fetch;
mod folder;
mod login;
mod message;
mod search;
mod session;
mod settings;
mod wire;

pub use dispose::{Disposed, Due, End, dispose};
pub use error::MailboxError;
pub use fates::{Fate, Fates, due};
pub use fetch::{Fetched, Keep, fetch};
pub use message::{Message, Note};
pub use settings::{Login, NoToken, Security, Settings, Sieve, TokenFuture, Tokens};
