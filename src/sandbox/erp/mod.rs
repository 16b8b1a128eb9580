//! The ERP part of the practice office: supplier invoices, with a JSON API, a JSON-RPC end point and pages.

pub(super) mod api;
pub(super) mod attachments;
pub(super) mod form;
pub(super) mod invoice;
pub(super) mod jobs;
pub(super) mod pages;
pub(super) mod rpc;
mod store;

pub(super) use store::{Change, Erp, Refusal, Write, Written};
