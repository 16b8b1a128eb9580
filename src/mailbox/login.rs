//! Showing the server who we are. Each login is tried once: a wrong password that is tried again and again locks the
//! user out, at night, for the people too.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use imap_proto::{Response, Status};

use super::MailboxError;
use super::command::Command;
use super::connect::Reached;
use super::settings::{Login, NoToken, Settings};
use super::wire::{Done, Wire, words_of};

/// Logs in; answers the line and what the server can do.
pub(super) async fn login(settings: &Settings, reached: Reached) -> Result<(Wire, Vec<String>), MailboxError> {
    let Reached { mut wire, capabilities } = reached;
    let known = match capabilities {
        Some(capabilities) => capabilities,
        None => self::capabilities(&mut wire).await?,
    };
    let can = |word: &str| known.iter().any(|known| known == word);
    let user = &settings.user;
    let mut reason = None;
    let command = match &settings.login {
        Login::Token(tokens) => {
            let server = wire.server().to_owned();
            let token = tokens.token().await.map_err(|NoToken { why, passing }| MailboxError::Token {
                server,
                why,
                passing,
            })?;
            let proof = format!("user={user}\x01auth=Bearer {token}\x01\x01");
            Command::new("AUTHENTICATE XOAUTH2").line(STANDARD.encode(proof))
        }
        Login::Password(password) if can("AUTH=PLAIN") => {
            Command::new("AUTHENTICATE PLAIN").line(STANDARD.encode(format!("\0{user}\0{password}")))
        }
        Login::Password(_) if can("LOGINDISABLED") => {
            return Err(MailboxError::Refused {
                server: wire.server().to_owned(),
                what: "take a password".to_owned(),
                why: "it wants a safe connection or another kind of login (`oauth2:`)".to_owned(),
            });
        }
        Login::Password(password) => Command::new("LOGIN").text(user).text(password),
    };
    let mut told = None;
    let done = wire
        .ask(&command, |answer| match answer {
            Response::Continue(outcome) => {
                reason = outcome.information.as_deref().and_then(reason_of).or(reason.take());
            }
            Response::Capabilities(capabilities) => told = Some(words_of(&capabilities)),
            _ => {}
        })
        .await?;
    if !done.is_ok() {
        return Err(refused(settings, &wire, &done, reason));
    }
    let capabilities = match done.capabilities().or(told) {
        Some(capabilities) => capabilities,
        None => self::capabilities(&mut wire).await?,
    };
    Ok((wire, capabilities))
}

/// Asks what the server can do.
async fn capabilities(wire: &mut Wire) -> Result<Vec<String>, MailboxError> {
    let mut found = Vec::new();
    let done = wire
        .ask(&Command::new("CAPABILITY"), |answer| {
            if let Response::Capabilities(capabilities) = answer {
                found.extend(words_of(&capabilities));
            }
        })
        .await?;
    if done.is_ok() {
        return Ok(found);
    }
    Err(MailboxError::Refused {
        server: wire.server().to_owned(),
        what: "say what it can do".to_owned(),
        why: done.words,
    })
}

/// What a server says of a token that it does not take: JSON in base64, of which administrators know the status.
fn reason_of(challenge: &str) -> Option<String> {
    let bytes = STANDARD.decode(challenge.trim()).ok().filter(|bytes| !bytes.is_empty())?;
    String::from_utf8(bytes).ok().map(|text| text.chars().filter(|letter| !letter.is_control()).take(200).collect())
}

fn refused(settings: &Settings, wire: &Wire, done: &Done, reason: Option<String>) -> MailboxError {
    let server = wire.server().to_owned();
    let why = reason.map_or_else(|| done.words.clone(), |reason| format!("{} ({reason})", done.words));
    // RFC 5530: these say that it is not about the password.
    let passing = ["[UNAVAILABLE]", "[INUSE]", "[LIMIT]", "[SERVERBUG]"];
    if passing.iter().any(|code| done.words.to_uppercase().starts_with(code)) {
        return MailboxError::Later { server, why };
    }
    if done.status == Status::Bad {
        return MailboxError::Refused { server, what: "take this kind of login".to_owned(), why };
    }
    MailboxError::Login { server, user: settings.user.clone(), why }
}
