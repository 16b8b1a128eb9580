//! What keeps a mailbox from being read or tidied, and whether trying again may help.

/// Why a mailbox could not be read or tidied.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailboxError {
    /// The settings cannot be used.
    #[error("the settings of the mailbox cannot be used: {0}")]
    Settings(String),
    /// Nobody answers there.
    #[error("the mail server {server} cannot be reached: {why}")]
    Unreachable {
        /// Host and port.
        server: String,
        /// The reason as the system gives it.
        why: String,
    },
    /// The connection ended before the server had answered.
    #[error("the connection to the mail server {server} was lost: {why}")]
    Lost {
        /// Host and port.
        server: String,
        /// The reason.
        why: String,
    },
    /// No protected connection came about.
    #[error("no safe connection to the mail server {server} came about: {why}")]
    Unsafe {
        /// Host and port.
        server: String,
        /// The reason.
        why: String,
    },
    /// The server does not let the user in. Not tried again, since many servers lock a user after a few attempts.
    #[error("the mail server {server} does not let `{user}` in: {why}; check user and password, it was tried once")]
    Login {
        /// Host and port.
        server: String,
        /// The user.
        user: String,
        /// The server's words.
        why: String,
    },
    /// No token was given for the login.
    #[error("there is no token for the login at the mail server {server}: {why}")]
    Token {
        /// Host and port.
        server: String,
        /// The reason.
        why: String,
        /// Whether trying again may help.
        passing: bool,
    },
    /// The server cannot serve now.
    #[error("the mail server {server} asks to try again later: {why}")]
    Later {
        /// Host and port.
        server: String,
        /// The server's words.
        why: String,
    },
    /// A folder that the recipe names is not there.
    #[error("the mailbox has no folder `{folder}`{help}")]
    NoFolder {
        /// The folder.
        folder: String,
        /// What there is instead, as the end of the sentence.
        help: String,
    },
    /// The server refused something that it has to be able to do.
    #[error("the mail server {server} refused to {what}: {why}")]
    Refused {
        /// Host and port.
        server: String,
        /// What was to be done.
        what: String,
        /// The server's words.
        why: String,
    },
    /// The server said what no mail server says.
    #[error("the answer of the mail server {server} cannot be understood: {why}")]
    Garbled {
        /// Host and port.
        server: String,
        /// What is wrong with it.
        why: String,
    },
    /// A mail cannot be kept on this computer.
    #[error("{0}")]
    Keep(String),
}

impl MailboxError {
    /// Whether the same may go well a little later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Lost { .. } | Self::Later { .. } => true,
            Self::Token { passing, .. } => *passing,
            _ => false,
        }
    }
}
