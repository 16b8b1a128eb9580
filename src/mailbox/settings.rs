//! Which mailbox, how it is reached, and which mails of it are meant: the recipe's settings with all values filled in.

use std::pin::Pin;
use std::sync::Arc;

use jiff::civil::Date;
use rustls::pki_types::CertificateDer;

use super::MailboxError;
use crate::recipe::model::Retry;

/// A mailbox.
#[derive(Clone)]
pub struct Settings {
    /// The server's name or address.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// Certificate authorities that are trusted besides the system's.
    pub trusted: Vec<CertificateDer<'static>>,
    /// The user's name.
    pub user: String,
    /// How the user shows who he is.
    pub login: Login,
    /// The folder that is read.
    pub folder: String,
    /// Where mails go whose records are all in.
    pub processed: Option<String>,
    /// Where mails go of which a record was rejected or failed.
    pub failed: Option<String>,
    /// Which mails are fetched.
    pub sieve: Sieve,
    /// How often is tried what may go well a little later.
    pub retry: Retry,
    /// Bytes of a mail at the most.
    pub most_bytes: u32,
}

/// How a connection to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// Begun in plain and made safe before the login.
    StartTls,
    /// Not at all: to this computer only.
    None,
}

/// How a user shows who he is.
#[derive(Clone)]
pub enum Login {
    /// By a password.
    Password(String),
    /// By an access token (XOAUTH2).
    Token(Arc<dyn Tokens>),
}

/// Gives access tokens, a fresh one whenever the last has come to its end.
pub trait Tokens: Send + Sync {
    /// A token that is good for a login now.
    ///
    /// # Errors
    /// Why there is none, and whether trying again may help.
    fn token(&self) -> TokenFuture<'_>;
}

/// A token on its way.
pub type TokenFuture<'t> = Pin<Box<dyn Future<Output = Result<String, NoToken>> + Send + 't>>;

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoToken {
    /// The reason.
    pub why: String,
    /// Whether trying again may help.
    pub passing: bool,
}

/// Which mails are fetched. It is a first sieve, made of what mail servers can search for; a mail that gets through need
/// not be one that the recipe means.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sieve {
    /// Addresses with `*` for any characters, one of which it comes from; none lets all pass.
    pub from: Vec<String>,
    /// Texts with `*` for any characters, one of which its subject contains; none lets all pass.
    pub subject: Vec<String>,
    /// The first day that it may have come in.
    pub since: Option<Date>,
    /// Whether nobody may have read it yet.
    pub unseen: bool,
}

impl Settings {
    /// The server as messages name it.
    pub(super) fn server(&self) -> String {
        if self.host.contains(':') && !self.host.starts_with('[') {
            return format!("[{}]:{}", self.host, self.port);
        }
        format!("{}:{}", self.host, self.port)
    }

    /// Makes sure that nothing secret goes over a line that others may listen to.
    pub(super) fn check(&self) -> Result<(), MailboxError> {
        let host = self.host.trim_matches(['[', ']']);
        let here = host.eq_ignore_ascii_case("localhost")
            || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        if self.security == Security::None && !here {
            return Err(MailboxError::Settings(format!(
                "`tls: none` is for a server on this computer only, and `{}` is another one",
                self.host
            )));
        }
        Ok(())
    }
}
