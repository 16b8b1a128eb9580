//! The pages, as a browser without scripts sees them.

use super::header;
use super::person::{Person, csrf};
use crate::sandbox::{Kind, Options};

#[tokio::test]
async fn strangers_are_sent_to_the_login_and_back() {
    let person = Person::new(Options::default()).await;
    let answer = person.open("/invoices/new?a=b").await;
    assert_eq!(header(answer.headers(), "location"), "/login?next=%2Finvoices%2Fnew%3Fa%3Db");
    assert!(person.text("/login?next=%2Finvoices%2Fnew%3Fa%3Db").await.contains("value=\"/invoices/new?a=b\""));
    let wrong = person.log_in("x", "").await;
    assert_eq!(wrong.status(), 401);
    assert!(wrong.text().await.unwrap().contains("Benutzername oder Kennwort ist falsch."));
    let back = person.log_in("sandbox", "/invoices/new?a=b").await;
    assert_eq!(header(back.headers(), "location"), "/invoices/new?a=b");
    for elsewhere in ["https://example.org", "//example.org", "/\\example.org", "/\r\nx: y"] {
        let answer = person.log_in("sandbox", elsewhere).await;
        assert_eq!(header(answer.headers(), "location"), "/invoices", "{elsewhere:?}");
    }
    let forged = person.send("/login", &[("user", "sandbox"), ("password", "sandbox"), ("csrf", "x")]).await;
    assert_eq!(forged.status(), 403);
}

#[tokio::test]
async fn a_saved_invoice_is_shown_found_and_readable_by_the_api() {
    let person = Person::logged_in(Options::default()).await;
    let form = person.text("/invoices/new").await;
    for label in ["Rechnungsnummer *", "Lieferant *", "Datum", "Netto", "USt", "Brutto", "IBAN", "Währung"] {
        assert!(form.contains(&format!(">{label}</label>")), "{label}");
    }
    let saved = person.save(&[]).await;
    assert_eq!(header(saved.headers(), "location"), "/invoices/1?saved=1");
    let page = person.text("/invoices/1?saved=1").await;
    for part in [
        "Die Rechnung wurde gespeichert.",
        "<dd id=\"receipt\">ERP-000001</dd>",
        "<dd id=\"supplier\">Müller &amp; Söhne</dd>",
        "<dd id=\"issued\">31.01.2026</dd>",
        "<dd id=\"total\">1.190,00</dd>",
        "Abmelden",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    assert!(!person.text("/invoices/1").await.contains("gespeichert"));
    let list = person.text("/invoices?q=re-1").await;
    assert!(list.contains("<a href=\"/invoices/1\">RE-1</a>") && !list.contains("Keine Treffer"));
    let api = person.visit.get("/api/invoices/1").send().await.unwrap().text().await.unwrap();
    assert!(api.contains(r#""issued":"2026-01-31","net":1000.00,"vat":190.00,"total":1190.00"#), "{api}");
    // The cookie opens the API too.
    assert_eq!(person.open("/api/invoices/1").await.status(), 200);
}

#[tokio::test]
async fn wrong_fields_are_marked_and_keep_their_text() {
    let person = Person::logged_in(Options::default()).await;
    let answer =
        person.save(&[("number", ""), ("issued", "2026-01-31"), ("net", "12.50"), ("supplier", "<b>&\"")]).await;
    assert_eq!(answer.status(), 422);
    let page = answer.text().await.unwrap();
    for part in [
        "Bitte ausfüllen.",
        "Bitte ein Datum wie 31.01.2026 eingeben.",
        "Bitte einen Betrag wie 1.234,56 eingeben.",
        "value=\"12.50\"",
        "value=\"&lt;b&gt;&amp;&quot;\"",
        "aria-invalid=\"true\" aria-describedby=\"net-error\"",
        "<option value=\"CHF\" selected>",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let sum = person.save(&[("total", "1.190,01")]).await.text().await.unwrap();
    assert!(sum.contains("Der Bruttobetrag ist nicht Netto plus USt."));
    assert_eq!(person.visit.summary(), [(Kind::Create, Some(422), None, false); 2]);
    assert_eq!(person.visit.found("RE-1").await, 0);
}

#[tokio::test]
async fn a_form_without_its_csrf_token_writes_nothing() {
    let person = Person::logged_in(Options::default()).await;
    assert_eq!(person.save(&[("csrf", "x")]).await.status(), 403);
    assert_eq!(person.save(&[("csrf", "")]).await.status(), 403);
    assert_eq!(person.visit.summary(), [(Kind::Create, Some(403), None, false); 2]);
    assert_eq!(person.visit.sandbox.ledger()[0].number.as_deref(), Some("RE-1"));
}

#[tokio::test]
async fn the_search_says_when_there_is_nothing() {
    let person = Person::logged_in(Options::default()).await;
    assert!(person.text("/invoices?q=RE-7").await.contains("Keine Treffer</p>"));
    person.visit.sandbox.set_faults("echo_search".parse().unwrap());
    assert!(person.text("/invoices?q=RE-7").await.contains("Keine Treffer für RE-7</p>"));
    for number in 0..51 {
        person.visit.create(&format!("RE-{number}")).send().await.unwrap();
    }
    assert!(person.text("/invoices").await.contains("Seite 1 von 2"));
    assert!(person.text("/invoices?page=2").await.contains(">RE-50</a>"));
}

#[tokio::test]
async fn duplicates_and_faults_have_pages() {
    let person = Person::logged_in(Options { refuse_duplicate: true, ..Options::default() }).await;
    person.save(&[]).await;
    let again = person.save(&[]).await;
    assert_eq!(again.status(), 409);
    assert!(again.text().await.unwrap().contains("schon erfasst"));
    let form = csrf(&person.text("/invoices/new").await);
    let post = |number: &'static str| {
        let form = [("csrf", form.as_str()), ("number", number), ("supplier", "A")];
        person.browser.post(person.visit.url("/invoices/new")).form(&form)
    };
    let down = post("RE-2").header("X-Sandbox-Fault", "503").send().await.unwrap();
    assert_eq!(down.status(), 503);
    assert!(down.text().await.unwrap().contains("Wartungsarbeiten"));
    post("RE-3").header("X-Sandbox-Fault", "lost_answer").send().await.unwrap_err();
    assert_eq!((person.visit.found("RE-2").await, person.visit.found("RE-3").await), (0, 1));
    let expired = post("RE-4").header("X-Sandbox-Fault", "expire_session").send().await.unwrap();
    assert_eq!(header(expired.headers(), "location"), "/login?next=%2Finvoices%2Fnew");
    assert_eq!(person.open("/invoices").await.status(), 303, "the session is over");
}

#[tokio::test]
async fn logging_out_ends_the_session() {
    let person = Person::logged_in(Options::default()).await;
    let csrf = csrf(&person.text("/invoices").await);
    assert_eq!(person.send("/logout", &[("csrf", "x")]).await.status(), 403);
    let out = person.send("/logout", &[("csrf", &csrf)]).await;
    assert_eq!(header(out.headers(), "location"), "/login");
    assert_eq!(person.open("/invoices").await.status(), 303);
}

#[tokio::test]
async fn the_start_page_shows_the_logins_of_this_office() {
    let person = Person::new(Options { token: "my-token".to_owned(), ..Options::default() }).await;
    let page = person.text("/").await;
    assert!(page.contains("Bearer my-token") && page.contains(&person.visit.sandbox.url()), "{page}");
    assert!(person.text("/style.css").await.contains(":root"));
    assert_eq!(person.open("/invoices/7").await.status(), 303);
}
