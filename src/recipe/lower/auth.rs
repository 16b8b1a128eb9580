//! `http:` how a target is reached, and as whom.

use std::time::Duration;

use super::super::model::{Auth, HttpSettings, Idempotent, OAuth2};
use super::super::names::Place;
use super::super::raw;
use super::super::yaml::{Keyed, Text};
use super::Context;
use super::step::headers;
use super::words::{duration, header_name, rate, size};
use crate::diagnostic::At;
use crate::expression::Template;

/// Lowers `http:`.
pub(super) fn settings(context: &Context, written: &Keyed<raw::Http>, place: &Place<'_>) -> Option<HttpSettings> {
    let Some(url) = &written.url else {
        context.missing(&written.span, "url", "say where the system is: `http: { url: \"${env.ERP_URL}\" }`");
        return None;
    };
    // The origin of the URL is the name under which entries are remembered.
    let plain = Place { secrets: Err("the URL is stored in the journal and shown"), ..place.clone() };
    let concurrency = written.concurrency.as_ref().map_or(4, |concurrency| {
        if !(1..=1000).contains(&concurrency.value) {
            let title = format!("{} records cannot be in work at the same time", concurrency.value);
            context.wrong(&concurrency.span, title, "write a number from 1 to 1000");
        }
        concurrency.value as usize
    });
    let timeout = duration(context, written.timeout.as_ref(), Duration::from_secs(30));
    if let Some(text) = written.timeout.as_ref().filter(|_| timeout.is_zero()) {
        context.wrong(&text.span, "no call ends in no time", "write `30s` or the like");
    }
    Some(HttpSettings {
        url: address(context, url, &plain),
        login: None,
        headers: headers(context, written.headers.as_ref(), place),
        auth: written.auth.as_ref().and_then(|auth| self::auth(context, auth, place)),
        rate: written.rate.as_ref().and_then(|text| rate(context, text)),
        concurrency,
        timeout,
        proxy: written.proxy.as_ref().map(|text| {
            if !text.contains("${") && text.as_str() != "none" {
                self::url(context, text);
            }
            context.template(text, place)
        }),
        ca: written.ca.as_ref().map(|path| context.not_empty(path, "the path").into()),
        idempotent: written.idempotent.as_ref().and_then(|idempotent| self::idempotent(context, idempotent)),
        max_answer: size(context, written.max_answer.as_ref(), 10_000_000),
    })
}

/// The address of a server.
pub(super) fn address(context: &Context, text: &At<Text>, place: &Place<'_>) -> At<Template> {
    if !text.contains("${") {
        url(context, text);
    }
    context.template_at(text, place)
}

/// Whether a text is the address of a server; if not, that is reported.
pub(super) fn url(context: &Context, text: &At<Text>) {
    let good = url::Url::parse(text).is_ok_and(|url| ["http", "https"].contains(&url.scheme()) && url.has_host());
    if !good {
        let title = format!("`{}` is not an http or https URL", text.as_str());
        context.wrong(
            &text.span,
            title,
            "write `https://erp.example.com`, or take it from the environment: \"${env.ERP_URL}\"",
        );
    }
}

fn idempotent(context: &Context, written: &Keyed<raw::Idempotent>) -> Option<Idempotent> {
    let Some(keeps) = &written.keeps else {
        context.missing(
            &written.span,
            "keeps",
            "say how long the target remembers a key: `idempotent: { keeps: 24h }`",
        );
        return None;
    };
    if let Some(header) = &written.header {
        header_name(context, header);
    }
    Some(Idempotent {
        keeps: duration(context, Some(keeps), Duration::ZERO),
        header: written.header.as_ref().map_or_else(|| "Idempotency-Key".to_owned(), |header| header.value.0.clone()),
    })
}

fn auth(context: &Context, written: &Keyed<raw::Auth>, place: &Place<'_>) -> Option<Auth> {
    const FORMS: &str = "write one of `{ bearer }`, `{ basic: { user, password } }`, `{ api_key: { header, value } }`, `{ oauth2: { token_url, client_id, client_secret } }`, `{ cookie }`";
    if let [first, second, ..] = written.keys.as_slice() {
        let title = format!("two ways to authenticate stand here, `{}` and `{}`", first.value, second.value);
        context.wrong(&second.span, title, FORMS);
        return None;
    }
    let text = |text: &Option<At<Text>>, parent: &std::ops::Range<usize>, key: &str| -> Option<Template> {
        let Some(text) = text else {
            context.missing(parent, key, FORMS);
            return None;
        };
        Some(context.template(text, place))
    };
    if let Some(basic) = &written.basic {
        let (user, password) = (text(&basic.user, &basic.span, "user"), text(&basic.password, &basic.span, "password"));
        return Some(Auth::Basic { user: user?, password: password? });
    }
    if let Some(token) = &written.bearer {
        return Some(Auth::Bearer(context.template(token, place)));
    }
    if let Some(key) = &written.api_key {
        super::source::exclusive(context, &key.keys, &["header", "query"]);
        let value = text(&key.value.value, &key.span, "value");
        let Some(name) = key.header.as_ref().or(key.query.as_ref()) else {
            context.missing(
                &key.span,
                "header",
                "write `api_key: { header: X-Api-Key, value: \"${secrets.KEY}\" }`, or `query:` for a parameter",
            );
            return None;
        };
        if key.header.is_some() {
            header_name(context, name);
        }
        return Some(Auth::ApiKey { name: name.value.0.clone(), query: key.header.is_none(), value: value? });
    }
    if let Some(oauth) = &written.oauth2 {
        return oauth2(context, oauth, place).map(Auth::OAuth2);
    }
    if let Some(cookie) = &written.cookie {
        return Some(Auth::Cookie(context.not_empty(cookie, "the cookie's name")));
    }
    context.missing(&written.span, "bearer", FORMS);
    None
}

/// Lowers `oauth2:`.
pub(super) fn oauth2(context: &Context, written: &Keyed<raw::OAuth2>, place: &Place<'_>) -> Option<OAuth2> {
    const SHAPE: &str = "write `oauth2: { token_url, client_id, client_secret }`";
    let required = |text: &Option<At<Text>>, key: &str| {
        if text.is_none() {
            context.missing(&written.span, key, SHAPE);
        }
        text.as_ref().map(|text| context.template(text, place))
    };
    let optional = |text: &Option<At<Text>>| text.as_ref().map(|text| context.template(text, place));
    let token_url = required(&written.token_url, "token_url");
    let client_id = required(&written.client_id, "client_id");
    if written.client_secret.is_none() && written.refresh_token.is_none() {
        context.missing(&written.span, "client_secret", "client credentials need it; a refresh token may do without");
    }
    Some(OAuth2 {
        token_url: token_url?,
        client_id: client_id?,
        client_secret: optional(&written.client_secret),
        scope: optional(&written.scope),
        refresh_token: optional(&written.refresh_token),
        in_body: written.credentials_in.as_ref().is_some_and(|place| place.value == raw::Place::Body),
    })
}
