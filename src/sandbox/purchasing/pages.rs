//! The pages of purchasing that the server draws: the list with its search, the order form, and an order as it was
//! saved.

use std::sync::Arc;

use axum::extract::rejection::RawFormRejection;
use axum::extract::{Path, RawForm, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::enter::{Entered, enter};
use super::form::{self, HEAD, LINE, Sent, Writing};
use super::form_page::order_form;
use super::order::{Order, text};
use crate::sandbox::answer;
use crate::sandbox::call::Call;
use crate::sandbox::office::Office;
use crate::sandbox::pages::{csrf, failure, forged, page};

const PER_PAGE: usize = 50;

/// `GET /orders?q=&page=`.
pub(in crate::sandbox) async fn list(
    State(office): State<Arc<Office>>,
    call: Call,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let asked_for = |wanted: &str| {
        let pair = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted);
        pair.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let asked = asked_for("q");
    let at = asked_for("page").parse().unwrap_or(1).max(1);
    let wanted = asked.to_lowercase();
    let contains = |order: &Order, name| order.text(name).to_lowercase().contains(&wanted);
    let fits = |order: &Order| contains(order, "number") || contains(order, "supplier");
    let found = office.portal_orders.search(fits, at, PER_PAGE);
    let pages = found.total.div_ceil(PER_PAGE).max(1);
    let address = |page: usize| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        format!("/orders?{}", query.append_pair("q", &asked).append_pair("page", &page.to_string()).finish())
    };
    let content = html! {
        form.search role="search" method="get" action="/orders" {
            div {
                label for="q" { "Suche" }
                input id="q" name="q" type="search" value=(asked);
            }
            button type="submit" { "Suchen" }
        }
        @if found.total == 0 {
            p.notice role="status" {
                "Keine Treffer" @if office.faults().echo_search && !asked.is_empty() { " für " (asked) }
            }
        } @else {
            (table(&found.items))
            @if pages > 1 {
                nav aria-label="Seiten" {
                    @if at > 1 { a rel="prev" href=(address(at - 1)) { "Zurück" } }
                    span { "Seite " (at) " von " (pages) }
                    @if at < pages { a rel="next" href=(address(at + 1)) { "Weiter" } }
                }
            }
        }
    };
    page("Bestellungen", Some(csrf(&call)), &content)
}

fn table(orders: &[Arc<Order>]) -> Markup {
    html! {
        div.scroll {
            table {
                thead {
                    tr {
                        th scope="col" { "Bestellnummer" }
                        th scope="col" { "Lieferant" }
                        th scope="col" { "Bestelldatum" }
                        th.amount scope="col" { "Positionen" }
                        th.amount scope="col" { "Summe" }
                        th scope="col" { "Währung" }
                        th scope="col" { "Beleg" }
                    }
                }
                tbody {
                    @for order in orders {
                        tr {
                            td { a href={ "/orders/" (order.id) } { (order.text("number")) } }
                            td { (order.text("supplier")) }
                            td { (form::shown(order.text("ordered"), Writing::Date)) }
                            td.amount { (order.lines().len()) }
                            td.amount data-testid="total" { (form::shown_total(order)) }
                            td { (order.text("currency")) }
                            td data-testid="receipt" { (order.receipt()) }
                        }
                    }
                }
            }
        }
    }
}

/// `GET /orders/new`.
pub(in crate::sandbox) async fn empty_form(call: Call) -> Response {
    order_form(&call, &Sent::default(), &[])
}

/// `POST /orders/new`.
pub(in crate::sandbox) async fn save(call: Call, body: Result<RawForm, RawFormRejection>) -> Response {
    match enter(&call, body) {
        Entered::Saved(order) => Redirect::to(&format!("/orders/{}?saved=1", order.id)).into_response(),
        Entered::Duplicate(id) => {
            let content = html! {
                p.notice.bad role="alert" {
                    "Diese Bestellung beim Lieferanten ist schon erfasst: " a href={ "/orders/" (id) } { "ansehen" }
                }
            };
            (StatusCode::CONFLICT, page("Schon erfasst", Some(csrf(&call)), &content)).into_response()
        }
        Entered::Wrong(sent, errors) => {
            (StatusCode::UNPROCESSABLE_ENTITY, order_form(&call, &sent, &errors)).into_response()
        }
        Entered::Unreadable(status) => {
            failure(status, "Formular nicht lesbar", "Bitte senden Sie das Formular noch einmal.")
        }
        Entered::Forged => forged(),
        Entered::Unanswered => answer::nobody(),
    }
}

/// `GET /orders/{id}`.
pub(in crate::sandbox) async fn show(
    State(office): State<Arc<Office>>,
    call: Call,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(order) = id.parse().ok().and_then(|id| office.portal_orders.get(id)) else {
        return failure(StatusCode::NOT_FOUND, "Nicht gefunden", "Diese Bestellung gibt es nicht.");
    };
    let lines: Vec<_> = order.lines().iter().filter_map(|line| line.as_object()).collect();
    let is_number = |writing| matches!(writing, Writing::Amount | Writing::Quantity);
    let content = html! {
        @if query.as_deref() == Some("saved=1") {
            p.notice.good role="status" { "Die Bestellung wurde gespeichert." }
        }
        dl.card {
            dt { "Beleg" } dd id="receipt" { (order.receipt()) }
            @for field in HEAD {
                dt { (field.label) } dd id=(field.name) { (form::shown(order.text(field.name), field.writing)) }
            }
            dt { "Summe" } dd id="total" { (form::shown_total(&order)) }
        }
        h2 { "Positionen" }
        div.scroll {
            table {
                thead { tr { @for field in LINE { th scope="col" .amount[is_number(field.writing)] { (field.label) } } } }
                tbody {
                    @for line in lines {
                        tr {
                            @for field in LINE {
                                td .amount[is_number(field.writing)] {
                                    (form::shown(text(line, field.name), field.writing))
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    page(&format!("Bestellung {}", order.text("number")), Some(csrf(&call)), &content)
}
