//! Orders with lines. Those of the portal are entered in a form that the server draws, or in a single-page form that draws
//! itself; both end in the same store and in the same list. Those of the ERP come by its JSON API, into a store of its own.

pub(super) mod api;
pub(super) mod app;
mod enter;
mod form;
mod form_page;
mod order;
pub(super) mod pages;
mod store;

pub(super) use store::Orders;
