//! The point of no return: what the page says after the submit, and what it means when it says nothing.

use super::fixture::{Desk, Server, page, page_saved, words};
use crate::record::Value;
use crate::target::{Class, Looked};

/// A form whose post is answered so.
async fn answering(status: u16, answer: &str) -> Server {
    let (form, answer) = (form("", ""), answer.to_owned());
    Server::new(move |request, _| if request == "POST /save" { (status, answer.clone()) } else { (200, form.clone()) })
        .await
}

fn form(message: &str, more: &str) -> String {
    page(&format!(
        "{message}<form method=post action=/save><label>Nummer <input name=number {more}></label><button>Speichern</button></form>"
    ))
}

const STEPS: &str = "steps:
  - open: /
  - fill: { Nummer: '${number}' }
  - submit: Speichern
    refused: { text: gesperrt, reason: { css: .why } }
    exists: { text: schon erfasst }
  - expect: { text: gespeichert }";

async fn end_of(server: &Server) -> (Class, String) {
    let desk = Desk::new(server, "", STEPS);
    desk.stage().await.unwrap_or_else(|failure| panic!("{}", words(&failure)));
    let failure = desk.submit().await.unwrap_err();
    desk.end().await;
    (failure.class, words(&failure))
}

#[tokio::test]
async fn the_page_after_the_submit_decides() {
    let refused = answering(200, &page("<p>Das Konto ist gesperrt</p><p class=why>Konto 4711 ruht</p>")).await;
    assert_eq!(end_of(&refused).await, (Class::Refused, "the target refused: Konto 4711 ruht".into()));
    let exists = answering(200, &page("Diese Nummer ist schon erfasst")).await;
    assert_eq!(end_of(&exists).await.0, Class::Exists);
    let marked = answering(
        200,
        &form("", "aria-invalid=true aria-describedby=e")
            .replace("</form>", "<p id=e>Nummer muss mit A beginnen</p></form>"),
    )
    .await;
    assert_eq!(
        end_of(&marked).await,
        (Class::Refused, "the page refuses: `Nummer`: Nummer muss mit A beginnen".into())
    );
    let broken = answering(500, &page("<h1>Interner Fehler</h1>")).await;
    assert_eq!(
        end_of(&broken).await,
        (Class::Unknown, "the target answered with an error page (status 500): Interner Fehler".into())
    );
    // An empty form again, whose required field is empty, says nothing about the one that was sent.
    let blank = answering(200, &form("", "required")).await;
    assert_eq!(end_of(&blank).await.0, Class::Unknown);
    // An alert alone proves nothing.
    let alert = answering(200, &page("<p role=alert>Vorgang abgeschlossen</p>")).await;
    let (class, said) = end_of(&alert).await;
    assert_eq!(class, Class::Unknown);
    assert!(said.ends_with("does not show `gespeichert`; it says Vorgang abgeschlossen"), "{said}");
}

#[tokio::test]
async fn what_the_browser_itself_keeps_back_is_refused_and_not_sent() {
    let form = form("", "pattern='[0-9]+' title='nur Ziffern'");
    let server = Server::new(move |_, _| (200, form.clone())).await;
    let (class, said) = end_of(&server).await;
    assert_eq!(class, Class::Refused);
    assert!(said.starts_with("the page refuses: `Nummer`: "), "{said}");
    assert_eq!(server.count(), 0);
}

#[tokio::test]
async fn a_message_of_the_record_before_does_not_count_for_this_one() {
    // A quick-entry page: it still shows the message of the last record, and never answers this one.
    let server = Server::new(|_, _| {
        (200, page(
            "<p>Rechnung gespeichert</p><label>Nummer <input></label><button onclick=\"setTimeout(() => { if (document.querySelector('input').value === 'RE-2') document.querySelector('p').textContent = 'Rechnung gespeichert'; }, 100)\">Speichern</button>",
        ))
    })
    .await;
    let (class, _) = end_of(&server).await;
    assert_eq!(class, Class::Unknown);
    let desk = Desk::new(&server, "", STEPS).with("number", Value::text("RE-2"));
    desk.enter().await;
    desk.end().await;
}

#[tokio::test]
async fn dialogs_are_answered_where_the_recipe_expects_them_and_told_where_it_does_not() {
    let server = Server::new(|request, _| {
        (200, if request == "POST /save" { page_saved() } else {
            page("<form method=post action=/save onsubmit=\"return confirm('Wirklich speichern?')\"><label>Nummer <input name=number></label><button>Speichern</button></form>")
        })
    })
    .await;
    let (class, said) = end_of(&server).await;
    assert_eq!(class, Class::Unknown);
    assert_eq!(said, "the page shows a dialog that the recipe does not expect: Wirklich speichern?");
    assert_eq!(server.count(), 0);
    let steps = STEPS.replace("  - expect:", "  - accept_alert: Wirklich\n  - expect:");
    let desk = Desk::new(&server, "", &steps);
    desk.enter().await;
    assert_eq!(server.last()["number"], "RE-1");
    desk.end().await;
}

#[tokio::test]
async fn a_browser_lost_before_the_submit_is_not_submitted_and_after_it_nobody_knows() {
    let server = Server::new(|request, _| {
        if request == "POST /save" {
            std::thread::sleep(std::time::Duration::from_millis(1500));
        }
        (200, if request == "POST /save" { page_saved() } else { form("", "") })
    })
    .await;
    let desk = Desk::new(&server, "", STEPS);
    desk.stage().await.unwrap();
    kill_browsers(&desk);
    let failure = desk.submit().await.unwrap_err();
    assert!(matches!(failure.class, Class::NotSubmitted | Class::Unknown), "{failure:?}");
    assert_eq!(server.count(), 0);
    // The next try gets a new browser.
    desk.stage().await.unwrap_or_else(|failure| panic!("{}", words(&failure)));
    let killer = async {
        tokio::time::sleep(std::time::Duration::from_millis(700)).await;
        kill_browsers(&desk);
    };
    let (submitted, ()) = tokio::join!(desk.submit(), killer);
    assert_eq!(submitted.unwrap_err().class, Class::Unknown);
    desk.end().await;
}

#[tokio::test]
async fn a_form_whose_answer_is_lost_is_not_sent_again_by_the_browser() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let posts = super::fixture::Posts::default();
    let kept = std::sync::Arc::clone(&posts);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let posts = std::sync::Arc::clone(&kept);
            tokio::spawn(async move {
                let mut buffer = vec![0; 65536];
                // The connection stays open for the browser to use it again, until a form is sent on it.
                while let Ok(read @ 1..) = stream.read(&mut buffer).await {
                    let request = String::from_utf8_lossy(&buffer[..read]).into_owned();
                    if request.starts_with("POST") {
                        posts.lock().unwrap().push(request);
                        return;
                    }
                    let page = form("", "");
                    let head =
                        format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n", page.len());
                    let close = request.to_lowercase().contains("connection: close");
                    let close = if close { "connection: close\r\n" } else { "" };
                    stream.write_all(format!("{head}{close}\r\n{page}").as_bytes()).await.unwrap();
                    if !close.is_empty() {
                        return;
                    }
                }
            });
        }
    });
    let server = Server { url, posts };
    assert_eq!(end_of(&server).await.0, Class::Unknown);
    assert_eq!(server.count(), 1, "the browser sent it again");
}

/// Ends driver and browser as a crash does.
fn kill_browsers(desk: &Desk) {
    for note in std::fs::read_dir(desk.state.path().join("browsers")).unwrap().flatten() {
        let folder = std::fs::read_to_string(note.path()).unwrap();
        assert!(super::super::driver::kill(std::path::Path::new(&folder)), "no browser works in `{folder}`");
    }
}

#[tokio::test]
async fn a_look_up_is_certain_or_unsure() {
    const LOOKUP: &str = "lookup:
  - open: /list?q=${number}
  - found: { row: '${number}' }
    none: { text: Keine Treffer }
    same: { Betrag: '${gross}' }
    capture: { receipt: Beleg }
";
    let server = Server::new(|request, _| {
        let row = |amount: &str| format!("<tr><td>RE-1<td>{amount}<td>B-1</tr>");
        let table = |rows: &str| {
            page(&format!("<table><thead><tr><th>Nummer<th>Betrag<th>Beleg</thead><tbody>{rows}</table>"))
        };
        (200, match request.rsplit('=').next().unwrap_or_default() {
            "RE-1" => table(&row("1.234,50 €")),
            "RE-2" => page("Keine Treffer für RE-2"),
            "RE-4" => page("<p>Wartung</p>"),
            "RE-5" => table(&row("x").repeat(2)).replace("RE-1", "RE-5"),
            // Drawn late, after a placeholder that says there is nothing.
            "RE-6" => page("<div id=d>Keine Treffer</div><script>setTimeout(() => { d.innerHTML = '<table><thead><tr><th>Nummer<th>Betrag<th>Beleg</thead><tr><td>RE-6<td>9<td>B-6</table>'; }, 120)</script>"),
            _ => page("<table><tr><td>RE-77</table>"),
        })
    })
    .await;
    let steps = format!("{LOOKUP}{}\n  - capture: {{ receipt: {{ css: '#receipt' }} }}", STEPS);
    let desk = Desk::new(&server, "", &steps).with("gross", super::fixture::number("1234.5"));
    let mut desk = desk;
    let Looked::Found { captures, differences } = desk.look_up().await else { panic!("not found") };
    assert_eq!(captures, [("receipt".into(), Value::text("B-1"))]);
    assert_eq!(differences, []);
    desk.values.0.insert("gross", super::fixture::number("1"));
    let Looked::Found { differences, .. } = desk.look_up().await else { panic!("not found") };
    assert_eq!(differences[0].found, "`1.234,50 €`");
    for (number, none) in [("RE-2", true), ("RE-4", false), ("RE-5", false), ("RE-7", false)] {
        desk.values.0.insert("number", Value::text(number));
        match desk.look_up().await {
            Looked::None => assert!(none, "{number}"),
            Looked::Unsure(_) => assert!(!none, "{number}"),
            other => panic!("{number}: {other:?}"),
        }
    }
    desk.values.0.insert("number", Value::text("RE-6"));
    assert!(matches!(desk.look_up().await, Looked::Found { .. }));
    desk.end().await;
}

#[tokio::test]
async fn a_login_is_made_once_and_again_when_it_has_expired() {
    let logins = std::sync::Arc::new(std::sync::Mutex::new((0, true)));
    let kept = std::sync::Arc::clone(&logins);
    let server = Server::new(move |request, body| {
        let mut logins = kept.lock().unwrap();
        let login = "<form method=post action=/login><label>Benutzername <input name=u></label><label>Kennwort <input type=password name=p></label><button>Anmelden</button></form>";
        match request {
            "POST /login" if body.contains("p=geheim-4711") => {
                *logins = (logins.0 + 1, true);
                (303, "/home".to_owned())
            }
            "GET /login" | "POST /login" => (200, page(login)),
            _ if !logins.1 || logins.0 == 0 => (303, "/login".to_owned()),
            "POST /save" => (200, page_saved()),
            _ => (200, form("<a href=/logout>Abmelden</a>", "")),
        }
    })
    .await;
    let login = "login:
  logged_in: { text: Abmelden }
  steps:
    - open: /login
    - fill: { Benutzername: '${secrets.USER}', Kennwort: '${secrets.PASSWORD}' }
    - click: Anmelden
";
    let desk = Desk::new(&server, "", &format!("{login}{STEPS}"));
    use crate::target::Target;
    desk.target.login(0).await.unwrap_or_else(|failure| panic!("{}", words(&failure)));
    desk.enter().await;
    desk.enter().await;
    assert_eq!(logins.lock().unwrap().0, 1);
    logins.lock().unwrap().1 = false;
    let failure = desk.stage().await.unwrap_err();
    assert_eq!(failure.class, Class::Login, "{}", words(&failure));
    desk.target.login(0).await.unwrap();
    desk.enter().await;
    assert_eq!(logins.lock().unwrap().0, 2);
    desk.end().await;
}
