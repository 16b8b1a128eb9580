//! The pages of the ERP: the list with its search, the form for a new invoice, and an invoice as it was saved.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::extract::{RawForm, rejection::RawFormRejection};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

use super::api::number;
use super::form::{self, FIELDS, Field, Writing};
use super::invoice::{CURRENCIES, FieldError, Invoice, State as Stage};
use super::store::{Change, Filter, Refusal};
use crate::sandbox::answer;
use crate::sandbox::call::Call;
use crate::sandbox::ledger::Members;
use crate::sandbox::office::Office;
use crate::sandbox::pages::{csrf, failure, forged, page};

/// The columns of the list, by their names in the API.
const COLUMNS: [&str; 4] = ["number", "supplier", "issued", "total"];
const PER_PAGE: usize = 50;

/// `GET /invoices?q=&page=`.
pub(in crate::sandbox) async fn list(
    State(office): State<Arc<Office>>,
    call: Call,
    RawQuery(query): RawQuery,
) -> Response {
    let query = query.unwrap_or_default();
    let text = |wanted: &str| {
        let pair = url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted);
        pair.map(|(_, value)| value.trim().to_owned()).unwrap_or_default()
    };
    let asked = text("q");
    let at = text("page").parse().unwrap_or(1).max(1);
    let filter = Filter { contains: (!asked.is_empty()).then(|| asked.clone()), ..Filter::default() };
    let found = office.erp.search(&filter, at, PER_PAGE);
    let pages = found.total.div_ceil(PER_PAGE).max(1);
    let address = |page: usize| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        format!("/invoices?{}", query.append_pair("q", &asked).append_pair("page", &page.to_string()).finish())
    };
    let content = html! {
        form.search role="search" method="get" action="/invoices" {
            div {
                label for="q" { "Suche" }
                input id="q" name="q" type="search" value=(asked);
            }
            button type="submit" { "Suchen" }
        }
        @if found.total == 0 && office.faults().echo_search && !asked.is_empty() {
            p.notice role="status" { "Keine Treffer für " (asked) }
        } @else if found.total == 0 {
            p.notice role="status" { "Keine Treffer" }
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
    page("Rechnungen", Some(csrf(&call)), &content)
}

fn table(invoices: &[Arc<Invoice>]) -> Markup {
    let columns = || FIELDS.into_iter().filter(|field| COLUMNS.contains(&field.name));
    html! {
        div.scroll {
            table {
                thead {
                    tr {
                        @for column in columns() {
                            th scope="col" .amount[column.writing == Writing::Amount] { (column.label) }
                        }
                        th scope="col" { "Währung" }
                        th scope="col" { "Stand" }
                    }
                }
                tbody {
                    @for invoice in invoices {
                        tr {
                            @for column in columns() {
                                td .amount[column.writing == Writing::Amount] {
                                    @if column.name == "number" {
                                        a href={ "/invoices/" (invoice.id) } { (form::shown(invoice, column)) }
                                    } @else {
                                        (form::shown(invoice, column))
                                    }
                                }
                            }
                            td { (invoice.text("currency")) }
                            td { (stage(invoice)) }
                        }
                    }
                }
            }
        }
    }
}

fn stage(invoice: &Invoice) -> &'static str {
    match invoice.state {
        Stage::Draft => "Entwurf",
        Stage::Confirmed => "gebucht",
    }
}

/// `GET /invoices/new`.
pub(in crate::sandbox) async fn empty_form(call: Call) -> Response {
    invoice_form(&call, &[], &[])
}

/// `POST /invoices/new`.
pub(in crate::sandbox) async fn save(call: Call, body: Result<RawForm, RawFormRejection>) -> Response {
    let sent: Vec<(String, String)> = match &body {
        Ok(RawForm(bytes)) => url::form_urlencoded::parse(bytes).into_owned().collect(),
        Err(why) => {
            call.turned_away(why.status(), &Members::default());
            return failure(why.status(), "Formular nicht lesbar", "Bitte senden Sie das Formular noch einmal.");
        }
    };
    let (fields, errors) = form::read(&sent);
    if value(&sent, "csrf") != csrf(&call) {
        call.turned_away(StatusCode::FORBIDDEN, &fields);
        return forged();
    }
    if !errors.is_empty() {
        call.turned_away(StatusCode::UNPROCESSABLE_ENTITY, &fields);
        let form = invoice_form(&call, &sent, &errors);
        return (StatusCode::UNPROCESSABLE_ENTITY, form).into_response();
    }
    match call.perform(Change::Create { fields }) {
        Ok(written) => Redirect::to(&format!("/invoices/{}?saved=1", written.invoice.id)).into_response(),
        Err(Refusal::Duplicate(id)) => {
            let content = html! {
                p.notice.bad role="alert" {
                    "Diese Rechnung des Lieferanten ist schon erfasst: " a href={ "/invoices/" (id) } { "ansehen" }
                }
            };
            (StatusCode::CONFLICT, page("Schon erfasst", Some(csrf(&call)), &content)).into_response()
        }
        Err(Refusal::Invalid(errors)) => {
            (StatusCode::UNPROCESSABLE_ENTITY, invoice_form(&call, &sent, &errors)).into_response()
        }
        Err(refusal) => answer::refused(&refusal),
    }
}

fn value<'s>(sent: &'s [(String, String)], name: &str) -> &'s str {
    sent.iter().find(|(found, _)| found == name).map_or("", |(_, value)| value)
}

fn invoice_form(call: &Call, sent: &[(String, String)], errors: &[FieldError]) -> Response {
    let csrf = csrf(call);
    let content = html! {
        form.card.fields method="post" action="/invoices/new" novalidate {
            @if !errors.is_empty() {
                p.notice.bad role="alert" { "Bitte prüfen Sie die markierten Felder. Es wurde nichts gespeichert." }
            }
            input type="hidden" name="csrf" value=(csrf);
            @for field in FIELDS {
                (control(field, value(sent, field.name), errors.iter().find(|error| error.field == field.name)))
            }
            div.actions { button type="submit" { "Speichern" } }
        }
    };
    page("Neue Rechnung", Some(csrf), &content)
}

fn control(field: Field, value: &str, error: Option<&FieldError>) -> Markup {
    let described = error.map(|_| format!("{}-error", field.name));
    let invalid = error.map(|_| "true");
    let (mode, hint) = match field.writing {
        Writing::Amount => (Some("decimal"), Some("1.234,56")),
        Writing::Date => (None, Some("TT.MM.JJJJ")),
        Writing::Text | Writing::Currency => (None, None),
    };
    html! {
        div {
            label for=(field.name) { (field.label) @if field.required { " *" } }
            @if field.writing == Writing::Currency {
                select id=(field.name) name=(field.name) aria-invalid=[invalid] aria-describedby=[&described] {
                    @for currency in CURRENCIES {
                        option value=(currency) selected[currency == value] { (currency) }
                    }
                }
            } @else {
                input id=(field.name) name=(field.name) value=(value) inputmode=[mode] placeholder=[hint]
                    autocomplete="off" required[field.required] aria-invalid=[invalid] aria-describedby=[&described];
            }
            @if let Some(error) = error {
                p.error id=[&described] { (error.problem.german()) }
            }
        }
    }
}

/// `GET /invoices/{id}`.
pub(in crate::sandbox) async fn show(
    State(office): State<Arc<Office>>,
    call: Call,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let Some(invoice) = office.erp.get(number(&id)) else {
        return failure(StatusCode::NOT_FOUND, "Nicht gefunden", "Diese Rechnung gibt es nicht.");
    };
    let content = html! {
        @if query.as_deref() == Some("saved=1") {
            p.notice.good role="status" { "Die Rechnung wurde gespeichert." }
        }
        dl.card {
            dt { "Beleg" } dd id="receipt" { (invoice.receipt()) }
            @for field in FIELDS {
                dt { (field.label) } dd id=(field.name) { (form::shown(&invoice, field)) }
            }
            dt { "Stand" } dd id="state" { (stage(&invoice)) }
        }
    };
    page(&format!("Rechnung {}", invoice.text("number")), Some(csrf(&call)), &content)
}
