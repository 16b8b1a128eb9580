//! The order form as the server draws it: honest labels, a table of lines that a small script makes longer, and the
//! marks of what was wrong.

use axum::response::Response;
use maud::{Markup, PreEscaped, html};

use super::form::{Field, HEAD, LINE, Sent, Writing};
use super::order::{Place, SHIPPING, Wrong};
use crate::sandbox::call::Call;
use crate::sandbox::erp::invoice::CURRENCIES;
use crate::sandbox::pages::{csrf, page};

/// What stands for a line's number in the row that the script copies.
const NEW_LINE: &str = "#";

/// The form with what was sent, and what was wrong with it.
pub(super) fn order_form(call: &Call, sent: &Sent, errors: &[Wrong]) -> Response {
    let csrf = csrf(call);
    let error = |place| errors.iter().find(|wrong| wrong.place == place);
    let content = html! {
        form.card.fields method="post" action="/orders/new" novalidate {
            @if !errors.is_empty() {
                p.notice.bad role="alert" { "Bitte prüfen Sie die markierten Felder. Es wurde nichts gespeichert." }
            }
            input type="hidden" name="csrf" value=(csrf);
            @for field in HEAD { (control(field, sent.text(field.name), error(Place::Head(field.name)))) }
            div.lines {
                h2 { "Positionen" }
                div.scroll {
                    table {
                        thead {
                            tr {
                                th scope="col" { "Pos." }
                                @for field in LINE { th scope="col" { (field.label) } }
                            }
                        }
                        tbody id="lines" {
                            @for (at, texts) in sent.lines.iter().enumerate() {
                                (row(&(at + 1).to_string(), |column| {
                                    let field = LINE[column];
                                    (texts[column].as_str(), error(Place::Line(at, field.name)))
                                }))
                            }
                        }
                    }
                }
                @if let Some(wrong) = error(Place::Lines) { p.error { (wrong.problem.german()) } }
                template id="line" { (row(NEW_LINE, |_| ("", None))) }
                button.quiet type="button" id="add" { "Position hinzufügen" }
            }
            div.actions { button type="submit" { "Speichern" } }
        }
        script { (PreEscaped(include_str!("lines.js"))) }
    };
    page("Neue Bestellung", Some(csrf), &content)
}

/// A row of the table; `cell` knows the text of a column, and what was wrong with it.
fn row<'s>(number: &str, cell: impl Fn(usize) -> (&'s str, Option<&'s Wrong>)) -> Markup {
    html! {
        tr {
            th scope="row" { (number) }
            @for (column, field) in LINE.into_iter().enumerate() {
                @let (text, wrong) = cell(column);
                @let invalid = wrong.map(|_| "true");
                @let mode = (field.writing != Writing::Text).then_some("decimal");
                td {
                    input name=(field.name) value=(text) aria-label={ (field.label) " " (number) } inputmode=[mode]
                        autocomplete="off" aria-invalid=[invalid];
                    @if let Some(wrong) = wrong { p.error { (wrong.problem.german()) } }
                }
            }
        }
    }
}

fn control(field: Field, text: &str, wrong: Option<&Wrong>) -> Markup {
    let name = field.name;
    let described = wrong.map(|_| format!("{name}-error"));
    let invalid = wrong.map(|_| "true");
    let hint = (field.writing == Writing::Date).then_some("TT.MM.JJJJ");
    let error = html! {
        @if let Some(wrong) = wrong { p.error id=[&described] { (wrong.problem.german()) } }
    };
    match field.writing {
        Writing::Shipping => html! {
            fieldset aria-describedby=[&described] {
                legend { (field.label) }
                @for (at, choice) in SHIPPING.into_iter().enumerate() {
                    label.choice {
                        input type="radio" name=(name) value=(choice)
                            checked[choice == text || (text.is_empty() && at == 0)];
                        " " (choice)
                    }
                }
                (error)
            }
        },
        Writing::Tick => html! {
            div { label.choice { input type="checkbox" name=(name) checked[!text.is_empty()]; " " (field.label) } }
        },
        _ => html! {
            div {
                label for=(name) { (field.label) @if field.required { " *" } }
                @match field.writing {
                    Writing::Currency => {
                        select id=(name) name=(name) aria-invalid=[invalid] aria-describedby=[&described] {
                            @for currency in CURRENCIES {
                                option value=(currency) selected[currency == text] { (currency) }
                            }
                        }
                    }
                    Writing::LongText => {
                        textarea id=(name) name=(name) rows="2" aria-invalid=[invalid] aria-describedby=[&described] {
                            (text)
                        }
                    }
                    _ => {
                        input id=(name) name=(name) value=(text) placeholder=[hint] autocomplete="off"
                            required[field.required] aria-invalid=[invalid] aria-describedby=[&described];
                    }
                }
                (error)
            }
        },
    }
}
