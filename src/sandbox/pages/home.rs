//! The start page: what is here, how to log in, and examples to copy.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::Response;
use maud::html;

use super::page;
use crate::sandbox::office::Office;

/// `GET /`.
pub(in crate::sandbox) async fn show(State(office): State<Arc<Office>>, headers: HeaderMap) -> Response {
    let options = &office.options;
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    let url = format!("http://{host}");
    let faults = office.faults().to_string();
    let content = html! {
        p { "Hier lässt sich üben, ohne dass etwas Schaden nimmt: ein kleines ERP für Eingangsrechnungen und
             Bestellungen, ein Bestellportal und eine Übungsseite, nur auf diesem Rechner erreichbar. Beim Beenden ist alles wieder weg." }
        div.card {
            h2 { "Zum Ansehen" }
            ul {
                li { a href="/invoices" { "Rechnungen" } " und " a href="/invoices/new" { "Neue Rechnung" }
                    ": Benutzername " code { (options.user) } ", Kennwort " code { (options.password) } }
                li { a href="/orders" { "Bestellungen" } ", " a href="/orders/new" { "Neue Bestellung" } " und dasselbe als "
                    a href="/portal/app" { "Seite, die sich selbst zeichnet" } ", mit demselben Zugang" }
                li { a href="/practice" { "Übungsseite" } ": zehn Runden auf Zeit, ohne Anmeldung" }
                li { a href="/ledger" { "Das Buch aller Schreibvorgänge" } " (JSON)" }
                li { "Störungen: " @if faults.is_empty() { "keine" } @else { code { (faults) } } }
            }
        }
        div.card {
            h2 { "Für Programme" }
            table {
                caption hidden { "Adressen der Schnittstelle" }
                thead { tr { th scope="col" { "Adresse" } th scope="col" { "tut" } } }
                tbody {
                    @for (address, does) in ADDRESSES {
                        tr { td { code { (address) } } td { (does) } }
                    }
                }
            }
            p { "Zugang mit einem davon: " code { "Authorization: Bearer " (options.token) } ", "
                code { "X-Api-Key: " (options.api_key) } ", HTTP Basic mit Benutzername und Kennwort, einem Token aus "
                code { "/api/login" } ", oder OAuth 2.0 mit " code { "client_id=" (options.client_id) } " und "
                code { "client_secret=" (options.client_secret) } "." }
        }
        h2 { "Beispiele" }
        pre {
            "curl -H 'Authorization: Bearer " (options.token) "' -H 'Content-Type: application/json' \\\n"
            "  -d '{\"number\":\"RE-2026-00001\",\"supplier\":\"Müller GmbH\",\"total\":119.00}' " (url) "/api/invoices\n\n"
            "curl -H 'Authorization: Bearer " (options.token) "' '" (url) "/api/invoices?number=RE-2026-00001'\n\n"
            "curl -d '503=5%,lost_answer=1%,latency=20ms' -H 'Content-Type: text/plain' " (url) "/sandbox/faults"
        }
    };
    page("Übungsbüro", None, &content)
}

const ADDRESSES: [(&str, &str); 18] = [
    ("POST /api/invoices", "legt eine Rechnung an; number und supplier sind Pflicht"),
    ("GET /api/invoices?number=&supplier=&page=&per_page=", "sucht und blättert"),
    ("GET /api/invoices/{id}", "liest eine Rechnung"),
    ("PUT, PATCH /api/invoices/{id}", "ersetzt oder ändert ihre Felder"),
    ("POST /api/invoices/{id}/confirm", "macht aus dem Entwurf eine gebuchte Rechnung"),
    ("DELETE /api/invoices/{id}", "entfernt sie"),
    ("POST /api/invoices/{id}/attachments", "nimmt eine Datei an (multipart)"),
    ("GET /api/invoices/{id}/attachments", "zeigt ihre Dateien mit Größe und SHA-256"),
    ("POST /api/orders", "legt eine Bestellung an; number, supplier, ordered und lines sind Pflicht"),
    ("GET /api/orders?number=&supplier=&page=&per_page=", "sucht und blättert"),
    ("GET /api/orders/{id}", "liest eine Bestellung mit der Summe ihrer Positionen"),
    ("POST /api/jobs/invoices", "nimmt eine Rechnung an (202) und legt sie später an"),
    ("GET /api/jobs/{id}", "sagt, wie weit das ist: pending, done, failed"),
    ("POST /rpc", "JSON-RPC: login, invoice.create, invoice.search; Fehler kommen mit HTTP 200"),
    ("POST /api/login", "user und password gegen ein Token"),
    ("POST /oauth/token", "OAuth 2.0: client_credentials, refresh_token"),
    ("GET /ledger", "jeder Schreibvorgang, der je ankam, mit seiner Störung"),
    ("GET, POST /sandbox/faults", "zeigt oder setzt die Störungen; X-Sandbox-Fault setzt sie für eine Anfrage"),
];
