//! Steps that only the driver can do: files, frames, windows; and how steps are watched.

use std::time::{Duration, Instant};

use super::fixture::{Desk, Server, page, page_saved, words};
use crate::record::Value;
use crate::target::{Class, Looked};

#[tokio::test]
async fn a_file_is_uploaded_as_it_is() {
    // The input itself is hidden behind a button, as many pages have it.
    let form = page(
        "<form method=post action=/save enctype=multipart/form-data><label>Beleg <input type=file name=f style='display:none'></label><button>Speichern</button></form>",
    );
    let server =
        Server::new(move |request, _| (200, if request == "POST /save" { page_saved() } else { form.clone() })).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("Rechnung Müller.pdf");
    std::fs::write(&path, "%PDF-1.7 Beleg 4711").unwrap();
    let desk = Desk::filling(&server, "- upload: { Beleg: '${note}' }");
    let desk = desk.with("note", Value::text(path.display().to_string()));
    desk.enter().await;
    let sent = server.posts.lock().unwrap().last().unwrap().clone();
    assert!(sent.contains("filename=\"Rechnung Müller.pdf\"") && sent.contains("%PDF-1.7 Beleg 4711"), "{sent}");
    std::fs::remove_file(&path).unwrap();
    let failure = desk.stage().await.unwrap_err();
    assert_eq!(failure.class, Class::Refused);
    assert!(
        words(&failure).ends_with("Rechnung Müller.pdf` cannot be sent: there is no such file"),
        "{}",
        words(&failure)
    );
    assert_eq!(server.count(), 1);
    desk.end().await;
}

#[tokio::test]
async fn a_form_in_a_new_window_is_filled_there_and_the_window_is_closed_for_the_next_record() {
    let form = "<form method=post action=/save><label>Nummer <input name=n></label><button>Speichern</button></form>";
    let server = Server::new(move |request, _| {
        (
            200,
            match request {
                "POST /save" => page_saved(),
                "GET /form" => page(form).replace("<title>Test", "<title>Erfassung 2026"),
                _ => page("<h1>Übersicht</h1><a href=/form target=_blank rel=noopener>Erfassen</a>"),
            },
        )
    })
    .await;
    for window in ["last", "2", "Erfassung"] {
        let steps = format!("- click: Erfassen\n- window: {window}\n- fill: {{ Nummer: '${{number}}' }}");
        let mut desk = Desk::filling(&server, &steps);
        desk.enter().await;
        // Were the window still open, there would be two of them by its title, and another one by its number.
        desk.values.0.insert("number", Value::text("RE-2"));
        desk.enter().await;
        assert_eq!(server.last()["n"], "RE-2", "{window}");
        desk.end().await;
    }
    let desk = Desk::filling(&server, "- window: Erfassung\n  timeout: 200ms\n- fill: { Nummer: '1' }");
    let failure = desk.stage().await.unwrap_err();
    assert_eq!((words(&failure).as_str(), failure.class), ("there is no window `Erfassung`", Class::NotSubmitted));
    desk.end().await;
    // After its window is closed, steps go on in the one before.
    let back = "- click: Erfassen\n- window: last\n- window: close\n- expect: { text: Übersicht }\n- open: /form\n- fill: { Nummer: zurück }";
    let desk = Desk::filling(&server, back);
    desk.enter().await;
    assert_eq!(server.last()["n"], "zurück");
    desk.end().await;
}

#[tokio::test]
async fn a_frame_of_another_origin_is_entered_and_left() {
    // Another name of the same computer is another origin.
    let server = Server::new(|request, _| {
        (200, match request {
            "POST /save" => page_saved(),
            "GET /inner" => page(
                "<label>Land <input id=i></label><button onclick=\"parent.postMessage(document.querySelector('#i').value, '*')\">Übernehmen</button>",
            ),
            _ => page(
                "<form method=post action=/save><label>Nummer <input name=n></label><input type=hidden name=l id=l><iframe title=Auswahl></iframe><button>Speichern</button></form>
                <script>document.querySelector('iframe').src = location.href.replace('127.0.0.1', 'localhost') + 'inner';
                addEventListener('message', (event) => { l.value = event.data; });</script>",
            ),
        })
    })
    .await;
    let inner = "- fill: { Land: Österreich }\n- click: Übernehmen";
    let steps = format!("- fill: {{ Nummer: '4711' }}\n- frame: Auswahl\n{inner}\n- frame: main");
    let desk = Desk::filling(&server, &steps);
    desk.enter().await;
    assert_eq!((server.last()["n"].as_str(), server.last()["l"].as_str()), ("4711", "Österreich"));
    desk.end().await;
    // Without the step nobody sees into it.
    let desk = Desk::filling(&server, "- fill: { Land: Österreich }\n  timeout: 300ms");
    let failure = desk.stage().await.unwrap_err();
    assert_eq!(words(&failure), "the page has no `Land`; it has `Nummer`");
    desk.end().await;
}

#[tokio::test]
async fn slow_pauses_after_each_step_and_changes_nothing_else() {
    let server = Server::form("<label>Eins <input name=a></label><label>Zwei <input name=b></label>").await;
    let pause = Duration::from_millis(400);
    let steps = "steps:\n  - open: /\n  - fill: { Eins: '1', Zwei: '2' }\n  - submit: Speichern\n  - expect: { text: gespeichert }";
    let desk = Desk::with_options(&server, "", steps, |options| options.slow = Some(pause));
    let begun = Instant::now();
    desk.stage().await.unwrap();
    assert!(begun.elapsed() >= pause * 2, "{:?}", begun.elapsed());
    desk.submit().await.unwrap();
    assert_eq!((server.last()["a"].as_str(), server.last()["b"].as_str()), ("1", "2"));
    desk.end().await;
}

#[tokio::test]
async fn after_a_look_up_a_page_that_stays_is_reached_by_the_login_again() {
    let server = Server::new(|request, body| {
        let signed_in = "<p>angemeldet</p><form method=post action=/save><label>Nummer <input name=n></label><button>Speichern</button></form>";
        match request {
            // Whoever is logged in is shown no login page.
            "GET /login" => (200, page("<form method=post action=/login><label>Kennwort <input type=password name=p></label><button>Anmelden</button></form><script>if (document.cookie) location = '/list'</script>")),
            "POST /login" if body.contains("geheim") => {
                (200, page(&format!("{signed_in}<script>document.cookie = 'session=1'</script>")))
            }
            "POST /save" => (200, page(&format!("<p>{} gespeichert</p>{signed_in}", body.trim_start_matches("n=")))),
            _ => (200, page("<p>angemeldet</p><p>Keine Treffer</p>")),
        }
    })
    .await;
    let rest = "login:
  logged_in: angemeldet
  steps:
    - open: /login
    - fill: { Kennwort: '${secrets.PASSWORD}' }
    - click: Anmelden
lookup:
  - open: /list?q=${number}
  - found: { row: '${number}' }
    none: Keine Treffer
steps:
  - fill: { Nummer: '${number}' }
  - submit: Speichern
  - expect: { text: '${number} gespeichert' }";
    let mut desk = Desk::new(&server, ", stay: true", rest);
    for number in ["RE-1", "RE-2"] {
        desk.values.0.insert("number", Value::text(number));
        assert!(matches!(desk.look_up().await, Looked::None), "{number}");
        desk.enter().await;
        assert_eq!(server.last()["n"], number);
    }
    // Without a look-up the next record goes on where the last one left the page.
    let before = server.count();
    desk.values.0.insert("number", Value::text("RE-3"));
    desk.enter().await;
    assert_eq!((server.last()["n"].as_str(), server.count()), ("RE-3", before + 1));
    desk.end().await;
}
