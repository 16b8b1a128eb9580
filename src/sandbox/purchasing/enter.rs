//! Entering an order: what the form's page and the single-page form have in common, whatever they answer.

use std::sync::Arc;

use axum::extract::RawForm;
use axum::extract::rejection::RawFormRejection;
use axum::http::StatusCode;

use super::form::{self, Sent};
use super::order::{Order, Wrong};
use super::store::{NewOrder, NotSaved};
use crate::sandbox::call::Call;
use crate::sandbox::ledger::Members;
use crate::sandbox::pages::csrf;

/// What came of a sent form.
pub(super) enum Entered {
    Saved(Arc<Order>),
    /// The supplier's order is there already, under this id.
    Duplicate(u64),
    /// Fields are wrong; nothing was saved.
    Wrong(Sent, Vec<Wrong>),
    /// The form is not readable.
    Unreadable(StatusCode),
    /// The form does not carry the session's CSRF token.
    Forged,
    /// Nobody will read the answer.
    Unanswered,
}

/// Enters the order of a form.
pub(super) fn enter(call: &Call, body: Result<RawForm, RawFormRejection>) -> Entered {
    let sent = match &body {
        Ok(RawForm(bytes)) => Sent::new(url::form_urlencoded::parse(bytes).into_owned().collect()),
        Err(why) => {
            call.turned_away(why.status(), &Members::default());
            return Entered::Unreadable(why.status());
        }
    };
    let (fields, errors) = form::read(&sent);
    if sent.text("csrf") != csrf(call) {
        call.turned_away(StatusCode::FORBIDDEN, &fields);
        return Entered::Forged;
    }
    if !errors.is_empty() {
        call.turned_away(StatusCode::UNPROCESSABLE_ENTITY, &fields);
        return Entered::Wrong(sent, errors);
    }
    let new = NewOrder::new(call, fields);
    match call.commit(move |office| office.portal_orders.save(new, &office.ledger)) {
        None => Entered::Unanswered,
        Some(Ok(order)) => Entered::Saved(order),
        Some(Err(NotSaved::Duplicate(id))) => Entered::Duplicate(id),
        Some(Err(NotSaved::KeyReused)) => Entered::Unreadable(StatusCode::UNPROCESSABLE_ENTITY),
    }
}
