//! What a request is to write, told from its method and path alone, so that writes that are turned away at the gate
//! stand in the ledger too.

use std::sync::Arc;

use axum::http::Method;
use serde_json::{Map, Value};

use super::ledger::{Kind, Members, System};

/// A write that a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Intent {
    pub(super) system: System,
    pub(super) kind: Kind,
    /// The entry that it is about, where the path names it.
    pub(super) id: Option<u64>,
    body: Body,
}

/// How the body of the write is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    Json,
    Rpc,
    Form,
    Other,
}

/// The method of the JSON-RPC end point that writes.
pub(super) const RPC_CREATE: &str = "invoice.create";

/// What a request is to write; nothing if it only reads, or is about the login.
pub(super) fn intent(method: &Method, path: &str) -> Option<Intent> {
    let mut segments = path.trim_start_matches('/').split('/');
    let first_four = [segments.next(), segments.next(), segments.next(), segments.next()];
    if segments.next().is_some() {
        return None;
    }
    let post = method == Method::POST;
    let change = method == Method::PUT || method == Method::PATCH;
    let system = match first_four[0] {
        Some("orders" | "portal") => System::Purchasing,
        Some("practice") => System::Practice,
        _ => System::Erp,
    };
    let (kind, id, body) = match first_four {
        [Some("api"), Some("invoices" | "orders"), None, None] if post => (Kind::Create, None, Body::Json),
        [Some("api"), Some("jobs"), Some("invoices"), None] if post => (Kind::Create, None, Body::Json),
        [Some("api"), Some("invoices"), id @ Some(_), None] if change => (Kind::Update, id, Body::Json),
        [Some("api"), Some("invoices"), id @ Some(_), None] if method == Method::DELETE => {
            (Kind::Delete, id, Body::Other)
        }
        [Some("api"), Some("invoices"), id @ Some(_), Some("confirm")] if post => (Kind::Confirm, id, Body::Other),
        [Some("api"), Some("invoices"), id @ Some(_), Some("attachments")] if post => (Kind::Attach, id, Body::Other),
        [Some("invoices" | "orders"), Some("new"), None, None]
        | [Some("portal"), Some("app"), Some("orders"), None]
        | [Some("practice"), Some("rounds"), None, None]
            if post =>
        {
            (Kind::Create, None, Body::Form)
        }
        _ => return None,
    };
    Some(Intent { system, kind, id: id.and_then(|id| id.parse().ok()), body })
}

/// What a JSON-RPC request is to write: only its body tells.
pub(super) fn rpc_intent(body: &[u8]) -> Option<Intent> {
    let members: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let creates = members.get("method").and_then(Value::as_str) == Some(RPC_CREATE);
    creates.then_some(Intent { system: System::Erp, kind: Kind::Create, id: None, body: Body::Rpc })
}

impl Intent {
    /// Whether the body is small and readable, so that the ledger should have it.
    pub(super) fn has_body(&self) -> bool {
        self.body != Body::Other
    }

    /// The body of a write that was turned away, as far as it can be read.
    pub(super) fn members(&self, bytes: &[u8]) -> Members {
        let object = |bytes| serde_json::from_slice::<Map<String, Value>>(bytes).unwrap_or_default();
        Arc::new(match self.body {
            Body::Json => object(bytes),
            Body::Rpc => match object(bytes).remove("params") {
                Some(Value::Object(params)) => params,
                _ => Map::new(),
            },
            Body::Form => url::form_urlencoded::parse(bytes)
                .filter(|(name, _)| name != "csrf")
                .map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())))
                .collect(),
            Body::Other => Map::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_are_told_from_method_and_path() {
        let kind = |method: Method, path| intent(&method, path).map(|intent| (intent.kind, intent.id));
        assert_eq!(kind(Method::POST, "/api/invoices"), Some((Kind::Create, None)));
        assert_eq!(kind(Method::POST, "/api/orders"), Some((Kind::Create, None)));
        assert_eq!(kind(Method::POST, "/api/jobs/invoices"), Some((Kind::Create, None)));
        assert_eq!(kind(Method::POST, "/invoices/new"), Some((Kind::Create, None)));
        assert_eq!(kind(Method::PUT, "/api/invoices/7"), Some((Kind::Update, Some(7))));
        assert_eq!(kind(Method::PATCH, "/api/invoices/7"), Some((Kind::Update, Some(7))));
        assert_eq!(kind(Method::DELETE, "/api/invoices/x"), Some((Kind::Delete, None)));
        assert_eq!(kind(Method::POST, "/api/invoices/7/confirm"), Some((Kind::Confirm, Some(7))));
        assert_eq!(kind(Method::POST, "/api/invoices/7/attachments"), Some((Kind::Attach, Some(7))));
        for (method, path) in [
            (Method::GET, "/api/invoices"),
            (Method::GET, "/api/orders"),
            (Method::POST, "/api/login"),
            (Method::POST, "/login"),
            (Method::POST, "/api/invoices/7/confirm/again"),
            (Method::POST, "/rpc"),
        ] {
            assert_eq!(kind(method, path), None);
        }
        assert!(rpc_intent(br#"{"method":"invoice.create"}"#).is_some());
        assert_eq!(rpc_intent(br#"{"method":"invoice.search"}"#), None);
        assert_eq!(rpc_intent(b"\xff"), None);
    }
}
