//! What was filled in is in the page when it is submitted: no field is given two values, none is lost when the page draws
//! itself anew, and none is taken for one of the record before.

use super::fixture::{Desk, Server, page, page_saved, words};
use crate::record::Value;
use crate::target::{Class, Failure};

#[tokio::test]
async fn two_labels_that_end_at_the_same_control_stop_the_record() {
    let server = Server::form("<label for=a>Netto</label><input id=a name=a placeholder=Brutto>").await;
    let together = "- fill: { Netto: '1', Brutto: '2' }\n  timeout: 300ms";
    let apart = "- fill: { Netto: '1' }\n- type: '2'\n  into: { placeholder: Brutto }\n  timeout: 300ms";
    for (steps, second) in [(together, "`Brutto`"), (apart, "{ placeholder: Brutto }")] {
        let desk = Desk::filling(&server, steps);
        let failure = desk.stage().await.unwrap_err();
        let said = format!(
            "not submitted, since `Netto` and {second} end at the same control (<input id=\"a\" name=\"a\" placeholder=\"Brutto\">)"
        );
        assert_eq!((words(&failure), failure.class), (said, Class::Refused));
        desk.end().await;
    }
    assert_eq!(server.count(), 0, "nothing may be sent");
}

#[tokio::test]
async fn the_same_label_may_be_given_another_value() {
    let server = Server::form("<label>Nummer <input name=a></label>").await;
    let desk = Desk::filling(&server, "- fill: { Nummer: '1' }\n- fill: { Nummer: '2' }");
    desk.enter().await;
    assert_eq!(server.last()["a"], "2");
    desk.end().await;
}

/// A form whose rows come late.
fn rows(most: usize) -> String {
    format!(
        r#"<table id=rows></table><button type=button onclick="setTimeout(() => {{
            if (rows.rows.length < {most}) rows.insertRow().innerHTML = `<td><input placeholder=Artikel name=a${{rows.rows.length}}>`;
        }}, 300)">Neu</button>"#
    )
}

#[tokio::test]
async fn a_row_that_comes_late_does_not_cost_the_row_before() {
    let steps = ["eins", "zwei", "drei"].map(|text| {
        format!(
            "- click: Neu\n- fill: {{ Artikel: {text} }}\n  within: {{ role: row, nth: last }}\n  timeout: 1500ms\n"
        )
    });
    let server = Server::form(&rows(3)).await;
    let desk = Desk::filling(&server, &steps.concat());
    desk.enter().await;
    let sent = server.last();
    assert_eq!((sent["a1"].as_str(), sent["a2"].as_str(), sent["a3"].as_str()), ("eins", "zwei", "drei"));
    desk.end().await;

    let server = Server::form(&rows(2)).await;
    let desk = Desk::filling(&server, &steps.concat());
    let failure = desk.stage().await.unwrap_err();
    assert_eq!(
        words(&failure),
        "not submitted, since `Artikel` within { role: row } ends at a control that holds another value of the record \
         (<input name=\"a2\" placeholder=\"Artikel\">)"
    );
    assert_eq!((failure.class, server.count()), (Class::Refused, 0));
    desk.end().await;
}

#[tokio::test]
async fn a_field_that_the_page_takes_away_stops_the_record_but_not_where_a_click_led_on() {
    let server = Server::form(
        r#"<div id=first><label>Nummer <input name=a></label></div>
        <label>Betrag <input name=b oninput="first.remove()"></label>
        <button type=button onclick="first.remove()">Weiter</button>"#,
    )
    .await;
    let desk = Desk::filling(&server, "- fill: { Nummer: '1', Betrag: '2' }");
    let failure = desk.stage().await.unwrap_err();
    let said = "not submitted, since the page has drawn itself anew without what was filled in: `Nummer`";
    assert_eq!((words(&failure).as_str(), failure.class), (said, Class::NotSubmitted));
    assert_eq!(server.count(), 0);
    desk.end().await;
    let desk = Desk::filling(&server, "- fill: { Nummer: '1' }\n- click: Weiter\n- fill: { Betrag: '2' }");
    desk.enter().await;
    assert_eq!((server.last().get("a"), server.last()["b"].as_str()), (None, "2"));
    desk.end().await;
}

#[tokio::test]
async fn fields_that_are_drawn_anew_with_their_values_are_the_same_fields() {
    let server = Server::form(
        r#"<div id=all><label>Nummer <input name=a></label>
        <fieldset><legend>Versand</legend><label><input type=radio name=r value=p> Paket</label>
        <label><input type=radio name=r value=s> Spedition</label></fieldset></div>
        <label>Betrag <input name=b oninput="setTimeout(() => {
            const number = document.querySelector('[name=a]').value;
            all.innerHTML = all.innerHTML;
            document.querySelector('[name=a]').value = number;
            document.querySelector('[value=s]').checked = true;
        }, 100)"></label>"#,
    )
    .await;
    let desk = Desk::filling(
        &server,
        "- fill: { Nummer: '1' }\n- choose: { Versand: Spedition }\n- fill: { Betrag: '2' }\n- wait: 300ms",
    );
    desk.enter().await;
    let sent = server.last();
    assert_eq!((sent["a"].as_str(), sent["r"].as_str(), sent["b"].as_str()), ("1", "s", "2"));
    desk.end().await;
}

/// A page that loads itself anew when a country is picked, and then shows this number and country.
async fn reloading(number: &'static str, country: &'static str) -> Server {
    Server::new(move |request, _| {
        let is_second = request.contains("?n=");
        let (done, number, checked) =
            if is_second { ("<p>Steuersatz 20 %</p>", number, "checked") } else { ("", "", "") };
        let picked = |one: &str| if is_second && one == country { "selected" } else { "" };
        let form = format!(
            r#"{done}<form method=post action=/save><label>Nummer <input name=n value="{number}"></label>
            <label>Land <select name=l onchange="location = '/?n=' + this.form.n.value">
            <option {}>DE<option {}>AT</select></label>
            <label>Eilig <input type=checkbox name=e {checked}></label>
            <label>Betrag <input name=b></label><button>Speichern</button></form>"#,
            picked("DE"),
            picked("AT"),
        );
        (200, if request == "POST /save" { page_saved() } else { page(&form) })
    })
    .await
}

#[tokio::test]
async fn a_page_that_loads_itself_anew_is_sent_with_what_was_filled_in_or_not_at_all() {
    const STEPS: &str = "- fill: { Nummer: '4711' }
- check: Eilig
- select: { Land: AT }
- wait: { text: Steuersatz }
- fill: { Betrag: '2' }";
    // It shows what was filled in; or has lost what can be typed again.
    for number in ["4711", ""] {
        let server = reloading(number, "AT").await;
        let desk = Desk::filling(&server, STEPS);
        stage(&desk).await.unwrap_or_else(|failure| panic!("{}", words(&failure)));
        desk.submit().await.unwrap_or_else(|failure| panic!("{}", words(&failure)));
        let sent = server.last();
        assert_eq!((sent["n"].as_str(), sent["l"].as_str(), sent["b"].as_str()), ("4711", "AT", "2"));
        desk.end().await;
    }
    let server = reloading("4711", "DE").await;
    let desk = Desk::filling(&server, STEPS);
    let failure = stage(&desk).await.unwrap_err();
    assert!(words(&failure).ends_with("`Land` should be `AT` but is `DE`"), "{}", words(&failure));
    assert_eq!((failure.class, server.count()), (Class::Refused, 0));
    desk.end().await;
}

/// Fills in as the runner has it done: a page that is gone before it could say how far it came is begun again.
async fn stage(desk: &Desk) -> Result<(), Failure> {
    let mut staged = desk.stage().await;
    for _ in 0..3 {
        match staged {
            Err(failure) if failure.class == Class::NotSubmitted => staged = desk.stage().await,
            end => return end.map(drop),
        }
    }
    staged.map(drop)
}

#[tokio::test]
async fn on_a_page_that_stays_the_record_before_is_forgotten() {
    let server = Server::new(|request, _| {
        (200, if request.starts_with("POST") { page_saved() } else {
            page(
                r#"<p id=said>bereit</p><form onsubmit="event.preventDefault(); fetch('/save', { method: 'POST', body: new URLSearchParams(new FormData(this)) }).then(() => {
                    said.textContent = this.a.value + ' gespeichert'; this.reset();
                })"><label>Nummer <input name=a></label><label>Notiz <input name=b></label><button>Speichern</button></form>"#,
            )
        })
    })
    .await;
    let rest = "login:
  logged_in: bereit
  steps:
    - open: /
steps:
  - fill: { Notiz: '${note}', Nummer: '${number}' }
  - submit: Speichern
  - expect: { text: '${number} gespeichert' }";
    let mut desk = Desk::new(&server, ", stay: true", rest).with("note", Value::text("eilt"));
    desk.enter().await;
    assert_eq!((server.last()["a"].as_str(), server.last()["b"].as_str()), ("RE-1", "eilt"));
    desk.values.0.remove("note");
    desk.values.0.insert("number", Value::text("RE-2"));
    desk.enter().await;
    assert_eq!((server.last()["a"].as_str(), server.last()["b"].as_str()), ("RE-2", ""));
    desk.end().await;
}
