//! Who is let in.

use std::time::Duration;

use serde_json::json;

use super::{Visit, header, invoice, json_of};
use crate::sandbox::{Kind, Options};

#[tokio::test]
async fn token_basic_and_key_are_let_in_and_nobody_else() {
    let visit = Visit::new(Options::default()).await;
    let get = || visit.client.get(visit.url("/api/invoices"));
    for good in [
        get().bearer_auth("sandbox-token"),
        get().basic_auth("sandbox", Some("sandbox")),
        get().header("X-Api-Key", "sandbox-key"),
        get().header("Authorization", "bEARER sandbox-token"),
    ] {
        assert_eq!(good.send().await.unwrap().status(), 200);
    }
    for bad in [
        get(),
        get().bearer_auth("sandbox-toke"),
        get().basic_auth("sandbox", Some("")),
        get().header("X-Api-Key", ""),
        get().header("Authorization", "sandbox-token"),
        get().header("Authorization", [0xff_u8].as_slice()),
        get().header("Cookie", "sandbox_session=x"),
    ] {
        let answer = bad.send().await.unwrap();
        assert_eq!(answer.status(), 401);
        assert_eq!(header(answer.headers(), "www-authenticate"), "Bearer realm=\"sandbox\"");
    }
    let write = visit.client.post(visit.url("/api/invoices")).json(&invoice("RE-1")).send().await.unwrap();
    assert_eq!(write.status(), 401);
    assert_eq!(visit.summary(), [(Kind::Create, Some(401), None, false)]);
    assert_eq!(visit.sandbox.ledger()[0].number.as_deref(), Some("RE-1"));
}

#[tokio::test]
async fn a_login_gives_a_token_until_its_session_ends() {
    let visit = Visit::new(Options::default()).await;
    let login = async |password: &str| {
        let body = json!({ "user": "sandbox", "password": password });
        visit.client.post(visit.url("/api/login")).json(&body).send().await.unwrap()
    };
    assert_eq!(login("x").await.status(), 401);
    let token = json_of(login("sandbox").await).await["token"].as_str().unwrap().to_owned();
    let get = || visit.client.get(visit.url("/api/invoices")).bearer_auth(&token).send();
    assert_eq!(get().await.unwrap().status(), 200);
    visit.sandbox.expire_sessions();
    assert_eq!(get().await.unwrap().status(), 401);
    assert_eq!(visit.sandbox.logins(), 1);
}

#[tokio::test]
async fn oauth_tokens_expire_and_are_refreshed() {
    let visit = Visit::new(Options { token_lifetime: Duration::from_millis(1500), ..Options::default() }).await;
    let token = async |form: &[(&str, &str)]| {
        let post = visit.client.post(visit.url("/oauth/token")).basic_auth("sandbox", Some("sandbox-secret"));
        post.form(form).send().await.unwrap()
    };
    let get = async |token: &serde_json::Value| {
        let get = visit.client.get(visit.url("/api/invoices")).bearer_auth(token.as_str().unwrap());
        get.send().await.unwrap().status().as_u16()
    };
    let first = json_of(token(&[("grant_type", "client_credentials")]).await).await;
    assert_eq!((&first["token_type"], &first["expires_in"]), (&json!("Bearer"), &json!(1)));
    assert_eq!(get(&first["access_token"]).await, 200);
    assert_eq!(get(&first["refresh_token"]).await, 401, "a refresh token opens nothing itself");
    tokio::time::sleep(Duration::from_millis(1600)).await;
    assert_eq!(get(&first["access_token"]).await, 401);
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", first["refresh_token"].as_str().unwrap())];
    let second = json_of(token(&refresh).await).await;
    assert_eq!(get(&second["access_token"]).await, 200);

    let again = token(&refresh).await;
    assert_eq!((again.status().as_u16(), json_of(again).await), (400, json!({ "error": "invalid_grant" })));
    let other = token(&[("grant_type", "password")]).await;
    assert_eq!(json_of(other).await, json!({ "error": "unsupported_grant_type" }));
    let in_body = [("grant_type", "client_credentials"), ("client_id", "sandbox"), ("client_secret", "sandbox-secret")];
    let post = visit.client.post(visit.url("/oauth/token")).form(&in_body);
    assert_eq!(post.send().await.unwrap().status(), 200);
    let nobody = visit.client.post(visit.url("/oauth/token")).form(&[("grant_type", "client_credentials")]);
    assert_eq!(nobody.send().await.unwrap().status(), 401);
}
