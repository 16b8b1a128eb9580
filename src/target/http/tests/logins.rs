//! Logins: by calls, cookies, headers and tokens; once for all workers.

use std::sync::Arc;

use super::fixture::{
    Values, at, built_with, capture, http, job, part, post_json, settings, step, target, text, when_equal,
};
use super::server::{Reply, Server, answer, json};
use crate::expression::Name;
use crate::messages::{Language, trouble};
use crate::recipe::model::{Auth, HttpCall, Login, Method, OAuth2, Target, TargetKind};
use crate::record::Value;
use crate::target::{Class, Failure, Submitted, Target as _};

fn secrets() -> Values {
    Values::default()
        .and(Name::Secret("USER".into()), Value::text("anna"))
        .and(Name::Secret("PASSWORD".into()), Value::text("geheim1"))
}

fn with_auth(url: &str, auth: Auth) -> Target {
    let mut model = target(url, part(post_json("/a", &[("x", "1")])));
    let mut settings = settings(url);
    settings.auth = Some(auth);
    model.kind = TargetKind::Http(settings);
    model
}

/// A login that captures a token, which is sent as a header.
fn with_login(url: &str) -> Target {
    let mut model = target(url, part(post_json("/a", &[("x", "1")])));
    let call = HttpCall {
        capture: vec![capture("token", "$.token")],
        ..post_json("/session", &[("user", "${secrets.USER}"), ("password", "${secrets.PASSWORD}")])
    };
    http(&mut model).login =
        Some(Login { steps: vec![call.into()], headers: vec![("X-Token".into(), text("t ${token}"))] });
    model
}

fn words(failure: &Failure) -> String {
    trouble(&failure.trouble, Language::English)
}

#[tokio::test]
async fn basic_bearer_and_api_keys() {
    let user_and_password = Auth::Basic { user: text("${secrets.USER}"), password: text("${secrets.PASSWORD}") };
    let key = |query| Auth::ApiKey { name: "X-Key".into(), query, value: text("${secrets.PASSWORD}") };
    for (auth, expected) in [
        (user_and_password, "authorization: Basic YW5uYTpnZWhlaW0x\r\n"),
        (Auth::Bearer(text("${secrets.PASSWORD}")), "authorization: Bearer geheim1\r\n"),
        (key(false), "x-key: geheim1\r\n"),
        (key(true), "POST /a?X-Key=geheim1 HTTP/1.1\r\n"),
    ] {
        let server = Server::script(vec![json(200, "{}")]).await;
        let target = built_with(with_auth(&server.url, auth), &secrets());
        assert!(matches!(target.submit(job(&Values::default())).await, Submitted::Done(_)));
        assert!(server.seen()[0].text.contains(expected), "{}", server.seen()[0].text);
        assert_eq!(target.login(0).await.unwrap(), 0, "there is nothing to log in with");
    }
}

#[tokio::test]
async fn the_first_call_logs_in_and_all_send_the_header() {
    let server = Server::new(|request, _| match request.line.as_str() {
        "POST /session" => json(200, r#"{"token": "abc"}"#),
        _ => json(200, "{}"),
    })
    .await;
    let target = built_with(with_login(&server.url), &secrets());
    assert_eq!(target.logins(), 0);
    for _ in 0..2 {
        assert!(matches!(target.submit(job(&Values::default())).await, Submitted::Done(_)));
    }
    assert_eq!(server.lines(), ["POST /session", "POST /a", "POST /a"]);
    assert!(server.seen()[0].text.ends_with(r#"{"user":"anna","password":"geheim1"}"#));
    assert!(server.seen()[2].text.contains("x-token: t abc\r\n"), "{}", server.seen()[2].text);
    assert_eq!(target.logins(), 1);
}

#[tokio::test]
async fn workers_share_one_login() {
    let server = Server::new(|request, before| match request.line.as_str() {
        "POST /session" => json(200, &format!(r#"{{"token": "t{before}"}}"#)),
        _ => json(401, "{}"),
    })
    .await;
    let target = Arc::new(built_with(with_login(&server.url), &secrets()));
    let workers: Vec<_> = (0..8)
        .map(|_| {
            let target = Arc::clone(&target);
            tokio::spawn(async move { target.login(0).await.unwrap() })
        })
        .collect();
    for worker in workers {
        assert_eq!(worker.await.unwrap(), 1);
    }
    assert_eq!(server.lines(), ["POST /session"]);
    assert_eq!(target.login(1).await.unwrap(), 2);
    assert_eq!(server.lines().len(), 2);
}

#[tokio::test]
async fn a_refused_password_is_not_tried_again() {
    let server = Server::script(vec![json(401, "{}")]).await;
    let target = built_with(with_login(&server.url), &secrets());
    for _ in 0..5 {
        let Submitted::Failed(failure) = target.submit(job(&Values::default())).await else { panic!("must fail") };
        assert_eq!(failure.class, Class::Login);
        assert_eq!(
            words(&failure),
            "the login failed: the target wants a login (status 401): it is missing, wrong or has expired"
        );
    }
    assert_eq!(server.lines(), ["POST /session"]);
}

#[tokio::test]
async fn a_login_that_could_not_be_asked_for_is_tried_again_and_nothing_was_sent() {
    let server = Server::new(|request, before| match (request.line.as_str(), before) {
        ("POST /session", 0) => Reply::Reset,
        ("POST /session", 1) => json(502, "{}"),
        ("POST /session", _) => json(200, r#"{"token": "abc"}"#),
        _ => json(200, "{}"),
    })
    .await;
    let target = built_with(with_login(&server.url), &secrets());
    for _ in 0..2 {
        let Submitted::Failed(failure) = target.submit(job(&Values::default())).await else { panic!("must fail") };
        assert_eq!(failure.class, Class::NotSubmitted, "{}", words(&failure));
    }
    assert!(matches!(target.submit(job(&Values::default())).await, Submitted::Done(_)));
}

#[tokio::test]
async fn a_cookie_login_must_set_its_cookie() {
    let form = HttpCall { expect: when_equal("$.ok", "true"), ..step(Method::Post, "/login") };
    let model = |url: &str| {
        let mut model = with_auth(url, Auth::Cookie("SID".into()));
        http(&mut model).login = Some(Login { steps: vec![form.clone().into()], headers: Vec::new() });
        model
    };
    let server = Server::new(|request, _| match request.line.as_str() {
        "POST /login" => answer(200, &[("set-cookie", "SID=abc; Path=/; HttpOnly")], r#"{"ok": true}"#),
        _ => json(200, "{}"),
    })
    .await;
    let target = built_with(model(&server.url), &secrets());
    assert!(matches!(target.submit(job(&Values::default())).await, Submitted::Done(_)));
    assert!(server.seen()[1].text.contains("cookie: SID=abc\r\n"), "{}", server.seen()[1].text);

    let server = Server::script(vec![answer(200, &[("set-cookie", "LANG=de")], r#"{"ok": true}"#)]).await;
    let target = built_with(model(&server.url), &secrets());
    let Submitted::Failed(failure) = target.submit(job(&Values::default())).await else { panic!("must fail") };
    assert_eq!(failure.class, Class::Login);
    assert_eq!(
        words(&failure),
        "the login failed: the login did not set the cookie `SID`: user or password may be wrong"
    );
    assert_eq!(server.lines(), ["POST /login"]);
}

#[tokio::test]
async fn a_form_login_follows_its_redirect_but_not_back_to_the_form() {
    let model = |url: &str| {
        let mut model = with_auth(url, Auth::Cookie("SID".into()));
        let steps = vec![step(Method::Get, "/").into(), step(Method::Post, "/login").into()];
        http(&mut model).login = Some(Login { steps, headers: Vec::new() });
        model
    };
    let server = Server::new(|request, _| match request.line.as_str() {
        "GET /" => answer(302, &[("location", "/login")], ""),
        "POST /login" => answer(303, &[("location", "/home"), ("set-cookie", "SID=1")], ""),
        _ => json(200, "{}"),
    })
    .await;
    let target = built_with(model(&server.url), &secrets());
    assert!(matches!(target.submit(job(&Values::default())).await, Submitted::Done(_)));
    assert_eq!(server.lines(), ["GET /", "GET /login", "POST /login", "GET /home", "POST /a"]);

    let server = Server::new(|request, _| match request.line.as_str() {
        "POST /login" => answer(303, &[("location", "/login?error=1"), ("set-cookie", "SID=1")], ""),
        _ => json(200, "{}"),
    })
    .await;
    let target = built_with(model(&server.url), &secrets());
    let Submitted::Failed(failure) = target.submit(job(&Values::default())).await else { panic!("must fail") };
    assert_eq!(failure.class, Class::Login, "{}", words(&failure));
    assert_eq!(server.lines(), ["GET /", "POST /login"]);
}

#[tokio::test]
async fn only_the_first_403_asks_for_a_login() {
    let server = Server::new(|request, _| match request.line.as_str() {
        "POST /session" => json(200, r#"{"token": "abc"}"#),
        _ => json(403, r#"{"detail": "verboten"}"#),
    })
    .await;
    let target = built_with(with_login(&server.url), &secrets());
    let values = Values::default();
    let class = async || match target.submit(job(&values)).await {
        Submitted::Failed(failure) => failure.class,
        other => panic!("{other:?}"),
    };
    // All workers of one session may meet the expired session together.
    assert_eq!([class().await, class().await], [Class::Login, Class::Login]);
    target.login(1).await.unwrap();
    assert_eq!([class().await, class().await], [Class::Refused, Class::Refused]);
    target.login(2).await.unwrap();
    assert_eq!(class().await, Class::Refused);
}

fn oauth(refresh: bool, in_body: bool) -> Auth {
    Auth::OAuth2(OAuth2 {
        token_url: text("/token"),
        client_id: text("eintrag"),
        client_secret: Some(text("${secrets.PASSWORD}")),
        scope: Some(text("write all")),
        refresh_token: refresh.then(|| text("r0")),
        in_body,
    })
}

#[tokio::test]
async fn oauth_by_client_credentials() {
    let server = Server::new(|request, _| match request.line.as_str() {
        "POST /token" => json(200, r#"{"access_token": "tok1", "token_type": "Bearer", "expires_in": 3600}"#),
        _ => json(200, "{}"),
    })
    .await;
    let target = built_with(with_auth(&server.url, oauth(false, false)), &secrets());
    for _ in 0..2 {
        assert!(matches!(target.submit(job(&Values::default())).await, Submitted::Done(_)));
    }
    assert_eq!(server.lines(), ["POST /token", "POST /a", "POST /a"]);
    let token = &server.seen()[0].text;
    assert!(token.contains("authorization: Basic ZWludHJhZzpnZWhlaW0x\r\n"), "{token}");
    assert!(token.ends_with("grant_type=client_credentials&scope=write+all"), "{token}");
    assert!(server.seen()[1].text.contains("authorization: Bearer tok1\r\n"));
}

#[tokio::test]
async fn oauth_renews_before_the_end_and_keeps_the_new_refresh_token() {
    let server = Server::new(|request, before| match request.line.as_str() {
        // No time at all: each call finds its token about to end.
        "POST /token" => {
            json(200, &format!(r#"{{"access_token": "tok{before}", "expires_in": 0, "refresh_token": "r{before}x"}}"#))
        }
        _ => json(200, "{}"),
    })
    .await;
    let target = built_with(with_auth(&server.url, oauth(true, true)), &secrets());
    for _ in 0..2 {
        assert!(matches!(target.submit(job(&Values::default())).await, Submitted::Done(_)));
    }
    assert_eq!(server.lines(), ["POST /token", "POST /a", "POST /token", "POST /a"]);
    assert!(
        server.seen()[0].text.contains(
            "grant_type=refresh_token&refresh_token=r0&scope=write+all&client_id=eintrag&client_secret=geheim1"
        )
    );
    assert!(server.seen()[2].text.contains("refresh_token=r0x&"), "{}", server.seen()[2].text);
    assert!(server.seen()[3].text.contains("authorization: Bearer tok2\r\n"));
}

#[tokio::test]
async fn oauth_says_why_there_is_no_token() {
    let refusal = r#"{"error": "invalid_client", "error_description": "unbekannt: geheim1"}"#;
    let server = Server::script(vec![json(400, refusal)]).await;
    let kept = Arc::new(crate::secret::Secrets::from_environment());
    kept.keep_out("password", "geheim1");
    let recipe = super::fixture::recipe(with_auth(&server.url, oauth(false, true)));
    let target = super::super::HttpTarget::new(recipe, 0, &secrets(), kept).unwrap();
    let failure = target.login(0).await.unwrap_err();
    assert_eq!(failure.class, Class::Login);
    assert_eq!(words(&failure), "the login failed: the target refused (status 400): unbekannt: •••");
}

#[test]
fn settings_that_cannot_be_used() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let why = |model: Target| {
        let recipe = super::fixture::recipe(model);
        let secrets = Arc::new(crate::secret::Secrets::from_environment());
        match super::super::HttpTarget::new(recipe, 0, &Values::default(), secrets) {
            Ok(_) => panic!("must fail"),
            Err(why) => trouble(&why, Language::English),
        }
    };
    let plain = |url: &str| target(url, part(step(Method::Post, "/a")));
    assert_eq!(
        why(with_auth("http://erp.example", Auth::Bearer(text("${secrets.TOKEN}")))),
        "the settings of the target cannot be used: `TOKEN` is not set"
    );
    assert_eq!(
        why(plain("ftp://erp.example")),
        "the settings of the target cannot be used: `url: ftp://erp.example` must begin with http:// or https://"
    );
    assert_eq!(
        why(plain("erp.example")),
        "the settings of the target cannot be used: `url: erp.example` is no URL: relative URL without a base"
    );
    assert_eq!(
        why(plain("http://u:p@erp.example")),
        "the settings of the target cannot be used: `url:` must not hold a user or password; use `auth: { basic: … }`"
    );
    let mut model = plain("http://erp.example");
    let settings = http(&mut model);
    settings.url = at(text("http://erp.example"));
    settings.ca = Some("no-such-file.pem".into());
    assert!(
        why(model).starts_with(
            "the settings of the target cannot be used: `ca:` the file `no-such-file.pem` cannot be read: "
        )
    );
}
