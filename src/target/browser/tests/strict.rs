//! Strict and patient: exactly one element, ready for what is done to it; else a message that helps.

use super::fixture::{Desk, Server, words};
use crate::target::Class;

#[tokio::test]
async fn several_elements_are_an_error_that_tells_them_apart() {
    let server = Server::form(
        r#"<fieldset><legend>Rechnung</legend><label>Ort <input name=a id=ort1></label></fieldset>
        <fieldset><legend>Lieferung</legend><label>Ort <input name=b></label></fieldset>"#,
    )
    .await;
    let desk = Desk::filling(&server, "- fill: { Ort: Ulm }");
    let failure = desk.stage().await.unwrap_err();
    assert_eq!(failure.class, Class::NotSubmitted);
    assert_eq!(
        words(&failure),
        "`Ort` fits 2 elements of the page where it must be one: <input id=\"ort1\" name=\"a\"> within `Rechnung` (by { css: \"#ort1\" }); <input name=\"b\"> within `Lieferung` (by { css: \"input[name=\"b\"]\" })"
    );
    desk.end().await;
    let desk = Desk::filling(&server, "- fill: { Ort: Ulm }\n  within: Lieferung");
    desk.enter().await;
    assert_eq!((server.last()["a"].as_str(), server.last()["b"].as_str()), ("", "Ulm"));
    desk.end().await;
}

#[tokio::test]
async fn what_is_not_there_is_waited_for_and_then_told_with_what_is_like_it() {
    let server = Server::form(
        r#"<label>Rechnungs-Nr. <input name=a></label><label>Betrag <input name=b></label>
        <div id=late></div><script>setTimeout(() => { late.innerHTML = '<label>Später <input name=late></label>'; }, 400)</script>"#,
    )
    .await;
    let desk = Desk::filling(&server, "- fill: { Später: da }");
    desk.enter().await;
    assert_eq!(server.last()["late"], "da");
    desk.end().await;
    let desk = Desk::filling(&server, "- fill: { Rechnungsnummer: x }");
    let failure = desk.stage().await.unwrap_err();
    assert_eq!(failure.class, Class::NotSubmitted);
    assert!(
        words(&failure).starts_with("the page has no `Rechnungsnummer`; it has `Rechnungs-Nr.`, "),
        "{}",
        words(&failure)
    );
    desk.end().await;
}

#[tokio::test]
async fn a_control_is_used_once_it_is_enabled_uncovered_and_still() {
    let server = Server::new(|request, _| {
        (200, if request == "POST /save" { super::fixture::page_saved() } else {
            super::fixture::page(
                r#"<style>#lid{position:fixed;inset:0;background:#fff8} #roll{transition:margin .4s;margin-left:0}</style>
                <form method=post action=/save><label>Feld <input name=f id=f disabled></label>
                <div id=roll><button id=b>Speichern</button></div></form><div id=lid class=wait>bitte warten</div>
                <script>
                  setTimeout(() => { f.disabled = false; }, 200);
                  setTimeout(() => lid.remove(), 500);
                  setTimeout(() => { roll.style.marginLeft = '200px'; }, 600);
                </script>"#,
            )
        })
    })
    .await;
    let desk = Desk::filling(&server, "- fill: { Feld: voll }");
    desk.enter().await;
    assert_eq!(server.last()["f"], "voll");
    desk.end().await;
}

#[tokio::test]
async fn what_stays_covered_or_disabled_is_named() {
    let server = Server::form(
        r#"<label>Gesperrt <input name=a disabled></label><label>Fest <input name=b readonly></label>
        <div style="position:relative;width:300px"><label>Verdeckt <input name=c></label>
        <div id=lid style="position:absolute;inset:0;background:white">Hinweis</div></div>"#,
    )
    .await;
    let cases = [
        ("Gesperrt", "`Gesperrt` (<input name=\"a\">) stays disabled"),
        ("Fest", "`Fest` (<input name=\"b\">) can only be read"),
        ("Verdeckt", "`Verdeckt` (<input name=\"c\">) is covered by <div id=\"lid\">Hinweis"),
    ];
    for (label, expected) in cases {
        let desk = Desk::filling(&server, &format!("- fill: {{ {label}: x }}\n  timeout: 300ms"));
        let failure = desk.stage().await.unwrap_err();
        assert_eq!((words(&failure).as_str(), failure.class), (expected, Class::NotSubmitted));
        desk.end().await;
    }
}
