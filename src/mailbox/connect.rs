//! Reaching a mail server: TCP, TLS from the first byte or by STARTTLS, the greeting. There is no way from a protected
//! connection back to a plain one.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use imap_proto::{Response, ResponseCode, Status};
use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::ServerName;
use rustls_platform_verifier::Verifier;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use super::MailboxError;
use super::command::Command;
use super::settings::{Security, Settings};
use super::wire::{Stream, Wire, words_of};

/// How long reaching a server may take, and then TLS.
const CONNECT: Duration = Duration::from_secs(20);

/// A server that has greeted.
pub(super) struct Reached {
    pub wire: Wire,
    /// What it said that it can do; none if it did not say so, or said so before the line was safe.
    pub capabilities: Option<Vec<String>>,
}

/// Reaches the server; the line is then as safe as the settings want it.
pub(super) async fn reach(settings: &Settings) -> Result<Reached, MailboxError> {
    settings.check()?;
    let server = settings.server();
    let tcp = tcp(settings).await?;
    if settings.security == Security::Tls {
        return greeted(Wire::new(tls(settings, Box::new(tcp)).await?, server)).await;
    }
    let Reached { mut wire, capabilities } = greeted(Wire::new(Box::new(tcp), server.clone())).await?;
    if settings.security == Security::None {
        return Ok(Reached { wire, capabilities });
    }
    let done = wire.ask(&Command::new("STARTTLS"), |_| {}).await?;
    if !done.is_ok() {
        return Err(MailboxError::Unsafe { server, why: format!("it refused STARTTLS: {}", done.words) });
    }
    // What it said in plain is forgotten: anybody may have said it.
    let stream = tls(settings, wire.into_stream()?).await?;
    Ok(Reached { wire: Wire::new(stream, server), capabilities: None })
}

async fn tcp(settings: &Settings) -> Result<TcpStream, MailboxError> {
    let host = settings.host.trim_matches(['[', ']']);
    let unreachable = |why: String| MailboxError::Unreachable { server: settings.server(), why };
    let stream = match timeout(CONNECT, TcpStream::connect((host, settings.port))).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) => return Err(unreachable(error.to_string())),
        Err(_) => return Err(unreachable(format!("it did not answer within {} s", CONNECT.as_secs()))),
    };
    // A short command must not wait for a longer one. Where that cannot be had, it is only slower.
    let _ = stream.set_nodelay(true);
    Ok(stream)
}

async fn tls(settings: &Settings, stream: Box<dyn Stream>) -> Result<Box<dyn Stream>, MailboxError> {
    let not_safe = |why: String| MailboxError::Unsafe { server: settings.server(), why };
    let config = config(settings).map_err(|error| not_safe(error.to_string()))?;
    let host = settings.host.trim_matches(['[', ']']);
    let name = match host.parse::<IpAddr>() {
        Ok(address) => ServerName::from(address),
        Err(_) => ServerName::try_from(host.to_owned())
            .map_err(|_| MailboxError::Settings(format!("`{host}` is neither the name nor the address of a server")))?,
    };
    let lost = |why: String| MailboxError::Lost { server: settings.server(), why };
    match timeout(CONNECT, TlsConnector::from(Arc::new(config)).connect(name, stream)).await {
        Ok(Ok(stream)) => Ok(Box::new(stream)),
        // A server that hangs up may do better next time; one with the wrong papers will not.
        Ok(Err(error)) if error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) => {
            Err(not_safe(error.to_string()))
        }
        Ok(Err(error)) => Err(lost(error.to_string())),
        Err(_) => Err(lost(format!("TLS did not begin within {} s", CONNECT.as_secs()))),
    }
}

fn config(settings: &Settings) -> Result<ClientConfig, rustls::Error> {
    let provider = match CryptoProvider::get_default() {
        Some(provider) => Arc::clone(provider),
        None => Arc::new(rustls::crypto::ring::default_provider()),
    };
    let verifier = Verifier::new_with_extra_roots(settings.trusted.iter().cloned(), Arc::clone(&provider))?;
    Ok(ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth())
}

async fn greeted(mut wire: Wire) -> Result<Reached, MailboxError> {
    let server = wire.server().to_owned();
    match wire.greeting().await? {
        Response::Data { status: Status::Ok, outcome } => {
            let capabilities = match &outcome.code {
                Some(ResponseCode::Capabilities(capabilities)) => Some(words_of(capabilities)),
                _ => None,
            };
            Ok(Reached { wire, capabilities })
        }
        Response::Data { status: Status::Bye, outcome } => {
            Err(MailboxError::Later { server, why: outcome.information.unwrap_or_default().into_owned() })
        }
        // Somebody is logged in already, and nobody knows who.
        Response::Data { status: Status::PreAuth, .. } => {
            Err(MailboxError::Garbled { server, why: "it lets everybody in without a login".to_owned() })
        }
        _ => Err(MailboxError::Garbled { server, why: "its first words are no greeting".to_owned() }),
    }
}
